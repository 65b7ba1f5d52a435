"""`find`: endorsements by whole words of their names, for the admins."""

from __future__ import annotations

from bot.commands.call import Call
from bot.domain.names import LONGEST_NAME
from bot.services.find import find as find_names
from bot.text.folding import words
from bot.wording import finding, searching


async def find(call: Call, args: str) -> None:
    """One message with a page of what was found; no buttons, no contact data."""
    typed = " ".join(args.split())
    if len(typed) > LONGEST_NAME:
        call.answer(searching.too_long(call.say, len(typed), LONGEST_NAME))
        return
    if not words(typed):
        call.answer(finding.which_words(call.say, f"{call.say.prefix}find Amal"))
        return
    found = await find_names(call.unit, typed)
    language = call.say.language
    rows = [(record, call.campaign.title(record.statement, language)) for record in found.records]
    call.answer(finding.found(call.say, rows, found.total, at_least=found.at_least))
