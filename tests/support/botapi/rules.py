"""What the server refuses and how long things live; every number that a test may want to change."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Rules:
    """The defaults are the real server's, or stricter where that finds mistakes."""

    strict: bool = True
    """Unknown parameters and wrong types answer 400; the real server ignores or guesses them."""
    parse_mode: bool = False
    """Whether `parse_mode` is taken (and then ignored); the bot sends entities only."""
    limits: bool = True
    """Whether floods are answered with 429."""
    pauses: bool = True
    """The pauses that slow down wrong clients: repeated polls, conflicts, setWebhook twice."""
    local: bool = True
    """As a server started with --local: webhooks over plain HTTP and on any port."""
    mentions_arrive: bool = False
    """Whether privacy mode lets a bare @mention of the bot through; the documentation leaves it
    out, BotFather promises it, so the bot must not need it."""
    inline_feedback: bool = False
    """Whether chosen inline results are reported, which BotFather must be told to do."""

    sparse: bool = False
    """As a server of another age: fields that the Bot API took in late are left out, and what it
    answers is in another order."""

    per_chat: float = 1.0
    burst: int = 5
    per_group_minute: int = 20
    overall: int = 30
    overall_paid: int = 1000

    callback_lifetime: float = 900.0
    inline_lifetime: float = 60.0
    deletable: float = 48 * 3600.0


def fast() -> Rules:
    """For tests that measure or hurry: no limits and no punishing pauses."""
    return Rules(limits=False, pauses=False)
