"""The buttons that lead from a text on: to another page of it, to its demands, to signing it."""

from __future__ import annotations

from bot.commands.context import Context
from bot.domain.endorsement import Kind
from bot.ports import Button, Place
from bot.services.endorse import why_not_open
from bot.statements.model import Revision, Statement
from bot.text.rich import RichText
from bot.wording import texts
from bot.wording.voice import lines

PAGE = "p"
"""Data of a page button: `p:<view>:<statement>,<language>,<digest>:<page>`. The views are `r` (the
text; page 0 is its opening), `d` (the demands), `s` (the signatories), `f` (the text, found by a
search: opened in a new message, so that the list stays), `a` (the addressee's answer, with its
digest in the place of the text's). Nothing is kept for it."""

DIGEST_PREFIX = 10
"""Hex characters of a digest in a button: enough to see a change, and 64 bytes hold the rest."""


def found_page(revision: Revision, number: int) -> str:
    """Data of a button that opens a page of the text in a message of its own."""
    return f"{PAGE}:{page_ref('f', revision)}:{number}"


def page_ref(view: str, revision: Revision) -> str:
    return f"{view}:{revision.statement},{revision.language},{revision.digest[:DIGEST_PREFIX]}"


def about(context: Context, command: str, revision: Revision) -> Button:
    """A button that stands for a command about the text that is on the screen."""
    return context.button(command, f"/{command} {revision.statement} {revision.language}")


def which_text(context: Context, statement: Statement, revision: Revision) -> RichText | None:
    """Whether it is the original, and what the last change was, where somebody had signed the text
    before; None where there is nothing to say."""
    say, language, original = context.say, revision.language, statement.original_language
    history = context.campaign.history(statement.id)
    said = lines(
        texts.origin(say, language, original, len(statement.revisions)),
        texts.since(say, history.newest(language)),
        texts.behind(say) if history.is_behind(language, original) else None,
    )
    return said or None


async def to_sign(context: Context, statement: Statement, revision: Revision) -> tuple[Button, ...]:
    """The button to sign by, or in a group to endorse by, where that can be done now."""
    if context.place is Place.ADMIN:
        return ()
    kind, _ = context.signer
    if await why_not_open(context.unit, statement, kind, context.now) is not None:
        return ()
    if kind is Kind.PERSON:
        typed = f"sign {statement.id}"
        return (context.button("sign", sign_command(revision), typed=typed),)
    return (context.button("endorse", f"/endorse {statement.id}"),)


def sign_command(revision: Revision) -> str:
    """What the `sign` button stands for: it names the text that is on the screen."""
    return f"/sign {revision.statement} {revision.language} {revision.digest[:DIGEST_PREFIX]}"
