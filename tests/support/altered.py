"""What a test changes in the program before it begins: a clock that it can set, or one thing that
is broken on purpose."""

from __future__ import annotations

import importlib
import os

ALTERED = "ALTERED"
"""The variable of the environment that names functions as `module:function`, between blanks."""


def alter() -> None:
    """Before the program begins, in its process."""
    for name in os.environ.get(ALTERED, "").split():
        module, _, function = name.partition(":")
        getattr(importlib.import_module(module), function)()
