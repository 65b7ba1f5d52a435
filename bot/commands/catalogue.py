"""The commands and buttons there are, in the order in which help lists them."""

from __future__ import annotations

from functools import cache

from bot.commands import (
    admin,
    announcing,
    appealing,
    audit,
    bulk,
    claim,
    find,
    general,
    group,
    linking,
    living,
    mandates,
    mine,
    moving,
    mydata,
    news,
    paper,
    pending,
    questions,
    reader,
    responses,
    search,
    second,
    several,
    sharing,
    signatories,
    signer,
    sources,
    texts,
)
from bot.commands.choices import ways_on
from bot.commands.context import Context
from bot.commands.cost import Cost
from bot.commands.numbers import (
    APPEALED,
    AUDITED,
    BULK,
    OWN,
    PAGE_OF,
    RECORD,
    RECORD_FIRST,
    RECORD_OR_NONE,
    RECORDS,
    RECORDS_FIRST,
    WITHDRAWN,
)
from bot.commands.parameters import (
    ENDORSED,
    EXPORTED,
    LANGUAGE,
    LISTED,
    NAMED_REVISION,
    NOTHING,
    PAGE,
    REVISION,
    SIGNED,
    STATEMENT,
    TEXT,
    WORD,
    WORDS,
    Call,
    Parameters,
)
from bot.commands.prompts import cancel as cancel_prompt
from bot.commands.prompts import prompt_pressed
from bot.commands.selecting import DESK, SELECTION
from bot.commands.table import (
    ADMIN,
    EVERYWHERE,
    GROUP,
    PRIVATE,
    ButtonTable,
    Command,
    CommandTable,
    Right,
    costs,
)
from bot.domain.slots import SlotKind
from bot.ports import Place
from bot.wording import general as wording
from bot.wording.voice import N_

QUESTIONS = frozenset(
    {
        *(SlotKind.REASON, SlotKind.QUESTION, SlotKind.ANSWER, SlotKind.SEVERAL, SlotKind.DESK),
        *(SlotKind.ANNOUNCEMENT, SlotKind.PAPER),
    }
)
"""The kinds of messages to which a reply is an answer."""


@cache
def command_table() -> CommandTable:
    return CommandTable(command for group in _groups() for command in group)


@cache
def _groups() -> tuple[tuple[Command, ...], ...]:
    """By what they are for; help leaves a blank line between two."""
    return _reading(), _signing(), _answers(), _admin(), _about_the_bot()


def _reading() -> tuple[Command, ...]:
    start, statements = TEXT.to(general.start), NOTHING.to(reader.statements)
    read = REVISION.then(PAGE, N_("[statement] [language]")).to(reader.read)
    demands = REVISION.then(WORD, N_("[statement] [number]")).to(reader.demands)
    changes, answer = REVISION.to(texts.changes), REVISION.to(responses.response)
    listed, hits = LISTED.to(signatories.signatories), WORDS.to(search.search)
    share = REVISION.then(WORD, N_("[statement] [number]")).to(sharing.share)
    picture, here = REVISION.to(sharing.picture), PRIVATE | ADMIN
    return (
        Command(
            "start",
            N_("start here"),
            start,
            EVERYWHERE,
            leads_to=general.linked_command,
            listed=False,
        ),
        Command("statements", N_("all statements"), statements, EVERYWHERE),
        Command("read", N_("read a statement"), read, EVERYWHERE),
        Command("demands", N_("the demands, one by one"), demands, EVERYWHERE),
        Command("signatories", N_("who has signed, or find a name"), listed, EVERYWHERE),
        Command("search", N_("find words in the texts"), hits, EVERYWHERE, cost=Cost.WORK),
        Command("share", N_("a message to pass on"), share, EVERYWHERE),
        Command("picture", N_("a picture to pass on"), picture, here, cost=Cost.WORK),
        Command("changes", N_("what was changed in a text"), changes, EVERYWHERE, cost=Cost.WORK),
        Command("response", N_("what was answered to a statement"), answer, EVERYWHERE),
    )


def _signing() -> tuple[Command, ...]:
    sign, own = SIGNED.then(WORD).to(signer.sign), OWN.to(mine.mine)
    endorse, withdraw = ENDORSED.to(group.endorse_here), WITHDRAWN.to(signer.ask_to_withdraw)
    cancel, delete = NOTHING.to(cancel_prompt), NOTHING.to(mydata.delete)
    switched = WORD.then(TEXT, N_("[on or off]")).to(news.news)
    sign_elsewhere = NAMED_REVISION.to(signer.sign_elsewhere)
    own_elsewhere = NOTHING.to(mine.elsewhere)
    held = (
        ("mydata", N_("everything I keep about you"), mydata.send_mydata, Cost.WORK),
        ("forget", N_("withdraw and erase everything"), mydata.ask_to_forget, Cost.ANSWER),
    )
    appealed, chats = APPEALED.to(appealing.appeal), PRIVATE | GROUP
    return (
        Command(
            "sign", N_("sign a statement"), sign, PRIVATE, cost=Cost.WORK, elsewhere=sign_elsewhere
        ),
        Command(
            "mine", N_("your signatures"), own, PRIVATE, cost=Cost.WORK, elsewhere=own_elsewhere
        ),
        Command(
            "endorse",
            N_("endorse as this group"),
            endorse,
            GROUP,
            Right.ASKS,
            about_group=True,
            cost=Cost.WORK,
            elsewhere=NOTHING.to(group.endorse_elsewhere),
        ),
        Command(
            *("stay", N_("stay with the text you signed"), RECORD.to(texts.stay), chats),
            Right.ASKS,
            listed=False,
        ),
        Command(
            *("alone", "", RECORD_OR_NONE.to(linking.alone), GROUP),
            Right.ACTS,
            listed=False,
        ),
        Command("withdraw", N_("take back what you signed"), withdraw, chats, Right.ASKS),
        Command(
            *("appeal", N_("appeal, once, if it wasn't accepted"), appealed, chats, Right.ACTS),
            cost=Cost.WORK,
        ),
        Command(
            *("news", N_("news of what you signed, on or off"), switched, chats),
            Right.ASKS,
            elsewhere=NOTHING.to(news.only_a_preview),
        ),
        Command("cancel", N_("cancel what you began"), cancel, chats, Right.ASKS),
        *(
            Command(name, summary, NOTHING.to(call), PRIVATE, cost=cost, elsewhere=own_elsewhere)
            for name, summary, call, cost in held
        ),
        Command(
            "code",
            N_("your secret code from another bot"),
            TEXT.to(moving.code),
            PRIVATE,
            cost=Cost.WORK,
            elsewhere=own_elsewhere,
            listed=False,
        ),
        Command("delete", N_("delete the message you reply to"), delete, PRIVATE),
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
    def command(name: str, summary: str, call: Call, cost: Cost = Cost.ANSWER) -> Command:
        return Command(name, summary, call, ADMIN, Right.ACTS, cost=cost)

    reject = RECORDS_FIRST.then(TEXT, N_("12 reason")).to(admin.reject)
    ask = RECORD_FIRST.then(TEXT, N_("12 question")).to(admin.ask)
    export = EXPORTED.to(admin.export)
    reload = Command(
        *("reload", N_("reload the statements"), NOTHING.to(admin.reload), ADMIN, Right.ACTS),
        reads_statements=True,
        cost=Cost.WORK,
    )
    on_paper = Parameters(TEXT.read, N_("[statement] [name (country); source]")).to(paper.add)
    add = Command(
        *("add", N_("add what was signed on paper"), on_paper, ADMIN, Right.ACTS),
        takes_file=True,
        cost=Cost.WORK,
    )
    text = STATEMENT.then(WORD).then(WORD, N_("[statement]")).to(texts.text)
    names = PAGE_OF.then(WORDS, WORDS.usage).to(find.find)
    links = WORD.then(WORD, N_("[word]")).to(sources.sources)
    announced = Parameters(TEXT.read, N_("[number]")).to(announcing.announce)
    linked = Parameters(RECORDS.read, "12 34").to(linking.link)
    return (
        command("pending", N_("decide what's waiting"), DESK.to(pending.pending)),
        command("show", N_("show a signature"), RECORDS.to(admin.show)),
        command("verify", N_("verify one, or several"), RECORDS.to(admin.verify)),
        command("reject", N_("don't accept one, or several"), reject),
        command("ask", N_("ask the signer something"), ask),
        command("undo", N_("undo a decision, within 10 minutes"), RECORDS.to(admin.undo)),
        command("aside", N_("set many aside, by what they share"), SELECTION.to(bulk.aside)),
        command("bulk", N_("what was decided about many"), BULK.to(bulk.bulks)),
        command("link", N_("link two of one organisation"), linked),
        command("unlink", N_("unlink what was linked"), RECORDS.to(linking.unlink)),
        command("reopen", N_("reopen a final decision, by two"), RECORDS.to(second.reopen)),
        command("agree", N_("agree to what takes two admins"), RECORD_OR_NONE.to(second.agree)),
        command("announce", N_("send news to who asked for it"), announced),
        add,
        command("find", N_("find a signature by its name"), names, Cost.WORK),
        command("stats", N_("the numbers"), NOTHING.to(admin.stats)),
        command("sources", N_("by which links people come"), links, Cost.WORK),
        command("export", N_("the public list as a file"), export, Cost.WORK),
        command("audit", N_("what admins did"), AUDITED.to(audit.audit)),
        command("close", N_("pause signing"), STATEMENT.to(admin.close)),
        command("open", N_("resume signing"), STATEMENT.to(admin.open_again)),
        command("finish", N_("close for ever, by two admins"), STATEMENT.to(second.finish)),
        reload,
        command("text", N_("answer about a changed text"), text, Cost.WORK),
    )


def _about_the_bot() -> tuple[Command, ...]:
    language, claimed = LANGUAGE.to(general.language), TEXT.to(claim.claim)
    here, choose = N_("make this group the admin chat"), N_("change the language")
    count, end_count = REVISION.to(living.count), PAGE.to(living.end_count)
    where = GROUP | ADMIN
    return (
        Command(
            *("count", N_("the count, kept up to date in a chat"), count, where, Right.ACTS),
            about_group=True,
            cost=Cost.WORK,
            elsewhere=NOTHING.to(living.count_elsewhere),
        ),
        Command("endcount", "", end_count, where, Right.ACTS, cost=Cost.WORK, listed=False),
        Command("claim", here, claimed, GROUP, Right.ACTS, cost=Cost.WORK, listed=False),
        Command("language", choose, language, EVERYWHERE, Right.ASKS),
        Command("settings", choose, language, EVERYWHERE, Right.ASKS, listed=False),
        Command("privacy", N_("what I keep about you"), NOTHING.to(general.privacy), EVERYWHERE),
        Command("help", N_("what I can do"), NOTHING.to(_help), EVERYWHERE),
    )


async def _help(context: Context) -> None:
    listed = {command.name for command in command_table().listed(context.place)}
    rows = [
        [
            (_typed(context, command), context.say.gettext(command.summary).plain)
            for command in group
            if command.name in listed
        ]
        for group in _groups()
    ]
    context.answer(wording.help_text(context.say, rows), ways_on(context))


def _typed(context: Context, command: Command) -> str:
    """How the command is typed, with what it cannot do without: what may be left out is asked for
    by buttons."""
    usage = command.call.parameters.usage
    needed = usage and not usage.startswith("[")
    return f"{command.name} {context.say.gettext(usage).plain}" if needed else command.name


def button_table() -> ButtonTable:
    return {
        SlotKind.PROMPT: prompt_pressed,
        SlotKind.ANSWER: costs(Cost.WORK, questions.question_pressed),
        SlotKind.QUESTION: admin.question_given,
        SlotKind.RELEASE: admin.release_pressed,
        SlotKind.DESK: pending.desk_pressed,
        SlotKind.BULK: bulk.bulk_pressed,
        SlotKind.CARD: admin.card_pressed,
        SlotKind.PROPOSAL: mandates.pressed,
        SlotKind.REASON: admin.reason_given,
        SlotKind.SEVERAL: several.pressed,
        SlotKind.SECOND: second.pressed,
        SlotKind.TEXT: texts.pressed,
        SlotKind.ANNOUNCEMENT: announcing.pressed,
        SlotKind.PAPER: paper.pressed,
    }
