"""PostgreSQL as people run it who must not lose a server: Patroni with etcd, for the tests."""

from tests.support.patroni.cluster import VENV, Cluster, is_there

__all__ = ["VENV", "Cluster", "is_there"]
