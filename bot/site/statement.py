"""The page of one statement in one language: what its template is given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from bot.documents.qr import qr_svg
from bot.services.snapshot import Snapshot
from bot.site.chart import Chart, chart
from bot.site.document import document_html
from bot.site.look import Choice, direction, frame
from bot.site.names import FIRST, Listing
from bot.statements.model import Response, Revision, Statement
from bot.text.rich import RichText, Textual, link
from bot.wording import cover, paper, responses, site, texts
from bot.wording.signatories import not_shown
from bot.wording.voice import Voice


@dataclass(frozen=True, slots=True)
class Way:
    """Where the statement can be signed: `label` says so, `code` is the link as a picture."""

    href: str
    label: str
    code: Markup


@dataclass(frozen=True, slots=True)
class Standing:
    """The counter. `percent` is None without a goal, and no more than 100."""

    people: Textual
    organisations: Textual
    is_empty: bool
    notes: Sequence[Textual]
    goal: Textual | None
    percent: int | None
    when: Textual | None
    is_open: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """What the addressee has answered: `said` is when, and who that is."""

    response: Response
    said: RichText
    body: Markup
    dir: str
    source: RichText | None


@dataclass(frozen=True, slots=True)
class Drawn:
    """The chart with what is said of it, and the rows of its table: only what is not empty."""

    chart: Chart
    title: str
    column: str
    first: str
    last: str
    most: Textual
    rows: Sequence[tuple[str, str, str]]


async def values(listing: Listing, picture: str | None) -> dict[str, Any]:
    """What `statement.html` is filled with. `picture` is the address of the one for sharing."""
    snapshot, revision, say = listing.snapshot, listing.revision, listing.say
    path, counts = f"{listing.folder}.html", snapshot.counts
    demands = [demand.number for demand in revision.document.demands]
    called = {number: site.demand_link(say, number).plain for number in demands}
    given = frame(
        say,
        path,
        revision.title,
        choices(snapshot.statement, revision),
        look=listing.look,
        home="../" + _home(listing),
        description=(cover.have_signed(say, counts) or cover.nobody_yet(say)).plain,
        picture=picture,
        news=f"{revision.language}/news.xml",
    )
    return {
        **given,
        "statement": snapshot.statement,
        "revision": revision,
        "text_dir": direction(revision.language),
        "body": document_html(revision.document, called),
        "about": _about(snapshot, revision, say),
        "answer": answer(snapshot.statement, revision, say),
        "issuers": _issuers(snapshot.statement, revision, say),
        "standing": standing(snapshot, say),
        "ways": ways(snapshot, revision, say),
        "rows": await listing.first(),
        "all_names": site.all_names(say, listing.total) if listing.total > FIRST else None,
        "countries": listing.countries(),
        "drawn": drawn(snapshot, say),
        "snapshot": snapshot,
    }


def choices(statement: Statement, current: Revision) -> list[Choice]:
    """The languages that there is a text in."""
    return [
        Choice(language, f"{language}.html", language == current.language)
        for language in statement.revisions
    ]


def index_page(number: int, language: str) -> str:
    """The front page in the language that has that place among the bot's."""
    return "index.html" if number == 0 else f"index-{language}.html"


def standing(snapshot: Snapshot, say: Voice) -> Standing:
    """The counter as of the snapshot, which knows no clock."""
    counts, goal = snapshot.counts, snapshot.statement.terms.goal
    total = counts.persons + counts.organisations
    percent = total * 100 // goal if goal else 0
    notes = [
        site.as_of(say, snapshot.as_of.date()),
        site.rounded(say, counts),
        not_shown(say, counts, counts.hidden) if counts.hidden else None,
        paper.counted(say, counts),
    ]
    return Standing(
        site.people(say, counts.persons),
        site.organisations(say, counts.organisations),
        total == 0 and counts.of == 1,
        [note for note in notes if note],
        site.goal(say, percent, goal) if goal else None,
        min(percent, 100) if goal else None,
        _when(snapshot, say),
        is_open(snapshot),
    )


def is_open(snapshot: Snapshot) -> bool:
    """Whether it can be signed, as far as is known at that checkpoint."""
    state, closes = snapshot.state, snapshot.statement.terms.closes
    is_over = state.finished is not None or (closes is not None and closes <= snapshot.as_of)
    is_for_anybody = snapshot.statement.terms.persons or snapshot.statement.terms.organisations
    return is_for_anybody and not (is_over or state.paused)


def ways(snapshot: Snapshot, revision: Revision, say: Voice) -> list[Way]:
    """None where it cannot be signed."""
    if not is_open(snapshot):
        return []
    return [
        Way(href, site.sign_on(say, name.title()).plain, Markup(qr_svg(href)))  # noqa: S704
        for name, href in snapshot.to_sign(revision.language).items()
    ]


def answer(statement: Statement, revision: Revision, say: Voice) -> Answer | None:
    """In the language of the text, else in another; None where there is none."""
    found = statement.response([revision.language])
    if found is None:
        return None
    return Answer(
        found,
        responses.answered(say, found.by, found.day),
        document_html(found.document, {}),
        direction(found.language),
        site.source(say, _source(found.source)) if found.source else None,
    )


def drawn(snapshot: Snapshot, say: Voice) -> Drawn | None:
    """By the day on which each came to be counted."""
    found = chart((day.date, day.persons, day.organisations) for day in snapshot.came)
    if found is None:
        return None
    title, column = site.by(say, found.unit)
    return Drawn(
        found,
        title,
        column,
        say.date(found.bars[0].start),
        say.date(found.bars[-1].start),
        site.at_most(say, found.most),
        [
            (say.date(bar.start), say.number(bar.persons), say.number(bar.organisations))
            for bar in found.bars
            if bar.total
        ],
    )


def _home(listing: Listing) -> str:
    languages = listing.look.languages
    language = listing.say.language
    return index_page(languages.index(language), language) if language in languages else ""


def _about(snapshot: Snapshot, revision: Revision, say: Voice) -> list[RichText]:
    """What text it is, and what became of it."""
    statement, history, language = snapshot.statement, snapshot.history, revision.language
    original = statement.original_language
    said = [
        site.issued(say, statement.issued) if statement.issued else None,
        texts.origin(say, language, original, len(statement.revisions)),
        texts.since(say, history.newest(language)),
        texts.behind(say) if history.is_behind(language, original) else None,
        site.source(say, _source(revision.source)) if revision.source else None,
    ]
    return [each for each in said if each]


def _source(source: str) -> Textual:
    is_address = source.startswith(("https://", "http://")) and " " not in source
    return link(source, source) if is_address else source


def _issuers(statement: Statement, revision: Revision, say: Voice) -> list[tuple[str, str | None]]:
    return [
        (each.name(revision.language), say.country(each.country) if each.country else None)
        for each in statement.signatories
    ]


def _when(snapshot: Snapshot, say: Voice) -> RichText | None:
    terms, state = snapshot.statement.terms, snapshot.state
    stands = cover.Standing(
        counts=snapshot.counts,
        goal=terms.goal,
        opens=terms.opens,
        closes=terms.closes,
        is_paused=state.paused,
        for_organisations=terms.organisations and not terms.persons,
        now=snapshot.as_of,
        finished=state.finished,
        is_fresh=False,
    )
    return cover.closed(say, stands) if stands.is_over else cover.time(say, stands)
