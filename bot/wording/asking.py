"""Questions between admins and a signer; neither side sees the other's account."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.endorsement import Kind
from bot.domain.ids import Number
from bot.text.rich import RichText, bold, isolated
from bot.wording.voice import Voice, lines, paragraphs


def question(say: Voice, number: Number, kind: Kind, title: str, text: str) -> RichText:
    """What the signer or the group reads."""
    asked = (
        say.gettext(
            "The organisers have a question about your signature {number} under “{title}”:",
            number=bold(f"#{number}"),
            title=isolated(title),
        )
        if kind is Kind.PERSON
        else say.gettext(
            "The organisers have a question about the endorsement {number} of “{title}”:",
            number=bold(f"#{number}"),
            title=isolated(title),
        )
    )
    return paragraphs(
        asked,
        say.alone(text),
        say.gettext("Reply with your answer. The organisers won't see your account.")
        if kind is Kind.PERSON
        else say.gettext("An administrator of this group can reply to this message."),
    )


def what_to_ask(say: Voice, number: Number) -> RichText:
    return say.gettext(
        "What's your question about {number}? Reply to this message with it, or type "
        "{cmd}ask {digits} and the question.",
        number=bold(f"#{number}"),
        digits=str(number),
    )


def asked(say: Voice, number: Number) -> RichText:
    return say.gettext("Sent: your question about {number}.", number=bold(f"#{number}"))


def type_the_answer(say: Voice) -> RichText:
    return say.gettext("Type your answer.")


def answer_passed_on(say: Voice) -> RichText:
    return say.gettext("Thank you. The organisers have your answer.")


def which_question(say: Voice, questions: Iterable[tuple[Number, str]]) -> RichText:
    """To somebody who types an answer while several questions are open; each with its record."""
    return paragraphs(
        say.gettext("Which question does that answer?"),
        lines(*(bold(f"#{number}") + " " + say.alone(asked) for number, asked in questions)),
    )


def not_sent(say: Voice) -> RichText:
    return say.gettext("Cancelled. Your answer wasn't sent.")


def question_over(say: Voice) -> RichText:
    return say.gettext("This question isn't open any more.")


def answer(say: Voice, number: Number, question: str, text: str) -> RichText:
    """What the admins read."""
    return paragraphs(
        say.gettext("Answer about {number}:", number=bold(f"#{number}")),
        say.gettext("Question: {text}", text=isolated(question)),
        say.gettext("Answer: {text}", text=isolated(text)),
    )


def too_long(say: Voice, length: int, most: int) -> RichText:
    """To somebody whose text is above a limit; both in characters."""
    return say.ngettext(
        "That's {count} character long, and {most} fit. Type a shorter form.",
        "That's {count} characters long, and {most} fit. Type a shorter form.",
        length,
        most=say.number(most),
    )
