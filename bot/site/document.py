"""A statement's text as HTML: every word of it, in order, and nothing that a browser would run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from markupsafe import Markup, escape

from bot.text.document import (
    Block,
    CodeBlock,
    Document,
    Heading,
    Item,
    ItemList,
    Paragraph,
    Quote,
    Rule,
)
from bot.text.rich import Span, Style, Textual, rich

_TAGS: Mapping[Style, str] = {
    Style.BOLD: "strong",
    Style.ITALIC: "em",
    Style.STRIKE: "s",
    Style.CODE: "code",
    Style.PRE: "code",
}
_SAFE = ("https://", "http://", "mailto:", "tel:")
_LOWEST = 6


def inline(text: Textual) -> Markup:
    """Styled text within a line; a line end is a break."""
    whole = rich(text)
    spans = sorted(whole.spans, key=lambda span: (span.start, -span.end))
    return _styled(whole.plain, 0, len(whole.plain), spans)


def document_html(document: Document, demand_links: Mapping[str, str]) -> Markup:
    """The text under a title, which is the page's only heading of level 1. `demand_links` says what
    the link to the demand of each number is called."""
    return _Writer(document, demand_links).blocks(document.blocks)


class _Writer:
    """Writes blocks; of demands with the same number only the first can be linked to."""

    def __init__(self, document: Document, links: Mapping[str, str]) -> None:
        self._links = dict(links)
        self._demands = {id(demand.item): demand.number for demand in document.demands}
        levels = [block.level for block in document.blocks if isinstance(block, Heading)]
        self._up = min(levels, default=2) - 2
        self._level = 1

    def blocks(self, blocks: Sequence[Block]) -> Markup:
        return Markup("\n").join(map(self._block, blocks))

    def _block(self, block: Block) -> Markup:
        match block:
            case Heading():
                return self._heading(block)
            case Paragraph(text=text):
                return Markup("<p>{}</p>").format(inline(text))
            case Quote(blocks=inner):
                return Markup("<blockquote>\n{}\n</blockquote>").format(self.blocks(inner))
            case ItemList():
                return self._list(block)
            case CodeBlock(text=text):
                return Markup("<pre><code>{}</code></pre>").format(text)
            case Rule():
                return Markup("<hr>")

    def _heading(self, heading: Heading) -> Markup:
        """Of no more than one level below the one before it: nobody who hears the page is to look
        for one that is left out."""
        self._level = min(heading.level - self._up, self._level + 1, _LOWEST)
        name = Markup(' id="demands"') if heading.id == "demands" else ""
        form = Markup("<h{level}{name}>{text}</h{level}>")
        return form.format(level=self._level, name=name, text=inline(heading.text))

    def _list(self, block: ItemList) -> Markup:
        tag = "ol" if block.ordered else "ul"
        kind = "tight" if block.tight else "loose"
        items = Markup("\n").join(map(self._item, block.items))
        # Its labels are text, which stays as it was written; so screen readers are told the role.
        form = Markup('<{tag} class="{kind}" role="list">\n{items}\n</{tag}>')
        return form.format(tag=tag, kind=kind, items=items)

    def _item(self, item: Item) -> Markup:
        number = self._demands.get(id(item), "")
        called = self._links.pop(number, None)
        name = link = Markup("")
        if called is not None:
            name = Markup(' id="demand-{}"').format(number)
            form = Markup('<a class="anchor" href="#demand-{}" aria-label="{}">#</a>')
            link = form.format(number, called)
        form = Markup('<li{}><span class="label">{}</span> <div>{}</div>{}</li>')
        return form.format(name, item.label, self.blocks(item.blocks), link)


def _styled(plain: str, start: int, end: int, spans: Sequence[Span]) -> Markup:
    """What lies between the two places; the spans are in order, the outer before the inner."""
    return Markup("").join(_pieces(plain, start, end, spans))


def _pieces(plain: str, start: int, end: int, spans: Sequence[Span]) -> Iterator[Markup]:
    at = start
    rest = list(spans)
    while rest:
        span, rest = rest[0], rest[1:]
        first, last = max(span.start, at), min(span.end, end)
        if first >= last:
            continue
        yield _text(plain[at:first])
        inner = [each for each in rest if each.start < last]
        yield _tagged(span, _styled(plain, first, last, inner))
        at = last
    yield _text(plain[at:end])


def _tagged(span: Span, inner: Markup) -> Markup:
    if span.style is Style.LINK:
        if not (span.url or "").lower().startswith(_SAFE):
            return inner
        form = Markup('<a href="{}" rel="noopener noreferrer nofollow">{}</a>')
        return form.format(span.url, inner)
    tag = _TAGS.get(span.style)
    return inner if tag is None else Markup("<{tag}>{inner}</{tag}>").format(tag=tag, inner=inner)


def _text(text: str) -> Markup:
    return escape(text).replace("\n", Markup("<br>\n"))
