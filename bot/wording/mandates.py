"""What a group is asked before it endorses, and how that ends."""

from __future__ import annotations

from bot.domain.endorsement import Endorsement, Mode, shown_mandate
from bot.domain.mandate import SECOND_WAITS, End, Figures, MandateRule, Proposal
from bot.text.rich import RichText, bold, isolated
from bot.wording import excepting
from bot.wording.groups import Named
from bot.wording.voice import N_, Voice, lines, paragraphs


def how(say: Voice, rule: MandateRule, *, public: bool) -> RichText:
    """Below a preview: who must agree."""
    if rule.mode is Mode.TWO:
        return say.gettext(
            "The organisers verify it, then it's published like this. An administrator of this "
            "group confirms, and then a second one, within {days}.",
            days=say.lasting(SECOND_WAITS),
        )
    quorum = (
        say.gettext("{share} of the members", share=isolated(say.percent(rule.quorum / 100)))
        if rule.is_share
        else say.ngettext("{count} member", "{count} members", rule.quorum)
    )
    return lines(
        say.gettext(
            "The members of this group decide: once an administrator confirms, I ask them here. If "
            "at least {quorum} agree within {days}, and no administrator objects, the organisers "
            "verify it, and it's published like this.",
            quorum=quorum,
            days=say.lasting(rule.lasts),
        ),
        say.gettext("How many agreed is published with the name.")
        if public
        else say.gettext("How many agreed is for the organisers alone."),
    )


def asked(
    say: Voice,
    proposal: Proposal,
    stands: Figures,
    title: str,
    named: Named,
    way: RichText,
) -> RichText:
    """The message itself, with its buttons below; `way` leads to the text."""
    where = say.country(named.country) if named.country else named.place
    until = isolated(say.moment(proposal.until, placed=True))
    name = lines(
        say.alone(bold(named.name)),
        where and say.alone(where),
        excepting.beside(say, named.excepts),
    )
    if not proposal.is_vote:
        return paragraphs(
            say.gettext(
                "An administrator wants this group to endorse “{title}” as:", title=_title(title)
            ),
            name,
            way,
            say.gettext("Another administrator has to agree by {time}.", time=until),
        )
    return paragraphs(
        say.gettext("Shall this group endorse “{title}”? As:", title=_title(title)),
        name,
        way,
        lines(
            bold(_agree_so_far(say, stands)),
            _must_agree(say, stands, until),
            say.gettext("An administrator objects. Unless that's taken back, it's a no.")
            if stands.objections
            else None,
        ),
        say.gettext(
            "Until this is decided I keep who agrees as a code that leads to nobody without my "
            "key, and afterwards only how many agreed."
        ),
    )


def _agree_so_far(say: Voice, stands: Figures) -> RichText:
    if stands.of is None:
        return say.ngettext(
            "{count} member agrees so far.", "{count} members agree so far.", stands.agreed
        )
    return say.ngettext(
        "{count} of {of} members agrees so far.",
        "{count} of {of} members agree so far.",
        stands.agreed,
        of=say.number(stands.of),
    )


def _must_agree(say: Voice, stands: Figures, until: RichText) -> RichText | None:
    return say.ngettext(
        "At least {count} must agree by {time}.",
        "At least {count} must agree by {time}.",
        stands.needed or 0,
        time=until,
    )


def put_to_members(say: Voice, rule: MandateRule) -> RichText:
    """In the place of the preview, once that is confirmed."""
    if rule.mode is Mode.TWO:
        return say.gettext("Nothing is recorded yet: another administrator has to agree.")
    return say.gettext("Nothing is recorded yet: the members are asked.")


_ENDED = {
    End.MISSED: N_("This group doesn't endorse “{title}”: too few members agreed."),
    End.OBJECTED: N_("This group doesn't endorse “{title}”: an administrator objected."),
    End.LAPSED: N_("This group hasn't endorsed “{title}”: no second administrator agreed in time."),
    End.TAKEN_BACK: N_(
        "This group hasn't endorsed “{title}”: whoever asked for it has taken that back."
    ),
    End.TEXT: N_(
        "The text of “{title}” has changed, so what I asked here is over and nothing is recorded. "
        "{cmd}read shows the new text, {cmd}endorse asks again."
    ),
    End.CLOSED: N_("“{title}” can't be endorsed any more, so what I asked here is over."),
}


def ended(say: Voice, proposal: Proposal, end: End, stands: Figures, title: str) -> RichText:
    """What the message says from then on."""
    figures = bold(how_many(say, stands.agreed, stands.of)) if proposal.is_vote else None
    if end is End.AGREED:
        agreed = (
            say.gettext("The members agreed to endorse “{title}”.", title=_title(title))
            if proposal.is_vote
            else say.gettext("Two administrators agreed to endorse “{title}”.", title=_title(title))
        )
        return lines(agreed, figures)
    shown = figures if end in {End.MISSED, End.OBJECTED} else None
    needed = (
        say.gettext("Needed: {count}", count=say.number(stands.needed))
        if end is End.MISSED and stands.needed
        else None
    )
    return lines(say.gettext(_ENDED[end], title=_title(title)), shown, needed)


def how_many(say: Voice, agreed: int, of: int | None) -> RichText:
    """Such as "42 of 120 members agreed"."""
    if of is None:
        return say.ngettext("{count} member agreed", "{count} members agreed", agreed)
    return say.ngettext(
        "{count} of {of} members agreed",
        "{count} of {of} members agreed",
        agreed,
        of=say.number(of),
    )


def not_recorded(say: Voice, title: str, why: RichText) -> RichText:
    """It was agreed to, and cannot be recorded."""
    return paragraphs(
        say.gettext(
            "This group agreed to endorse “{title}”, but it can't be recorded:", title=_title(title)
        ),
        why,
    )


def noted(say: Voice, button: str, *, changed: bool) -> RichText:
    """The private answer to a vote."""
    match button, changed:
        case "agree", True:
            return say.gettext("Noted: you agree. You can take that back until it's decided.")
        case "agree", False:
            return say.gettext("You've agreed already. It counts once.")
        case "object", True:
            return say.gettext("Noted: you object. Unless you take that back, it's a no.")
        case "object", False:
            return say.gettext("You object already.")
        case _, True:
            return say.gettext("Taken back: you neither agree nor object now.")
    return say.gettext("There's nothing to take back: you've neither agreed nor objected.")


def evidence(say: Voice, record: Endorsement) -> list[RichText]:
    """On a card that waits."""
    mandate = record.details and record.details.mandate
    if not mandate:
        return []
    if mandate.mode is Mode.TWO:
        second = isolated(mandate.second_by or "…")
        return [say.gettext("Second administrator: {name}", name=second)]
    figures = how_many(say, mandate.agreed or 0, mandate.of)
    needed = say.number(mandate.needed or 0)
    found = [say.gettext("Vote: {figures} (needed: {count})", figures=figures, count=needed)]
    if mandate.blind:
        found.append(
            say.gettext("For a part of the vote I couldn't see who came into the group and left.")
        )
    return found


def mark(say: Voice, record: Endorsement) -> RichText | None:
    """On a card, until it is decided for good."""
    if record.details is None or not record.details.demoted:
        return None
    return say.gettext(
        "⚠ An administrator who asked for this, or agreed to it, is no administrator of the group "
        "any more."
    )


def beside(say: Voice, figures: str | None) -> RichText | None:
    """Behind a name on a list."""
    mandate = shown_mandate(figures)
    return how_many(say, mandate.agreed or 0, mandate.of) if mandate else None


def _title(title: str) -> RichText:
    return isolated(bold(title))
