"""Questions between admins and a signer; neither side sees the other's account."""

from __future__ import annotations

from bot.domain.endorsement import Kind
from bot.domain.ids import Number
from bot.text.rich import RichText, bold, isolated
from bot.wording.voice import Voice, paragraphs


def question(say: Voice, number: Number, kind: Kind, title: str, text: str) -> RichText:
    """What the signer or the group reads."""
    asked = (
        say.gettext(
            "The admins have a question about your signature {number} under “{title}”:",
            number=bold(f"#{number}"),
            title=isolated(title),
        )
        if kind is Kind.PERSON
        else say.gettext(
            "The admins have a question about the endorsement {number} of “{title}”:",
            number=bold(f"#{number}"),
            title=isolated(title),
        )
    )
    return paragraphs(
        asked,
        say.alone(text),
        say.gettext("Reply to this message to answer. The admins will not see your account."),
    )


def what_to_ask(say: Voice, number: Number) -> RichText:
    return say.gettext(
        "What is the question about {number}? Reply to this message with it. "
        "Or type {cmd}ask {digits} and the question.",
        number=bold(f"#{number}"),
        digits=str(number),
    )


def asked(say: Voice, number: Number) -> RichText:
    return say.gettext("The question about {number} was sent.", number=bold(f"#{number}"))


def type_the_answer(say: Voice) -> RichText:
    return say.gettext("Please type your answer.")


def answer_passed_on(say: Voice) -> RichText:
    return say.gettext("Thank you, your answer was passed on to the admins.")


def question_over(say: Voice) -> RichText:
    return say.gettext("This question is not open any more.")


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
        "That has {count} character, and {most} fit. Please type a shorter form.",
        "That has {count} characters, and {most} fit. Please type a shorter form.",
        length,
        most=say.number(most),
    )
