"""Which words after a command's sign are commands, where they may mean a button too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.ports import Menu, Place


def commands_in(menus: Sequence[Menu]) -> Mapping[Place, frozenset[str]]:
    """In each kind of chat: all that there are. In a group those of admins alone are none: what is
    asked there has a button of the same name."""
    listed = {
        place: {name for menu in menus for name, _ in menu.commands.get(place, ())}
        for place in Place
    }
    everywhere = frozenset().union(*listed.values())
    in_group = frozenset(listed[Place.PRIVATE] | listed[Place.GROUP])
    return {place: in_group if place is Place.GROUP else everywhere for place in Place}
