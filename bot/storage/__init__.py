"""The database: tables, migrations, queries per entity, and the unit of work.

`sqlalchemy.ext.asyncio` imports the library's mapper of classes for its sessions, 7 MiB and a tenth
of a second that every command would pay for nothing. So its place is taken here, before anything
imports it, by a package of the same modules that gives out the engine's names only.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.machinery import PathFinder
from importlib.util import module_from_spec

import sqlalchemy.ext
from sqlalchemy.util import concurrency

_PACKAGE = "sqlalchemy.ext.asyncio"


def _leave_out_sessions() -> None:
    spec = PathFinder.find_spec(_PACKAGE, sqlalchemy.ext.__path__)
    assert spec is not None
    package = sys.modules[_PACKAGE] = sqlalchemy.ext.asyncio = module_from_spec(spec)
    engine = import_module(f"{_PACKAGE}.engine")
    for name in ("AsyncConnection", "AsyncEngine", "create_async_engine"):
        setattr(package, name, getattr(engine, name))
    # As the package itself does in the end.
    concurrency._concurrency_shim._initialize()  # noqa: SLF001


if _PACKAGE not in sys.modules:
    _leave_out_sessions()
