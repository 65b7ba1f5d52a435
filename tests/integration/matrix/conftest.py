"""The homeserver and the people of these tests."""

from tests.support.synapse.fixtures import Meet, homeserver, meet, unique

__all__ = ["Meet", "homeserver", "meet", "unique"]
