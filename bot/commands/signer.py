"""Signing and withdrawing: `sign`, `withdraw`, `cancel`, and the conversations they begin."""

from __future__ import annotations

from bot.commands.context import Context
from bot.commands.parameters import choose_revision, choose_statement, parse_number
from bot.conversations import sign as signing_conversation
from bot.conversations.sign import Signing, View
from bot.conversations.stored import Withdrawing
from bot.conversations.transition import Input, Pressed, Transition, as_press
from bot.domain.endorsement import Details, Endorsement, Kind
from bot.domain.ids import Number
from bot.domain.slots import Slot, SlotKind
from bot.ports import Place
from bot.services.endorse import Request, check_may_endorse, endorse
from bot.services.posting import delete_button
from bot.services.withdraw import undo_withdrawal, withdraw, withdrawable
from bot.statements.countries import find_country
from bot.statements.model import Revision, Statement
from bot.wording import groups, own, signing

UNDO = "undo"


async def sign(context: Context, args: str) -> None:
    words = args.split()
    if (statement := choose_statement(context, words)) is None:
        return
    revision = choose_revision(context, statement, words)
    if words and not revision.digest.startswith(words[0]):
        # The button stood under a text that is not the current one any more.
        context.answer(signing.text_changed(context.say, revision.title))
    await begin_signing(context, statement, revision)


async def sign_elsewhere(context: Context, args: str) -> None:
    """`sign` outside a private chat: one short line with the way there."""
    words = args.split()
    statement = context.campaign.library.get(words[0]) if words else None
    revision = statement and choose_revision(context, statement, words[1:])
    payload = f"s_{revision.statement}_{revision.language}" if revision else "sign"
    context.to_private(f"sign {statement.id}" if statement else "sign", payload)


async def begin_signing(context: Context, statement: Statement, revision: Revision) -> None:
    """Ask for consent, and drop what had begun before. Raises as `check_may_endorse`."""
    await check_may_endorse(context.unit, statement, Kind.PERSON, context.person, context.now)
    await context.end_conversation()
    await _go_on(context, signing_conversation.start(_view(context, revision)), revision)


async def continue_signing(context: Context, state: Signing, given: Input) -> None:
    """One answer further in the conversation."""
    statement = context.campaign.library.get(state.statement)
    if statement is None:
        await context.end_conversation()
        context.turn(signing.statement_left(context.say))
        return
    revision = statement.revision([state.language])
    transition = signing_conversation.step(state, given, _view(context, revision))
    if transition.state is None:
        await context.end_conversation()
        context.turn(transition.text)
    elif transition.act:
        await context.end_conversation()
        record = await _record(context, statement, revision, transition.state)
        receipt = signing.receipt(context.say, record.number, revision.title, record.digest)
        context.turn(receipt, delete_button(context.say))
    else:
        await _go_on(context, transition, revision)


async def ask_to_withdraw(context: Context, args: str) -> None:
    """Ask once; with several records the number is needed. Raises as `withdrawable`.

    `withdraw undo 12` is what the button under a withdrawal does.
    """
    first, _, last = args.strip().partition(" ")
    if first == UNDO and (undone := parse_number(last)) is not None:
        await undo_own_withdrawal(context, undone)
        return
    number = parse_number(args) if args.strip() else None
    if args.strip() and number is None:
        context.answer(signing.number_expected(context.say))
        return
    kind, signer = context.signer
    found = await withdrawable(context.unit, kind, signer, number)
    if len(found) > 1:
        titled = [(r, context.campaign.title(r.statement, context.say.language)) for r in found]
        context.answer(own.which_to_withdraw(context.say, titled))
        return
    await context.end_conversation()
    await _ask_withdraw(context, found[0])


async def continue_withdrawing(context: Context, state: Withdrawing, given: Input) -> None:
    given = as_press(context.say, given, (("confirm", "cancel"),))
    if given not in {Pressed("confirm"), Pressed("cancel")}:
        kind, signer = context.signer
        (record,) = await withdrawable(context.unit, kind, signer, state.number)
        await _ask_withdraw(context, record)
        return
    await context.end_conversation()
    if given == Pressed("cancel"):
        context.turn(signing.cancelled(context.say))
        return
    kind, signer = context.signer
    record = await withdraw(context.unit, context.campaign, kind, signer, state.number, context.now)
    assert record.undo_until is not None
    text = (
        signing.withdrawn(context.say, record.number, record.undo_until)
        if context.place is Place.PRIVATE
        else groups.withdrawn(context.say, record.number)
    )
    slot = Slot.of(SlotKind.UNDO, record.number)
    await context.live(slot, text, [["undo"]], on=context.turning_message)


async def undo_pressed(context: Context, slot: Slot, _button: str) -> None:
    """The `undo` under a withdrawal. Raises `NothingToUndo`."""
    await undo_own_withdrawal(context, slot.number)


async def undo_own_withdrawal(context: Context, number: Number) -> None:
    kind, signer = context.signer
    record = await undo_withdrawal(
        context.unit, context.campaign, kind, signer, number, context.now
    )
    await context.unit.messages.end(Slot.of(SlotKind.UNDO, number))
    context.turn(signing.withdrawal_undone(context.say, record))


async def cancel(context: Context, _args: str) -> None:
    if context.conversation is None:
        context.answer(signing.nothing_to_cancel(context.say))
        return
    await context.end_conversation()
    context.answer(signing.cancelled(context.say))


async def _ask_withdraw(context: Context, record: Endorsement) -> None:
    text = signing.ask_withdraw(
        context.say, record, context.campaign.title(record.statement, context.say.language)
    )
    await context.converse(Withdrawing(record.number), text, (("confirm", "cancel"),))


async def _go_on(context: Context, transition: Transition[Signing], revision: Revision) -> None:
    assert transition.state is not None
    commands = {"read": f"/read {revision.statement} {revision.language}"}
    await context.converse(transition.state, transition.text, transition.buttons, commands)


async def _record(
    context: Context, statement: Statement, revision: Revision, state: Signing
) -> Endorsement:
    request = Request(
        statement=statement,
        revision=revision,
        kind=Kind.PERSON,
        signer=context.person,
        name=state.name,
        country=state.country,
        visibility=state.visibility,
        details=Details(affiliation=state.affiliation),
        route=context.route,
        wants_updates=state.wants_updates,
    )
    return await endorse(context.unit, context.campaign, request, context.now)


def _view(context: Context, revision: Revision) -> View:
    return View(context.say, revision, find_country)
