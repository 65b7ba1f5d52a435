"""The platforms, all asked at the same time, none of them for longer than an operator waits."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from bot.bootstrap.opening import open_storage
from bot.bootstrap.platforms import configured_adapters
from bot.config import Settings
from bot.doctor import database
from bot.domain.faults import OperatorFault
from bot.domain.findings import Finding, unknown, wrong
from bot.domain.ids import AdapterName
from bot.ports import Adapter, Diagnosable, Diagnosis, Now, Recall

PATIENCE = 8.0
"""Seconds."""

_NOT_ASKED = "it takes what is not there, by the lines above"


async def platforms(
    settings: Settings, now: Now, *, is_readable: bool, is_new: bool = False
) -> list[Finding]:
    """`is_readable`: the database opens with the keys, and has this version's schema; `is_new`:
    there is none yet, so that nothing can be kept in it."""
    adapters = configured_adapters(settings)
    looks = [
        _look(
            adapter.diagnose(_nothing, now)
            if is_new
            else await _diagnosis(settings, adapter, now, is_readable=is_readable)
        )
        for adapter in adapters.values()
        if isinstance(adapter, Diagnosable)
    ]
    return [finding for found in await asyncio.gather(*looks) for finding in found]


async def _diagnosis(
    settings: Settings, adapter: Adapter, now: Now, *, is_readable: bool
) -> Diagnosis:
    assert isinstance(adapter, Diagnosable)
    if not is_readable:
        return adapter.diagnose(None, now)
    adapter.admin_chat = await database.admin_chat(settings, adapter.name, adapter.admin_chat)
    return adapter.diagnose(_recall(settings, adapter.name), now)


async def _nothing(_kind: str) -> Mapping[str, str]:
    return {}


def _recall(settings: Settings, name: AdapterName) -> Recall:
    async def recall(kind: str) -> Mapping[str, str]:
        async with open_storage(settings, reader=True) as opened, opened.unit() as unit:
            return await unit.memos.all(name, kind)

    return recall


async def _look(diagnosis: Diagnosis) -> Sequence[Finding]:
    found: list[Finding] = []
    why = _NOT_ASKED
    try:
        async with asyncio.timeout(PATIENCE):
            async for finding in diagnosis.findings():
                found.append(finding)  # noqa: PERF401 - what was found by then counts
    except TimeoutError:
        why = f"no answer within {PATIENCE:g} s"
    except OperatorFault as fault:
        why = str(fault).removesuffix(".")
    names = {finding.what for finding in found}
    rest = [what for what in diagnosis.looks_at if what not in names]
    if not names and rest:
        remedy = "Look at this machine's way to it: DNS, firewall, proxy"
        found.append(wrong(rest.pop(0), why, remedy))
        why = _NOT_ASKED
    found += [unknown(what, why) for what in rest]
    return sorted(found, key=lambda finding: diagnosis.looks_at.index(finding.what))
