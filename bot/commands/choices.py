"""Buttons to choose by. Each stands for the command that was asked for with the choice filled in,
so that nothing has to be kept until it is pressed, and is named by what it chooses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.commands.context import Context
from bot.domain.endorsement import Endorsement
from bot.ports import Button, Place, Rows
from bot.statements.model import Statement
from bot.text.breaks import shortened

LONGEST_LABEL = 32
"""Characters of a title on a button of its own row: more is cut off on a phone."""

MOST_DATA = 64
"""Bytes that a button can carry (Telegram's limit for callback_data)."""

MOST = 40
"""Choices in one message at most; a platform shows a hundred buttons, and nobody reads them."""


def of_statements(
    context: Context, statements: Iterable[Statement], command: str, rest: str = ""
) -> Rows:
    """A button for each; none where what was typed behind the statement's name does not fit."""
    buttons = []
    for statement in list(statements)[:MOST]:
        data = f"/{command} {statement.id} {rest}".rstrip()
        if len(data.encode()) > MOST_DATA:
            return ()
        title = shortened(statement.revision(context.languages).title, LONGEST_LABEL)
        buttons.append(Button(statement.id, title, data))
    return tuple((button,) for button in buttons)


def of_records(records: Sequence[tuple[Endorsement, str]], command: str) -> Rows:
    """A button for each record, with the title of its statement."""
    return tuple(
        (
            Button(
                f"#{record.number}",
                shortened(f"#{record.number} {title}", LONGEST_LABEL),
                f"/{command} {record.number}",
            ),
        )
        for record, title in records[:MOST]
    )


_WAYS_ON = {
    Place.PRIVATE: ("statements", "mine", "help"),
    Place.GROUP: ("statements", "help"),
    Place.ADMIN: ("pending", "help"),
}


def ways_on(context: Context) -> Rows:
    """What can be done in this chat in any case, below what says that something cannot."""
    typed = context.typed.name if context.typed else ""
    names = [name for name in _WAYS_ON[context.place] if name != typed]
    return (tuple(context.button(name, f"/{name}") for name in names),)
