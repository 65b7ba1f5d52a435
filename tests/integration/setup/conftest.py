"""The people of the homeserver."""

from tests.support.synapse.fixtures import meet, unique

__all__ = ["meet", "unique"]
