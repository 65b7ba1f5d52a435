"""What takes two admins, in the configuration."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, PlainValidator, ValidationInfo

from bot.config.values import as_path, lower


def _names(value: object, info: ValidationInfo) -> tuple[str, ...]:
    """The lines of the file that is named, but for empty ones and those that begin with #."""
    if isinstance(value, tuple):
        return value
    try:
        text = as_path(value, info).read_text("utf-8-sig")
    except OSError:
        raise ValueError("there is no such file, or it can't be read here") from None
    except UnicodeDecodeError:
        raise ValueError("the file is no text in UTF-8; save it as that") from None
    lines = (line.strip() for line in text.splitlines())
    if not (names := tuple(line for line in lines if line and not line.startswith("#"))):
        raise ValueError("no name stands in that file; write one in each line")
    return names


TwoAdmins = Annotated[Literal["none", "organisations", "all"], BeforeValidator(lower)]
NameFile = Annotated[tuple[str, ...], PlainValidator(_names)]
"""The names in the file, as they are written there."""
