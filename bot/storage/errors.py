"""What can go wrong with a database that is no bug of ours."""

import sqlite3

import sqlalchemy.exc as sa_exc

from bot.domain.faults import OperatorFault


class StorageFault(OperatorFault):
    """The database cannot be used at all: the sentence says why and what to do."""


class DatabaseInUse(StorageFault):
    """Another instance works on it."""


class Unfinished(StorageFault):
    """A commit was cut off, and nothing but a start takes it back."""

    def __init__(self) -> None:
        super().__init__(
            "the bot was stopped in the middle of a commit; its next start takes that back, and "
            "until then nothing can be read without writing"
        )


class CommitLost(StorageFault):
    """The server was lost in the middle of a commit: what is in memory may be older than what is
    stored now, so that all of it has to be read again."""

    def __init__(self) -> None:
        super().__init__(
            "the database was lost in the middle of a commit, which may have been done or not"
        )


class DatabaseChanged(StorageFault):
    """What counts is not as this program left it. `what` says where that is seen."""

    exit_code = 1

    def __init__(self, what: str) -> None:
        super().__init__(
            f"{what}: the database was changed by something other than this program, or an older "
            "copy was put in its place. The bot does not run on it, and has changed nothing. Find "
            "out who could write to it, then bring a backup back (`undersigned restore`), or "
            "accept what is there with `undersigned accept-database --note TEXT`, which admins and "
            "readers of the log will see (docs/backups.md, A database that was changed)."
        )


class StorageUnavailable(Exception):
    """The database cannot be written or reached just now (disk full, I/O error, server away)."""


class HandledAlready(Exception):
    """A commit that seemed to fail was carried out: what the unit was about has been done."""


# Primary result codes, https://sqlite.org/rescode.html; an extended one has its in the low byte.
_PASSING_SQLITE = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
}
# Classes of SQLSTATE: connection, insufficient resources, operator intervention, system error.
_PASSING_SQLSTATE = ("08", "53", "57", "58", "25006")


def is_passing(error: BaseException) -> bool:
    """Whether trying the same again later can succeed."""
    if isinstance(error, sa_exc.DBAPIError):
        if error.connection_invalidated:
            return True
        original: BaseException | None = error.orig
    else:
        original = error
    while original is not None:
        if isinstance(original, sqlite3.Error):
            return (getattr(original, "sqlite_errorcode", 0) & 0xFF) in _PASSING_SQLITE
        if state := getattr(original, "sqlstate", None):
            return str(state).startswith(_PASSING_SQLSTATE)
        if isinstance(original, OSError):
            return True
        original = original.__cause__
    return False
