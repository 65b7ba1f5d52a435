"""Imported by Synapse's Python before Synapse: its database is asked in the thread that asks.

Synapse hands each transaction to another thread and waits for it, and with SQLite it has one for
all: a fifth of what it does is to change threads. Its own tests run it like this too. Here only
Twisted, which it stands on, is told so.
"""

from typing import Any

from twisted.enterprise.adbapi import ConnectionPool
from twisted.internet.defer import Deferred


def _in_this_thread(pool: Any, work: Any, *arguments: Any, **named: Any) -> Any:
    """After what is going on now, as it would be with a thread; never in the middle of it."""
    done = Deferred()

    def do() -> None:
        try:
            result = pool._runWithConnection(work, *arguments, **named)
        except Exception:  # noqa: BLE001 - whoever asked is told
            done.errback()
        else:
            done.callback(result)

    pool._reactor.callLater(0, do)
    return done


ConnectionPool.runWithConnection = _in_this_thread
