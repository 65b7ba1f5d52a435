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
    signatories,
    signer,
)
from bot.commands.context import Context
from bot.commands.parameters import (
    ENDORSED,
    EXPORTED,
    LANGUAGE,
    LISTED,
    NAMED_REVISION,
    NOTHING,
    OWN,
    PAGE,
    PAGE_OF,
    RECORD,
    RECORD_FIRST,
    REVISION,
    SIGNED,
    STATEMENT,
    TEXT,
    WITHDRAWN,
    WORD,
    WORDS,
    Call,
)
from bot.commands.prompts import prompt_pressed
from bot.commands.table import (
    ADMIN,
    EVERYWHERE,
    GROUP,
    PRIVATE,
    ButtonTable,
    Command,
    CommandTable,
    Right,
)
from bot.domain.slots import SlotKind
from bot.ports import Place
from bot.wording import general as wording
from bot.wording.voice import N_

QUESTIONS = frozenset({SlotKind.REASON, SlotKind.QUESTION, SlotKind.ANSWER})
"""The kinds of messages to which a reply is an answer."""


def command_table() -> CommandTable:
    return CommandTable((*_reading(), *_signing(), *_answers(), *_admin(), *_about_the_bot()))


def _reading() -> tuple[Command, ...]:
    start, statements = TEXT.to(general.start), NOTHING.to(reader.statements)
    read = REVISION.then(PAGE, N_("[statement] [language]")).to(reader.read)
    demands = REVISION.then(WORD, N_("[statement] [number]")).to(reader.demands)
    listed, hits = LISTED.to(signatories.signatories), WORDS.to(search.search)
    return (
        Command("start", N_("begin"), start, EVERYWHERE, listed=False),
        Command("statements", N_("which statements there are"), statements, EVERYWHERE),
        Command("read", N_("read a statement"), read, EVERYWHERE),
        Command("demands", N_("the demands, or one of them"), demands, EVERYWHERE),
        Command("signatories", N_("who has signed, or find a name there"), listed, EVERYWHERE),
        Command("search", N_("find words in the texts"), hits, EVERYWHERE, costly=True),
        Command("share", N_("a text to forward"), REVISION.to(reader.share), EVERYWHERE),
    )


def _signing() -> tuple[Command, ...]:
    sign, mine = SIGNED.then(WORD).to(signer.sign), OWN.to(records.mine)
    endorse, withdraw = ENDORSED.to(group.endorse_here), WITHDRAWN.to(signer.ask_to_withdraw)
    cancel, delete = NOTHING.to(signer.cancel), NOTHING.to(records.delete)
    sign_elsewhere = NAMED_REVISION.to(signer.sign_elsewhere)
    mine_elsewhere = NOTHING.to(records.elsewhere)
    own = (
        ("mydata", N_("everything I hold about you"), records.send_mydata),
        ("forget", N_("withdraw and erase everything about you"), records.ask_to_forget),
    )
    chats = PRIVATE | GROUP
    return (
        Command(
            "sign", N_("sign a statement"), sign, PRIVATE, costly=True, elsewhere=sign_elsewhere
        ),
        Command("mine", N_("what you have signed"), mine, PRIVATE, elsewhere=mine_elsewhere),
        Command(
            "endorse",
            N_("endorse in the name of this group"),
            endorse,
            GROUP,
            Right.ASKS,
            about_group=True,
            costly=True,
            elsewhere=NOTHING.to(group.endorse_elsewhere),
        ),
        Command("withdraw", N_("withdraw what you have signed"), withdraw, chats, Right.ASKS),
        Command("cancel", N_("stop what you have begun"), cancel, chats, Right.ASKS),
        *(
            Command(name, summary, NOTHING.to(call), PRIVATE, costly=True, elsewhere=mine_elsewhere)
            for name, summary, call in own
        ),
        Command("delete", N_("delete the message of mine that you reply to"), delete, PRIVATE),
    )


def _answers() -> tuple[Command, ...]:
    """What can be typed in place of pressing a prompt's button; the prompt names them."""

    def answer(name: str, places: frozenset[Place], *, about_group: bool = False) -> Command:
        call = NOTHING.to(lambda context: prompt_pressed(context, context.slot, name))
        right = Right.ACTS
        return Command(
            name, "", call, places, right, about_group=about_group, listed=False, answers=True
        )

    return (
        answer("confirm", PRIVATE | GROUP, about_group=True),
        *(answer(name, PRIVATE) for name in ("skip", "public", "organisers", "counted", "updates")),
    )


def _admin() -> tuple[Command, ...]:
    def command(name: str, summary: str, call: Call, *, costly: bool = False) -> Command:
        return Command(name, summary, call, ADMIN, Right.ACTS, costly=costly)

    reject = RECORD_FIRST.then(TEXT, N_("N reason")).to(admin.reject)
    ask = RECORD_FIRST.then(TEXT, N_("N question")).to(admin.ask)
    export, reload = EXPORTED.to(admin.export), NOTHING.to(admin.reload)
    names = PAGE_OF.then(WORDS, WORDS.usage).to(find.find)
    return (
        command("pending", N_("what waits to be verified"), PAGE.to(admin.pending)),
        command("show", N_("bring the card of a number"), RECORD.to(admin.show)),
        command("verify", N_("verify an endorsement"), RECORD.to(admin.verify)),
        command("reject", N_("reject one, with a reason"), reject),
        command("ask", N_("ask the signer a question"), ask),
        command("undo", N_("take back a decision, for ten minutes"), RECORD.to(admin.undo)),
        command("find", N_("find people and organisations by name"), names, costly=True),
        command("stats", N_("the counts"), NOTHING.to(admin.stats)),
        command("export", N_("the public list as a file"), export, costly=True),
        command("close", N_("pause signing"), STATEMENT.to(admin.close)),
        command("open", N_("take signing up again"), STATEMENT.to(admin.open_again)),
        command("reload", N_("read the statements from the disk again"), reload, costly=True),
    )


def _about_the_bot() -> tuple[Command, ...]:
    language, claimed = LANGUAGE.to(general.language), TEXT.to(claim.claim)
    here = N_("make this group the admin chat")
    return (
        Command("claim", here, claimed, GROUP, Right.ACTS, listed=False),
        Command("language", N_("choose the language"), language, EVERYWHERE),
        Command("settings", N_("choose the language"), language, EVERYWHERE, listed=False),
        Command("privacy", N_("what is stored about you"), NOTHING.to(general.privacy), EVERYWHERE),
        Command("help", N_("this list"), NOTHING.to(_help), EVERYWHERE),
    )


async def _help(context: Context) -> None:
    commands = command_table().listed(context.place)
    rows = [
        (_typed(context, command), context.say.gettext(command.summary).plain)
        for command in commands
    ]
    context.answer(wording.help_text(context.say, rows))


def _typed(context: Context, command: Command) -> str:
    """How the command is typed, as far as help shows it."""
    usage = command.call.parameters.usage
    return f"{command.name} {context.say.gettext(usage).plain}" if usage else command.name


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
