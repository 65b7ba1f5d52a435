"""The commands and buttons there are, in the order in which help lists them."""

from __future__ import annotations

from bot.commands import (
    admin,
    claim,
    find,
    general,
    group,
    questions,
    reader,
    records,
    search,
    signer,
)
from bot.commands.context import Context
from bot.commands.prompts import prompt_pressed
from bot.commands.table import (
    ADMIN,
    EVERYWHERE,
    GROUP,
    PRIVATE,
    ButtonTable,
    Command,
    CommandTable,
    Handler,
    Needs,
)
from bot.domain.slots import SlotKind
from bot.wording import general as wording
from bot.wording.voice import N_

ROLE_AND_GROUP = Needs.ROLE | Needs.GROUP


QUESTIONS = frozenset({SlotKind.REASON, SlotKind.QUESTION, SlotKind.ANSWER})
"""The kinds of messages to which a reply is an answer."""


def command_table() -> CommandTable:
    return CommandTable(
        (
            *_reading(),
            Command(
                "sign",
                N_("sign a statement"),
                signer.sign,
                PRIVATE,
                N_("[statement]"),
                elsewhere=signer.sign_elsewhere,
            ),
            Command(
                "mine",
                N_("what you have signed"),
                records.mine,
                PRIVATE,
                elsewhere=records.elsewhere,
            ),
            Command(
                "endorse",
                N_("endorse in the name of this group"),
                group.endorse_here,
                GROUP,
                N_("[statement] [name (country)]"),
                ROLE_AND_GROUP,
                right=True,
                asks=True,
                elsewhere=group.endorse_elsewhere,
            ),
            Command(
                "withdraw",
                N_("withdraw what you have signed"),
                signer.ask_to_withdraw,
                PRIVATE | GROUP,
                N_("[number]"),
                Needs.ROLE,
                right=True,
                asks=True,
            ),
            Command(
                "cancel",
                N_("stop what you have begun"),
                signer.cancel,
                PRIVATE | GROUP,
                needs=Needs.ROLE,
                right=True,
                asks=True,
            ),
            *(
                Command(name, summary, handler, PRIVATE, elsewhere=records.elsewhere)
                for name, summary, handler in (
                    ("mydata", N_("everything that is held about you"), records.send_mydata),
                    (
                        "forget",
                        N_("withdraw and erase everything about you"),
                        records.ask_to_forget,
                    ),
                )
            ),
            Command(
                "delete",
                N_("delete the message of mine that you reply to"),
                records.delete,
                PRIVATE,
            ),
            *_answers(),
            *_admin(),
            Command(
                "claim",
                N_("make this group the admin chat"),
                claim.claim,
                GROUP,
                needs=Needs.ROLE,
                right=True,
                listed=False,
            ),
            Command(
                "language", N_("choose the language"), general.language, EVERYWHERE, N_("[code]")
            ),
            Command(
                "settings", N_("choose the language"), general.language, EVERYWHERE, listed=False
            ),
            Command("privacy", N_("what is stored about you"), general.privacy, EVERYWHERE),
            Command("help", N_("this list"), _help, EVERYWHERE),
        )
    )


def _reading() -> tuple[Command, ...]:
    return (
        Command("start", N_("begin"), general.start, EVERYWHERE, listed=False),
        Command("statements", N_("which statements there are"), reader.statements, EVERYWHERE),
        Command(
            "read", N_("read a statement"), reader.read, EVERYWHERE, N_("[statement] [language]")
        ),
        Command(
            "demands",
            N_("the demands, or one of them"),
            reader.demands,
            EVERYWHERE,
            N_("[statement] [number]"),
        ),
        Command(
            "signatories",
            N_("who issued and who endorsed it"),
            reader.signatories,
            EVERYWHERE,
            N_("[statement]"),
        ),
        Command("search", N_("find words in the texts"), search.search, EVERYWHERE, N_("words")),
        Command("share", N_("a text to forward"), reader.share, EVERYWHERE, N_("[statement]")),
    )


def _answers() -> tuple[Command, ...]:
    """What can be typed in place of pressing a prompt's button; the prompt names them."""

    def typed(name: str) -> Handler:
        return lambda context, _args: prompt_pressed(context, context.slot, name)

    return (
        Command(
            "confirm",
            "",
            typed("confirm"),
            PRIVATE | GROUP,
            needs=ROLE_AND_GROUP,
            right=True,
            listed=False,
            answers=True,
        ),
        *(
            Command(name, "", typed(name), PRIVATE, listed=False, answers=True)
            for name in ("skip", "public", "organisers", "counted", "updates")
        ),
    )


def _admin() -> tuple[Command, ...]:
    entries = (
        ("pending", N_("what waits to be verified"), admin.pending, ""),
        ("show", N_("bring the card of a number"), admin.show, "N"),
        ("verify", N_("verify an endorsement"), admin.verify, "N"),
        ("reject", N_("reject one, with a reason"), admin.reject, N_("N reason")),
        ("ask", N_("ask the signer a question"), admin.ask, N_("N question")),
        ("undo", N_("take back a decision, for ten minutes"), admin.undo, "N"),
        ("find", N_("find endorsements by words of the name"), find.find, N_("words")),
        ("stats", N_("the counts"), admin.stats, ""),
        ("export", N_("the public list as a file"), admin.export, N_("[statement] [csv or json]")),
        ("close", N_("pause signing"), admin.close, N_("[statement]")),
        ("open", N_("take signing up again"), admin.open_again, N_("[statement]")),
        ("reload", N_("read the statements from the disk again"), admin.reload, ""),
    )
    return tuple(
        Command(name, summary, handler, ADMIN, usage, Needs.ROLE, right=True)
        for name, summary, handler, usage in entries
    )


async def _help(context: Context, _args: str) -> None:
    commands = command_table().listed(context.place)
    rows = [
        (_typed(context, command), context.say.gettext(command.summary).plain)
        for command in commands
    ]
    context.answer(wording.help_text(context.say, rows))


def _typed(context: Context, command: Command) -> str:
    """How the command is typed, as far as help shows it."""
    if not command.usage:
        return command.name
    return f"{command.name} {context.say.gettext(command.usage).plain}"


def button_table() -> ButtonTable:
    return {
        SlotKind.PROMPT: prompt_pressed,
        SlotKind.UNDO: signer.undo_pressed,
        SlotKind.MINE: records.own_pressed,
        SlotKind.ANSWER: questions.question_pressed,
        SlotKind.QUESTION: admin.question_given,
        SlotKind.RELEASE: admin.release_pressed,
        SlotKind.CARD: admin.card_pressed,
        SlotKind.REASON: admin.reason_given,
    }
