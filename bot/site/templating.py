"""The templates of the page: the program's own, and those of the organisers in their place."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

import jinja2

from bot.domain.faults import OperatorFault
from bot.site.document import inline
from bot.text.rich import RichText

OWN = Path(__file__).parent
STATIC = "static"


class TemplateFault(OperatorFault):
    """A template cannot be used: the sentence has its file and line."""


class Templates:
    """What pages are filled into. `folder` is the organisers': a file of it stands in the place of
    the program's of the same name, and one in its `static/` in that of the program's there, or
    beside them."""

    def __init__(self, folder: Path | None) -> None:
        """Raises `TemplateFault` where the folder is not there."""
        if folder is not None and not folder.is_dir():
            raise TemplateFault(f"There is no folder {folder}; publish.templates names it.")
        self._folders = [*([folder] if folder else []), OWN / "templates"]
        self._static = [OWN / STATIC, *([folder / STATIC] if folder else [])]

    @cached_property
    def _environment(self) -> jinja2.Environment:
        loaders = [jinja2.FileSystemLoader(folder) for folder in self._folders]
        return jinja2.Environment(
            loader=jinja2.ChoiceLoader(loaders),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            finalize=_shown,
        )

    def fill(self, name: str, values: dict[str, Any]) -> bytes:
        """The page of that template. Raises `TemplateFault`."""
        try:
            return self._environment.get_template(name).render(values).encode()
        except jinja2.TemplateSyntaxError as error:
            raise TemplateFault(_said(error.filename or name, error.lineno, error)) from error
        except jinja2.TemplateNotFound as error:
            raise TemplateFault(f"{name}: there is no template {error}") from error
        except Exception as error:
            raise TemplateFault(_said(*self._place(error, name), error)) from error

    def static(self) -> Iterator[tuple[PurePosixPath, bytes]]:
        """The files that are as they are on every page, in the order of their names."""
        found: dict[PurePosixPath, Path] = {}
        for folder in self._static:
            for file in sorted(folder.rglob("*")) if folder.is_dir() else ():
                if file.is_file():
                    found[PurePosixPath(STATIC, *file.relative_to(folder).parts)] = file
        for path in sorted(found):
            yield path, found[path].read_bytes()

    def _place(self, error: Exception, name: str) -> tuple[str, int | None]:
        """The innermost line of a template that the error went through."""
        place: tuple[str, int | None] = (name, None)
        trace = error.__traceback__
        while trace is not None:
            file = Path(trace.tb_frame.f_code.co_filename)
            if any(file.is_relative_to(folder) for folder in self._folders):
                place = (str(file), trace.tb_lineno)
            trace = trace.tb_next
        return place


def _shown(value: object) -> object:
    """Styled text as HTML, wherever a template names it."""
    return inline(value) if isinstance(value, RichText) else value


def _said(file: str, line: int | None, error: Exception) -> str:
    where = f"{file}:{line}" if line else file
    reason = getattr(error, "message", None) or str(error) or type(error).__name__
    return f"{where}: the template cannot be used: {reason}"
