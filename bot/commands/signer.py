"""Signing and withdrawing: `sign`, `withdraw`, `cancel`, and the conversations they begin."""

from __future__ import annotations

from bot.commands.call import Call
from bot.commands.choosing import choose_revision, choose_statement, parse_number
from bot.conversations import sign as signing_conversation
from bot.conversations.sign import Signing, View
from bot.conversations.stored import Withdrawing
from bot.conversations.turn import Input, Pressed, Turn, as_press
from bot.domain.endorsement import Details, Endorsement, Kind
from bot.domain.ids import Number
from bot.ports import Place
from bot.services.endorse import Request, check_may_endorse, endorse
from bot.services.posting import delete_button
from bot.services.withdraw import undo_withdrawal, withdraw, withdrawable
from bot.statements.countries import find_country
from bot.statements.model import Revision, Statement
from bot.wording import groups, own, signing

UNDO = "undo"


async def sign(call: Call, args: str) -> None:
    words = args.split()
    if (statement := choose_statement(call, words)) is None:
        return
    revision = choose_revision(call, statement, words)
    if words and not revision.digest.startswith(words[0]):
        # The button stood under a text that is not the current one any more.
        call.answer(signing.text_changed(call.say, revision.title))
    await begin_signing(call, statement, revision)


async def sign_elsewhere(call: Call, args: str) -> None:
    """`sign` outside a private chat: one short line with the way there."""
    words = args.split()
    statement = call.campaign.library.get(words[0]) if words else None
    revision = statement and choose_revision(call, statement, words[1:])
    payload = f"s_{revision.statement}_{revision.language}" if revision else "sign"
    call.to_private(f"sign {statement.id}" if statement else "sign", payload)


async def begin_signing(call: Call, statement: Statement, revision: Revision) -> None:
    """Ask for consent, and drop what had begun before. Raises as `check_may_endorse`."""
    await check_may_endorse(call.unit, statement, Kind.PERSON, call.person, call.now)
    await call.end_conversation()
    await _go_on(call, signing_conversation.start(_view(call, revision)), revision)


async def continue_signing(call: Call, state: Signing, given: Input) -> None:
    """One answer further in the conversation."""
    statement = call.campaign.library.get(state.statement)
    if statement is None:
        await call.end_conversation()
        call.turn(signing.statement_left(call.say))
        return
    revision = statement.revision([state.language])
    turn = signing_conversation.step(state, given, _view(call, revision))
    if turn.state is None:
        await call.end_conversation()
        call.turn(turn.text)
    elif turn.act:
        await call.end_conversation()
        record = await _record(call, statement, revision, turn.state)
        receipt = signing.receipt(call.say, record.number, revision.title, record.digest)
        call.turn(receipt, delete_button(call.say))
    else:
        await _go_on(call, turn, revision)


async def ask_to_withdraw(call: Call, args: str) -> None:
    """Ask once; with several records the number is needed. Raises as `withdrawable`.

    `withdraw undo 12` is what the button under a withdrawal does.
    """
    first, _, last = args.strip().partition(" ")
    if first == UNDO and (undone := parse_number(last)) is not None:
        await undo_own_withdrawal(call, undone)
        return
    number = parse_number(args) if args.strip() else None
    if args.strip() and number is None:
        call.answer(signing.number_expected(call.say))
        return
    kind, signer = call.signer
    found = await withdrawable(call.unit, kind, signer, number)
    if len(found) > 1:
        titled = [(r, call.campaign.title(r.statement, call.say.language)) for r in found]
        call.answer(own.which_to_withdraw(call.say, titled))
        return
    await call.end_conversation()
    await _ask_withdraw(call, found[0])


async def continue_withdrawing(call: Call, state: Withdrawing, given: Input) -> None:
    given = as_press(call.say, given, (("confirm", "cancel"),))
    if given not in {Pressed("confirm"), Pressed("cancel")}:
        kind, signer = call.signer
        (record,) = await withdrawable(call.unit, kind, signer, state.number)
        await _ask_withdraw(call, record)
        return
    await call.end_conversation()
    if given == Pressed("cancel"):
        call.turn(signing.cancelled(call.say))
        return
    kind, signer = call.signer
    record = await withdraw(call.unit, call.campaign, kind, signer, state.number, call.now)
    assert record.undo_until is not None
    text = (
        signing.withdrawn(call.say, record.number, record.undo_until)
        if call.place is Place.PRIVATE
        else groups.withdrawn(call.say, record.number)
    )
    slot = f"{UNDO}:{record.number}"
    await call.live(slot, text, [["undo"]], on=call.turning_message)


async def undo_pressed(call: Call, rest: str, _button: str) -> None:
    """The `undo` under a withdrawal. Raises `NothingToUndo`."""
    await undo_own_withdrawal(call, Number(int(rest)))


async def undo_own_withdrawal(call: Call, number: Number) -> None:
    kind, signer = call.signer
    record = await undo_withdrawal(call.unit, call.campaign, kind, signer, number, call.now)
    await call.unit.messages.end(f"{UNDO}:{number}")
    call.turn(signing.withdrawal_undone(call.say, record))


async def cancel(call: Call, _args: str) -> None:
    if call.conversation is None:
        call.answer(signing.nothing_to_cancel(call.say))
        return
    await call.end_conversation()
    call.answer(signing.cancelled(call.say))


async def _ask_withdraw(call: Call, record: Endorsement) -> None:
    text = signing.ask_withdraw(
        call.say, record, call.campaign.title(record.statement, call.say.language)
    )
    await call.converse(Withdrawing(record.number), text, (("confirm", "cancel"),))


async def _go_on(call: Call, turn: Turn[Signing], revision: Revision) -> None:
    assert turn.state is not None
    commands = {"read": f"/read {revision.statement} {revision.language}"}
    await call.converse(turn.state, turn.text, turn.buttons, commands)


async def _record(
    call: Call, statement: Statement, revision: Revision, state: Signing
) -> Endorsement:
    request = Request(
        statement=statement,
        revision=revision,
        kind=Kind.PERSON,
        signer=call.person,
        name=state.name,
        country=state.country,
        visibility=state.visibility,
        details=Details(affiliation=state.affiliation),
        route=call.route,
        wants_updates=state.wants_updates,
    )
    return await endorse(call.unit, call.campaign, request, call.now)


def _view(call: Call, revision: Revision) -> View:
    return View(call.say, revision, find_country)
