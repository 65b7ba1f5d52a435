"""The ten minutes after a decision or a withdrawal, and what happens when they end."""

from __future__ import annotations

import datetime as dt

from bot.domain.endorsement import UNDO_WINDOW, Status, Visibility
from bot.domain.ids import Number
from bot.services.campaign import Campaign
from bot.services.cards import renew_card
from bot.storage.jobs import Job
from bot.storage.unit import Unit

WINDOW_JOB = "window"


def window_key(number: Number) -> str:
    return f"{WINDOW_JOB}:{number}"


async def start_window(unit: Unit, number: Number, now: dt.datetime) -> dt.datetime:
    """Set the job that ends the window, in place of an earlier one; the moment it ends."""
    until = now + UNDO_WINDOW
    await unit.jobs.set(Job(window_key(number), WINDOW_JOB, until, str(number)))
    return until


async def end_window(unit: Unit, campaign: Campaign, number: Number, now: dt.datetime) -> None:
    """Make the last change final: publish a verified public name, erase what is needed no more.

    A counted name goes with everything around it, and so does that of a withdrawn record; the
    route to the signer goes in every case.
    """
    await unit.jobs.end(window_key(number))
    record = await unit.endorsements.get(number)
    if record is None or record.undo_until is None or record.undoable_at(now):
        return
    verified = record.status is Status.VERIFIED
    publish = verified and record.visibility is Visibility.PUBLIC
    counted = verified and record.visibility is Visibility.COUNTED
    keep = not counted and record.status is not Status.WITHDRAWN
    if await unit.endorsements.end_window(record, publish=publish, keep=keep):
        if not keep:
            await unit.questions.erase(number)
            await unit.name_index.drop(number)
        final = await unit.endorsements.get(number)
        assert final is not None
        await renew_card(unit, campaign, final)
