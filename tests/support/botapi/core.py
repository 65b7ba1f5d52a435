"""What a method works on: the world and the machinery around it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.support.botapi.clock import Clock
from tests.support.botapi.flood import Flood
from tests.support.botapi.parameters import Given, Kind
from tests.support.botapi.rules import Rules
from tests.support.botapi.state import File, Json
from tests.support.botapi.updates import Updates
from tests.support.botapi.webhook import Webhook
from tests.support.botapi.world import World


@dataclass
class Profile:
    """What the bot told about itself. Keys are (scope, language) or (what, language)."""

    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    menu_buttons: dict[int, Json] = field(default_factory=dict)
    actions: list[tuple[int, str]] = field(default_factory=list)
    logged_out_until: float = 0.0


@dataclass
class Core:
    clock: Clock
    rules: Rules
    world: World
    updates: Updates
    webhook: Webhook
    flood: Flood
    profile: Profile = field(default_factory=Profile)
    webhook_set_at: float = -10.0
    files: dict[str, tuple[File, float]] = field(default_factory=dict)
    """What can be downloaded, by its path, and until when."""


@dataclass(frozen=True)
class Answer:
    """A result with the `description` that some methods add."""

    result: Any
    description: str


@dataclass(frozen=True)
class Encoded:
    """A result that is JSON text already."""

    text: str


@dataclass(frozen=True)
class Method:
    """A method of the API: its parameters and what it does. `do` returns the result, an Answer,
    an Encoded, or an awaitable of one, and raises ApiError."""

    name: str
    parameters: Mapping[str, Kind]
    do: Callable[[Core, Given], Any]
