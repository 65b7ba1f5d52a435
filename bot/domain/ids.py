"""Typed identifiers. Only the adapter that made the id of a chat or a person looks inside it."""

import re
from dataclasses import dataclass
from typing import NewType

StatementId = NewType("StatementId", str)
"""`[a-z0-9-]{1,32}`, the name of a folder under `statements/`."""

Language = NewType("Language", str)
"""A BCP 47 tag as file names spell it: `en`, `ar`, `pt-BR`, `zh-Hant`."""

Country = NewType("Country", str)
"""An ISO 3166-1 alpha-2 code in upper case."""

Digest = NewType("Digest", str)
"""SHA-256 of a revision in lower-case hex, 64 characters."""

Number = NewType("Number", int)
"""The number of an endorsement: counts from 1 over all statements and is never used twice."""

AdapterName = NewType("AdapterName", str)
MessageRef = NewType("MessageRef", str)

STATEMENT_ID = re.compile(r"[a-z0-9-]{1,32}")


@dataclass(frozen=True, slots=True)
class ChatRef:
    """A chat on one platform. `key` is opaque outside its adapter."""

    adapter: AdapterName
    key: str


@dataclass(frozen=True, slots=True)
class UserRef:
    """A person's account on one platform. `key` is opaque outside its adapter."""

    adapter: AdapterName
    key: str
