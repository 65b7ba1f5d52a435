"""Buttons to choose by. Each stands for the command that was asked for with the choice filled in,
so that nothing has to be kept until it is pressed, and is named by what it chooses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.commands.context import Context
from bot.domain.endorsement import Endorsement
from bot.domain.ids import Language
from bot.ports import Button, Place, Rows
from bot.statements.model import Statement
from bot.text.breaks import shortened
from bot.wording.voice import own_name

LONGEST_LABEL = 32
"""Characters of a title on a button of its own row: more is cut off on a phone."""

LONGEST_NAME = 20
"""Characters of a language's name; a third of a phone's width shows no more."""

MOST_DATA = 64
"""Bytes that a button can carry (Telegram's limit for callback_data)."""

KEPT = "…"
"""Stands for what was typed, where that is too long for a button: the conversation keeps it."""

CARDS_IN_A_ROW = 5

MOST = 40
"""Choices in one message at most; a platform shows a hundred buttons, and nobody reads them."""


def fits(statements: Iterable[Statement], command: str, rest: str) -> bool:
    """Whether a button for each can carry what was typed."""
    carried = (f"/{command} {statement.id} {rest}" for statement in statements)
    return all(len(data.encode()) <= MOST_DATA for data in carried)


def of_statements(
    context: Context, statements: Iterable[Statement], command: str, rest: str = ""
) -> Rows:
    """A button for each. `rest` is what was typed behind the statement's name, or `KEPT`."""
    buttons = []
    for statement in list(statements)[:MOST]:
        data = f"/{command} {statement.id} {rest}".rstrip()
        title = shortened(context.revision(statement).title, LONGEST_LABEL)
        buttons.append(Button(statement.id, title, data))
    return tuple((button,) for button in buttons)


def in_rows(buttons: Sequence[Button], length: int) -> Rows:
    return tuple(tuple(buttons[at : at + length]) for at in range(0, len(buttons), length))


def of_languages(languages: Iterable[Language]) -> Rows:
    """A button for each, under its own name."""
    return tuple((Button(tag, language_label(tag), f"/language {tag}"),) for tag in languages)


def language_label(language: Language) -> str:
    """The language's own name, as far as a button shows it."""
    return shortened(own_name(language), LONGEST_NAME)


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


def cards_of(records: Sequence[Endorsement]) -> Rows:
    """A button for each record that brings its card."""
    names = [f"#{record.number}" for record in records]
    return in_rows([Button(name, name, f"/show {name[1:]}") for name in names], CARDS_IN_A_ROW)


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
