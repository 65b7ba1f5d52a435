"""What a signer's receipt shows, and whether a published export has the same entry."""

from __future__ import annotations

from bot.domain.log import Body, EntryKind, State, short_code
from bot.domain.merkle import proves_inclusion, root
from bot.notes import Checkpoint
from bot.verify.exports import newest
from bot.verify.files import Broken, Export, Findings, Receipt

SAYS = {
    State.LISTED: "on the list",
    State.COUNTED: "counted without a name",
    State.OUT: "not counted any more",
}


def check(receipt: Receipt, findings: Findings) -> None:
    """Add what the entry says. Raises `Broken` where it is not proved to be in the log."""
    (leaf, says), signed = receipt.entry, receipt.head.checkpoint
    if not proves_inclusion(
        leaf.hash, receipt.position, signed.size, receipt.inclusion, signed.root
    ):
        raise Broken("This receipt does not prove that its entry is in the log.")
    if leaf.kind is not EntryKind.RECORD:
        raise Broken("This receipt is of an entry that is of no record.")
    findings.said += [
        f"Code {short_code(leaf.ref)}: entry {receipt.position}, of {leaf.day}",
        f"It says: {_said(says)}",
    ]


def compare(receipt: Receipt, kept: Checkpoint | Export | Receipt, findings: Findings) -> None:
    """Add whether an export has the entry too, and a newer one of the same record. Raises `Broken`
    where it does not, or cannot tell."""
    known = kept if isinstance(kept, Checkpoint) else kept.head.checkpoint
    signed = receipt.head.checkpoint
    if known.origin != signed.origin:
        raise Broken(f"What you have kept is of another log: {known.origin}")
    if not isinstance(kept, Export):
        if known != signed:
            raise Broken("A receipt is compared with a signed export: name one of those.")
        return
    leaf, _ = receipt.entry
    hashes = [each.hash for each, _ in kept.entries]
    if receipt.position >= known.size:
        raise Broken("This export is older than the receipt: ask for a newer one.")
    if root(hashes) != known.root or hashes[receipt.position] != leaf.hash:
        raise Broken("This export does not have the entry of the receipt. Keep both files.")
    if signed.size <= known.size and root(hashes[: signed.size]) != signed.root:
        raise Broken("This export does not go on from the log of the receipt. Keep both files.")
    latest, says = newest(kept)[leaf.ref]
    findings.said.append(
        "The export has it too, as the newest of the record."
        if latest == leaf
        else f"The export has it too, and a newer one, of {latest.day}: {_said(says)}"
    )


def _said(says: Body | None) -> str:
    if says is None:
        return "not shown in this file"
    state = SAYS.get(State(str(says.get("state"))), "nothing of a record")
    return f"{state}, #{says['number']} {says['name']}" if "number" in says else state
