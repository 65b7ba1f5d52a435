"""Texts that were changed: `changes`, to sign the new one or `stay`, and the admins' `text`."""

from __future__ import annotations

from bot.commands.choices import ways_on
from bot.commands.context import Context
from bot.commands.links import about
from bot.commands.mandates import propose_anew
from bot.conversations import records as conversation
from bot.conversations.records import NewText, SigningNew
from bot.domain.endorsement import Endorsement, Kind, Mode
from bot.domain.errors import Refusal
from bot.domain.ids import Number
from bot.domain.lifecycle import check_may_change_text
from bot.domain.log import TextChange
from bot.domain.slots import Slot
from bot.ports import Place
from bot.services import new_text, text_answers
from bot.services.text_answers import Asked
from bot.services.texts import compared
from bot.services.withdraw import own
from bot.statements.model import Revision, Statement
from bot.text.document import Document, Paragraph
from bot.text.flow import flow
from bot.text.markdown import parse
from bot.text.rich import RichText, rich
from bot.wording import general
from bot.wording import text_answers as answers
from bot.wording import texts as wording
from bot.wording.own import signed_text
from bot.wording.voice import lines

_ANSWERS = {"correction": TextChange.CORRECTION, "new": TextChange.NEW}


async def changes(context: Context, statement: Statement, revision: Revision) -> None:
    """What was changed in a text since people sign it, the latest first; in a group one message."""
    say, ways = context.say, (about(context, "read", revision),)
    told = context.campaign.history(statement.id).told(revision.language)
    if not told:
        context.answer(wording.never_changed(say, revision.title), (ways,))
        return
    parts = [wording.changes(say, revision.title, revision.language)]
    for adoption in told:
        old = await context.unit.statements.revision(adoption.of) if adoption.of else None
        new = await context.unit.statements.revision(adoption.digest)
        parts.append(lines(wording.since(say, adoption)))
        if old is not None and new is not None:
            parts += wording.places(say, compared(old, new))
    document = Document(tuple(Paragraph(part, 0) for part in parts))
    *pages, last = context.campaign.paginator.cut(flow(document), context.fit)
    if context.place is not Place.GROUP:
        for page in pages:
            context.answer(page.strip())
        context.answer(last.strip(), (ways,))
    else:
        context.turn_page([*pages, last][0].strip(), (ways,))


async def stay(context: Context, number: Number) -> None:
    """Nothing changes but the message that asked. Raises `UnknownNumber` and `NotChangeable`."""
    record = await own(context.unit, *context.signer, number)
    check_may_change_text(record)
    if new_text.stands_under(context.campaign, record):
        context.turn(
            wording.stays(context.say, record.number),
            ((context.button(*new_text.way_to_sign(record)),),),
        )
    else:
        title = context.title(record.statement)
        context.turn(wording.is_under_newest(context.say, record.number, title))


async def ask_to_sign_new(context: Context, record: Endorsement) -> None:
    state = SigningNew(record.number, record.digest)
    view = await signing_new(context, state)
    assert view is not None
    await context.begin(conversation.ask_to_sign_new(view))


async def signing_new(context: Context, state: SigningNew) -> NewText | None:
    """None where the statement is not here any more. Raises `UnknownNumber`."""
    record = await own(context.unit, *context.signer, state.number)
    statement = context.campaign.library.get(record.statement)
    if statement is None:
        return None
    revision = context.campaign.revision(statement, [record.language])
    try:
        check_may_change_text(record)
    except Refusal as refusal:
        return NewText(context.say, refusal, revision)
    old = await context.unit.statements.revision(record.digest)
    found = () if old is None else compared(old, revision)
    return NewText(context.say, record, revision, found)


async def new_text_agreed(context: Context, _state: SigningNew, view: NewText) -> None:
    assert isinstance(view.record, Endorsement)
    rule = context.campaign.library.statements[view.record.statement].terms.mandate
    if view.record.kind is Kind.ORGANISATION and rule.mode is not Mode.ADMINISTRATOR:
        # Who agreed to the earlier text has not agreed to this one.
        await propose_anew(context, view.record, view.revision)
        return
    _, signer = context.signer
    record = await new_text.sign_new(
        context.unit, context.campaign, view.record, signer, view.revision, context.now
    )
    context.turn(wording.signs_new(context.say, record.number, view.revision.title))


async def text(context: Context, statement: Statement, answer: str, mark: str) -> None:
    """`text port` shows what waits for an answer; `text port new 1a2b3c4d` answers what has that
    mark."""
    asked = await text_answers.WAITING.find(context.unit, statement.id)
    if asked is None:
        context.answer(answers.nothing_asked(context.say), ways_on(context))
    elif answer in _ANSWERS and mark == asked.mark:
        context.answer(await _answered(context, asked, answer), ways_on(context))
    else:
        if mark:
            context.answer(answers.seen_another(context.say))
        await text_answers.ask_again(context.unit, context.campaign, asked)


async def pressed(context: Context, slot: Slot, button: str) -> None:
    """A button below the question."""
    asked = await text_answers.WAITING.find(context.unit, slot.about)
    if asked is None or button not in _ANSWERS:
        context.notice(general.old_button(context.say))
    else:
        context.notice((await _answered(context, asked, button)).plain)


async def _answered(context: Context, asked: Asked, answer: str) -> RichText:
    is_done = await text_answers.answer(
        context.unit, context.campaign, asked, _ANSWERS[answer], context.admin, context.now
    )
    return answers.done(context.say) if is_done else answers.correction_noted(context.say)


def which_own(context: Context, record: Endorsement) -> RichText | None:
    """Whether another text has come since the one that was signed."""
    history = context.campaign.history(record.statement)
    newest = history.newest(record.language)
    is_other = newest is not None and newest.digest != record.digest
    return wording.which_own(
        context.say, is_earlier=record.digest in history.earlier, is_other=is_other
    )


async def show_signed(context: Context, record: Endorsement) -> None:
    """The text as it was signed, whatever it is now, in as many messages as it needs; and what is
    other in that of today."""
    revision = await context.unit.statements.revision(record.digest)
    assert revision is not None
    title = Paragraph(signed_text(context.say, record, revision.title), 0)
    attribution = [Paragraph(rich(revision.attribution), 0)] if revision.attribution else []
    document = Document((title, *attribution, *parse(revision.text).blocks))
    for page in context.campaign.paginator.cut(flow(document), context.fit):
        context.answer(page.strip(), language=revision.language)
    newest = context.campaign.history(record.statement).newest(record.language)
    today = await context.unit.statements.revision(newest.digest) if newest else None
    if today is not None and today.digest != revision.digest:
        found = wording.places(context.say, compared(revision, today))
        parts = (wording.changed_since(context.say), which_own(context, record), *found)
        changes = Document(tuple(Paragraph(part, 0) for part in parts if part))
        for page in context.campaign.paginator.cut(flow(changes), context.fit):
            context.answer(page.strip())
