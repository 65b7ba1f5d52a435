"""The methods that the server knows, by name in lower case, as the real one looks them up."""

from __future__ import annotations

from tests.support.botapi.core import Method
from tests.support.botapi.methods import chats, editing, files, profile, queries, receiving, sending

MODULES = (receiving, sending, editing, queries, chats, profile, files)
METHODS: dict[str, Method] = {
    method.name.lower(): method for module in MODULES for method in module.METHODS
}
