"""The machine's clock jumps by ten years, forward and back, while people sign."""

from __future__ import annotations

import itertools

from tests.faults.host import Host
from tests.faults.sizes import SOAK, tries
from tests.faults.tally import Outcome, Record

TEN_YEARS = 10 * 365.25 * 24 * 3600
JUMPS = (TEN_YEARS, -TEN_YEARS, -TEN_YEARS, TEN_YEARS)


async def test_ten_years_forward_and_back(host: Host, record: Record) -> None:
    """After each jump people sign and are verified, and the program starts."""
    hand, signers = host.clock_hand(), itertools.count(0, 2)
    await host.start()
    outcome = Outcome("clock jumps", host.kind)
    for jump in itertools.islice(itertools.cycle(JUMPS), tries(2, 40)):
        hand.set(jump)
        await host.crowd.sign(next(signers))
        outcome.tried += 1
        if SOAK:
            outcome.add(await host.recovered())
            await host.start()
            await host.crowd.sign(next(signers))
    outcome.add(await host.recovered())
    record(outcome)
