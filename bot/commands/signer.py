"""Signing and withdrawing: `sign`, `withdraw`, `cancel`, and the conversations they begin."""

from __future__ import annotations

from collections.abc import Sequence

from bot.commands import news
from bot.commands.choices import of_records
from bot.commands.context import Context
from bot.commands.cost import Cost
from bot.commands.links import which_text
from bot.commands.moving import only_here
from bot.commands.texts import ask_to_sign_new
from bot.conversations import records
from bot.conversations import sign as signing_conversation
from bot.conversations.draft import Signing, View, ask, details
from bot.conversations.records import Withdrawal, Withdrawing
from bot.domain.endorsement import Given, Kind
from bot.domain.errors import Refusal
from bot.domain.ids import Language, Number
from bot.ports import Place, Press
from bot.services.endorse import check_may_endorse, endorse
from bot.services.new_text import under_earlier
from bot.services.pace import usual
from bot.services.posting import delete_button, share_button
from bot.services.receipts import code_of
from bot.services.sources import count_signature
from bot.services.withdraw import undo_withdrawal, withdraw, withdrawable
from bot.statements.model import Revision, Statement
from bot.wording import groups, own, signing
from bot.wording.voice import paragraphs

UNDO = "undo"


async def sign(context: Context, statement: Statement, revision: Revision, digest: str) -> None:
    """`digest` begins that of the text on the screen, empty where the command was typed."""
    if not revision.digest.startswith(digest):
        # The button stood under a text that is not the current one any more.
        context.answer(signing.text_changed(context.say, revision.title))
    await begin_signing(context, statement, revision)


async def sign_elsewhere(context: Context, revision: Revision | None) -> None:
    """`sign` outside a private chat: one short line with the way there."""
    if revision is None:
        context.to_private("sign", "sign")
    else:
        payload = f"s_{revision.statement}_{revision.language}"
        context.to_private(f"sign {revision.statement}", payload)


async def begin_signing(context: Context, statement: Statement, revision: Revision) -> None:
    """Ask for consent, and drop what had begun before; the button under a page goes on with what
    had begun of the same statement. Who stands under an earlier text is asked about the new one.
    Raises as `check_may_endorse`."""
    kind, signer = context.signer
    earlier = await under_earlier(
        context.unit, context.campaign, statement, kind, signer, context.now
    )
    if earlier is not None:
        await ask_to_sign_new(context, earlier)
        return
    await check_may_endorse(context.unit, statement, Kind.PERSON, context.person, context.now)
    draft, view = context.conversation, view_of(context, statement, [revision.language])
    is_resumed = isinstance(context.event, Press) and isinstance(draft, Signing)
    if is_resumed and isinstance(draft, Signing) and draft.statement == statement.id:
        await context.converse(ask(view, draft))
    else:
        await context.begin(signing_conversation.start(view))


def view_of(context: Context, statement: Statement, languages: Sequence[Language | None]) -> View:
    """What a conversation about a statement may look at."""
    shows = statement.terms.affiliation_shown
    revision = context.campaign.revision(statement, languages)
    which = which_text(context, statement, revision)
    demands = statement.exceptable(revision)
    return View(context.say, revision, shows_affiliations=shows, which=which, demands=demands)


async def record(context: Context, state: Signing, view: View) -> None:
    """What was confirmed. Raises what `endorse` raises."""
    given = Given(
        statement=state.statement,
        kind=Kind.PERSON,
        language=state.language,
        digest=state.digest,
        name=state.name,
        country=state.country,
        visibility=state.visibility,
        details=details(state, view),
        route=context.route,
        wants_updates=state.wants_updates,
    )
    recorded = await endorse(context.unit, context.campaign, context.person, given, context.now)
    await count_signature(context.unit, context.campaign, context.chat, recorded, context.now)
    await context.remember_answers(state.said.values())
    title = view.revision.title
    code, takes = await code_of(context.unit, recorded), await usual(context.unit)
    receipt = signing.receipt(context.say, recorded, title, code, takes)
    share = share_button(context.say, state.statement, state.language)
    mine = context.button("mine", "/mine")
    asks = (await news.button_of(context, recorded),)
    context.turn(receipt, (asks, *share, (mine,), *delete_button(context.say)))


async def ask_to_withdraw(context: Context, number: Number | None, is_undone: bool) -> None:
    """Ask once; with several records the number is needed. Raises as `withdrawable`.

    `withdraw undo 12` is what the button under a withdrawal does.
    """
    if is_undone and number is not None:
        context.spend(Cost.WORK)
        await undo_own_withdrawal(context, number)
        return
    kind, signer = context.signer
    found = context.titled(await withdrawable(context.unit, kind, signer, number))
    if len(found) > 1:
        context.answer(own.which_to_withdraw(context.say, found), of_records(found, "withdraw"))
    else:
        await context.begin(records.ask_to_withdraw(context.say, *found[0]))


async def withdrawal(context: Context, state: Withdrawing) -> Withdrawal:
    kind, signer = context.signer
    try:
        (found,) = await withdrawable(context.unit, kind, signer, state.number)
    except Refusal as refusal:
        return Withdrawal(context.say, refusal)
    return Withdrawal(context.say, found, context.title(found.statement))


async def withdraw_agreed(context: Context, state: Withdrawing, _view: Withdrawal) -> None:
    kind, signer = context.signer
    gone = await withdraw(context.unit, context.campaign, kind, signer, state.number, context.now)
    if gone.undo_until is None:
        text = signing.withdrawn(context.say, gone.number, None)
        context.turn(paragraphs(text, only_here(context)))
        return
    text = (
        signing.withdrawn(context.say, gone.number, gone.undo_until)
        if context.place is Place.PRIVATE
        else groups.withdrawn(context.say, gone.number, gone.undo_until - context.now)
    )
    text = paragraphs(text, only_here(context))
    context.turn(text, ((context.button(UNDO, f"/withdraw undo {gone.number}"),),))


async def undo_own_withdrawal(context: Context, number: Number) -> None:
    kind, signer = context.signer
    back = await undo_withdrawal(context.unit, context.campaign, kind, signer, number, context.now)
    context.turn(signing.withdrawal_undone(context.say, back))
