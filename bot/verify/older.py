"""Whether a log begins with what somebody has kept of it."""

from __future__ import annotations

from bot.domain.merkle import root
from bot.notes import Checkpoint
from bot.verify.files import Broken, Export, Findings, Receipt


def check(export: Export, kept: Checkpoint | Export | Receipt, findings: Findings) -> None:
    """Add whether the export begins with what was kept, or what was kept with it. Raises `Broken`
    where both cannot be compared."""
    known = kept if isinstance(kept, Checkpoint) else kept.head.checkpoint
    now = export.head.checkpoint
    if known.origin != now.origin:
        raise Broken(f"What you have kept is of another log: {known.origin}")
    longer, shorter = export, known
    if known.size > now.size:
        if not isinstance(kept, Export):
            raise Broken(
                f"What you have kept goes on to {known.size} entries, and this export only to "
                f"{now.size}. Ask for a newer export: until then nobody can tell whether it holds."
            )
        longer, shorter = kept, now
    hashes = [leaf.hash for leaf, _ in longer.entries]
    if len(hashes) < shorter.size or root(hashes[: shorter.size]) != shorter.root:
        raise Broken(
            f"This log does not begin with the {shorter.size} entries that were signed before: it "
            "was written anew. Keep both files: together they prove it."
        )
    findings.said.append(f"It goes on from the {known.size} entries that you have kept.")
