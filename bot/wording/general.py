"""Answers that belong to no single job: help, privacy, language, and what was not understood."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.ids import Language
from bot.domain.retention import Retention
from bot.text.rich import RichText, bold, isolated
from bot.wording.mydata import whom_to_ask
from bot.wording.retention import kept_for
from bot.wording.voice import Voice, echoed, lines, own_name, paragraphs


def help_text(say: Voice, groups: Sequence[Sequence[tuple[str, str]]]) -> RichText:
    """The commands usable in this chat, by what they are for, each as (how to type it, translated
    summary)."""
    blocks = (
        lines(*(isolated(f"{say.prefix}{typed}") + " – " + summary for typed, summary in group))
        for group in groups
    )
    return paragraphs(bold(say.gettext("What I can do here")), *blocks)


def privacy(
    say: Voice, contact: str | None, rules: Retention, *, is_sealed: bool, has_words: bool = False
) -> RichText:
    """`is_sealed`: the organisers have a key of their own; `contact` is whom people ask;
    `has_words`: links with a word in them are counted by it."""
    return paragraphs(
        bold(say.gettext("What I keep about you")),
        say.gettext("If you only read: nothing but the language you choose."),
        say.gettext(
            "If you sign: your name and what you add to it, encrypted; your country; which text "
            "you signed, and the hour; and a mark that stands for your account, so that nobody "
            "counts twice."
        ),
        say.gettext(
            "If you vote in a group: your vote, under another such mark, until that's decided."
        ),
        say.gettext(
            "The organisers see what you typed, to verify it. Others see your name and your "
            "country only if you make your name public, and only once it's verified. Your "
            "affiliation is shown only if you choose that too."
        ),
        say.gettext(
            "Once it's decided for good, I seal what isn't public to the organisers. Then I can't "
            "read it any more."
        )
        if is_sealed
        else None,
        whom_to_ask(say, contact),
        kept_for(say, rules),
        say.gettext("I never keep your phone number, IP address, picture, chats or what you read."),
        say.gettext(
            "A link may hold a word for the place where you found it. I count how many come by "
            "each, and keep of nobody by which."
        )
        if has_words
        else None,
        say.gettext(
            "Two limits: whoever holds this bot's key can test whether an account they know has "
            "signed, and your chat app can see that you write to me."
        ),
        say.gettext(
            "{cmd}mydata shows all of it, {cmd}mine lets you withdraw a signature, {cmd}forget "
            "erases everything."
        ),
    )


def language_now(say: Voice, choices: Sequence[Language]) -> RichText:
    return paragraphs(
        say.gettext("I'm speaking {name}.", name=isolated(own_name(say.language))),
        say.gettext("Choose another language, or send one of these:"),
        lines(*(f"{say.prefix}language {code} – " + isolated(own_name(code)) for code in choices)),
    )


def language_set(say: Voice, language: Language) -> RichText:
    """After a choice; in a language that the bot does not speak it gives the texts alone."""
    name = isolated(own_name(language))
    if language.split("-")[0] == say.language.split("-")[0]:
        return say.gettext("From now on I'll speak {name}.", name=name)
    return say.gettext(
        "You'll get the texts in {name} where there are any. I don't speak it myself.", name=name
    )


def language_unknown(say: Voice, typed: str, choices: Sequence[Language]) -> RichText:
    return say.gettext(
        "There's no language “{name}” here, but there are {codes}. {cmd}language {example} "
        "chooses one.",
        name=echoed(typed),
        codes=say.listed(choices),
        example=choices[0],
    )


def unknown_command(say: Voice, nearest: str | None) -> RichText:
    """`nearest` is the command that was likely meant, without its prefix."""
    if nearest:
        return say.gettext(
            "I don't know that command. Did you mean {command}?",
            command=isolated(f"{say.prefix}{nearest}"),
        )
    return say.gettext("I don't know that command. {cmd}help shows what I can do.")


def not_understood(say: Voice) -> RichText:
    return say.gettext("I didn't understand that. Here's what I can do:")


def only_text(say: Voice, *, asked: bool) -> RichText:
    """To a picture, a sticker, a file; `asked` where a question waits for an answer."""
    if asked:
        return say.gettext("I can only read text. Type your answer, or send {cmd}cancel.")
    return say.gettext("I can only read text. Here's what I can do:")


def unread(say: Voice) -> RichText:
    return say.gettext(
        "I couldn't read your last message: your app hasn't given me its key. Send it again. If I "
        "still can't, your app writes only to verified devices: verify me, or turn that off in its "
        "security settings."
    )


def not_vouched_for(say: Voice) -> RichText:
    """Where somebody's account vouches for their devices, and not for the one they write from."""
    return say.gettext(
        "I can't tell that this is you: it wasn't encrypted by a device that your account vouches "
        "for. Here you can read the texts. For all else verify this device in your app, then send "
        "that again."
    )


def old_button(say: Voice) -> str:
    return say.gettext("That button no longer works. {cmd}help shows what I can do.").plain


def nothing_asked(say: Voice) -> RichText:
    return say.gettext("I haven't asked you anything. Here's what I can do:")


def too_much(say: Voice) -> RichText:
    return say.gettext(
        "That was a lot at once. I'll answer again in a few minutes; then {cmd}help goes on."
    )


def crowded(say: Voice) -> RichText:
    """To somebody who confirms while more sign one statement than can be taken in."""
    return say.gettext(
        "Very many are signing right now. Nothing you typed is lost: confirm again in a minute."
    )


def cannot_save(say: Voice) -> RichText:
    return say.gettext("I can't save that right now. I'll answer as soon as I can.")


def went_wrong(say: Voice) -> RichText:
    return say.gettext(
        "Sorry, that went wrong on my side. Nothing has changed. Try again in a few minutes, or "
        "send {cmd}help."
    )


def description(say: Voice) -> RichText:
    """What a person reads before they have written anything."""
    return say.gettext(
        "Read a statement in short pieces, sign it, or endorse it with your organisation. I'll "
        "tell you when your signature is verified."
    )


def short_description(say: Voice) -> RichText:
    """What stands in the bot's profile."""
    return say.gettext("Read statements, sign them, endorse them with your organisation.")
