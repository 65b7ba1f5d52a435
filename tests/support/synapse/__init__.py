"""A real homeserver, and people on it, for the tests of the Matrix adapter."""

from tests.support.synapse.homeserver import Account, Homeserver
from tests.support.synapse.people import Heard, Person
from tests.support.synapse.proxy import Made, Proxy, matrix_error, never

__all__ = ["Account", "Heard", "Homeserver", "Made", "Person", "Proxy", "matrix_error", "never"]
