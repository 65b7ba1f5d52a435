"""Who plays: invented people with a phone each, and the groups that they are in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.adapters.simulated_platform import ADMINS, Platform

SIGNERS = ("amal", "bruno", "chiara", "driss")


@dataclass(frozen=True, slots=True)
class Circle:
    """A group and who is in it; the first one founded it, and administers it."""

    title: str
    people: Sequence[str]


CIRCLES: Mapping[str, Circle] = {
    "tunis": Circle("Tunis Readers’ Circle", ("omar", "lina")),
    "lisbon": Circle("Círculo de Leitura de Lisboa", ("ines", "rui")),
}

DECIDING = Circle("Admins", ("zaid", "noor"))

EVERYBODY = (*SIGNERS, *(who for c in CIRCLES.values() for who in c.people), *DECIDING.people)


def settle(platform: Platform, languages: Sequence[str]) -> None:
    """Give everybody a phone: those of the first group speak the second language, so that two are
    seen side by side. Whoever is there already stays as they are."""
    for who in EVERYBODY:
        if who not in platform.people:
            is_other = who in CIRCLES["tunis"].people
            platform.person(who).language = languages[1 if is_other and len(languages) > 1 else 0]
    for name, circle in {**CIRCLES, ADMINS: DECIDING}.items():
        if not platform.group(name).members:
            platform.group(name).title = circle.title
            for who in circle.people:
                platform.enter(who, name)
    platform.save()


def described(platform: Platform) -> dict[str, object]:
    """Everybody, their languages and their groups, as a page has to know them."""
    groups = {
        name: {
            "title": platform.group(name).title,
            "people": {who: who in platform.group(name).administrators for who in circle.people},
            "gone": [who for who in circle.people if platform.is_gone(who, name)],
        }
        for name, circle in {**CIRCLES, ADMINS: DECIDING}.items()
    }
    spoken = {who: platform.person(who).language for who in EVERYBODY}
    return {"signers": SIGNERS, "groups": groups, "spoken": spoken}
