"""What a signer holds in their hand: a code, and the proof of what the log says of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from bot.bootstrap import reports
from bot.domain.ids import StatementId
from bot.verify import verify
from bot.verify.files import Findings
from tests.support.dialogue import Dialogue, signing
from tests.support.statements import library_of

CODE = re.compile(r"Your code in the log: ([A-Z2-7]{5}-[A-Z2-7]{5})")


async def exported(d: Dialogue, name: str = "port.json") -> Path:
    """The signed export, made while the bot runs."""
    pieces: list[str] = []
    statement = library_of(d.settings).statements[StatementId("port")]
    await reports.export_signed(d.settings, statement, pieces.append)
    file = d.folder / name
    file.write_text("".join(pieces), encoding="utf-8")
    return file


async def proof(d: Dialogue, against: Path | None = None) -> Findings:
    """What the file shows that the button sends."""
    await d.say("amal: /mine")
    said = await d.answer("amal: [proof]")
    assert said.path is not None, said.text
    assert said.path.endswith("receipt-1.json")
    return verify(Path(said.path), against=against)


def code_in(texts: Sequence[str]) -> str:
    """The one that all of them name."""
    (code,) = {found[1] for text in texts if (found := CODE.search(text))}
    return code


async def test_the_code_is_on_the_receipt_and_stays(d: Dialogue) -> None:
    said = await d.say(*signing("amal", "Amal Haddad", "public"))
    mine = await d.answer("amal: /mine")
    code = code_in([said[-1].text, mine.text])
    await d.say("zaid@admins: /verify 1", "%advance 11m")
    assert code_in([(await d.answer("amal: /mine")).text]) == code
    await d.sign("rami", "Rami Mansour")
    assert code_in([(await d.answer("rami: /mine")).text]) != code


async def test_there_is_no_proof_of_what_is_not_counted(d: Dialogue) -> None:
    await d.sign("amal", "Amal Haddad")
    await d.say("amal: /mine")
    waits = "#1 isn't counted yet. Ask again once it is."
    assert (await d.answer("amal: [proof]")).text == waits
    await d.say("zaid@admins: /verify 1")
    assert (await d.answer("amal: /mine 1 proof")).text == waits
    await d.say("zaid@admins: /undo 1", "zaid@admins: /reject 1 No", "%advance 11m")
    never = "#1 was never counted, so there's nothing to prove."
    assert (await d.answer("amal: /mine 1 proof")).text == never


async def test_nobody_gets_the_proof_of_another(d: Dialogue) -> None:
    await d.sign("amal", "Amal Haddad")
    await d.say("zaid@admins: /verify 1", "%advance 11m")
    said = await d.answer("rami: /mine 1 proof")
    assert said.path is None
    assert "#1" in said.text


async def test_the_proof_and_the_published_export_agree(d: Dialogue) -> None:
    code = code_in([(await d.say(*signing("amal", "Amal Haddad", "public")))[-1].text])
    await d.sign("rami", "Rami Mansour", "organisers")
    await d.say("zaid@admins: /verify 1", "zaid@admins: /verify 2", "%advance 11m")
    export = await exported(d)
    findings = verify(export)
    assert findings.faults == []
    assert "On the list: persons 1, organisations 0" in findings.said
    assert "Counted without a name: persons 1, organisations 0" in findings.said
    found = await proof(d, export)
    assert found.faults == []
    assert any(line.startswith(f"Code {code}: entry ") for line in found.said)
    assert found.said[-2:] == [
        "It says: on the list, #1 Amal Haddad",
        "The export has it too, as the newest of the record.",
    ]


async def test_who_hides_their_name_is_in_no_later_export(d: Dialogue) -> None:
    await d.sign("amal", "Amal Haddad")
    await d.say("zaid@admins: /verify 1", "%advance 11m")
    before = await exported(d, "before.json")
    await d.say("amal: /mine 1 organisers")
    after = await exported(d)
    assert verify(after, against=before).faults == []
    assert "Amal" in before.read_text("utf-8")
    assert "Amal" not in after.read_text("utf-8")
    assert (await proof(d, after)).said[-2] == "It says: counted without a name"
    await d.say("amal: /withdraw", "amal: [confirm]", "%advance 11m")
    gone = await exported(d)
    assert (await proof(d, gone)).said[-2] == "It says: not counted any more"
    assert verify(gone, against=after).faults == []


async def test_the_list_as_csv_is_what_the_export_proves(d: Dialogue) -> None:
    for who in ("amal", "rami", "nour"):
        await d.sign(who, f"{who.title()} Haddad", country="Tunisia")
    await d.say("zaid@admins: /verify 1 2 3", "zaid@admins: [confirm]", "%advance 11m")
    said = await d.say("zaid@admins: /export port")
    (listed,) = [Path(did.path) for did in said if did.path]
    assert verify(await exported(d), listed=listed).faults == []
