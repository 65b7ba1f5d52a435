"""What platforms can show of the bot: its commands for each kind of chat, in each language."""

from __future__ import annotations

from collections.abc import Sequence

from bot.commands.table import CommandTable
from bot.domain.ids import AdapterName
from bot.ports import Menu, Place
from bot.services.campaign import Campaign
from bot.wording import general


def menus(campaign: Campaign, commands: CommandTable, adapter: AdapterName) -> Sequence[Menu]:
    """One menu for each language that the bot speaks, the first language first."""
    found = []
    for language in campaign.languages:
        say = campaign.voice([language], adapter)
        listed = {
            place: [(c.name, say.gettext(c.summary).plain) for c in commands.listed(place)]
            for place in Place
        }
        described = general.description(say).plain
        found.append(Menu(language, listed, described, general.short_description(say).plain))
    return found
