"""What is still to be done once all is written."""

from __future__ import annotations

import os
from collections.abc import Iterator

from bot.config import KEY_VARIABLE, Settings
from bot.setup import questions as q


def next_steps(settings: Settings, name: str | None, *, is_copied: bool) -> str:
    """A list of sentences. `name` is what the bot is called on Telegram; `is_copied`: there is a
    copy of the key."""
    steps = [*_start(settings), *_platforms(settings, name or "the bot")]
    if not is_copied and not os.environ.get(KEY_VARIABLE):
        steps.append(
            f"Copy {settings.key_file} to another disk: without it nobody can read what signers "
            "gave."
        )
    steps.append("Set up backups (docs/backups.md), before anybody signs.")
    lines = [f"{number}. {step}" for number, step in enumerate(steps, 1)]
    return "\n".join([f"All is written, in {settings.base}. Next:", "", *lines])


def _start(settings: Settings) -> Iterator[str]:
    outside = [
        each.variable
        for each in q.SETTINGS
        if each.is_secret and each.is_kept and os.environ.get(each.variable)
    ]
    if outside:
        yield f"Set {' and '.join(outside)} wherever the bot is started: it is not in config.yaml."
    yield f"Go there, and have all looked at:\n   cd {settings.base}\n   undersigned doctor"
    if settings.telegram is None and settings.matrix is None:
        yield "It is on no platform yet. Try it in this terminal:\n   undersigned console"
    else:
        yield "Start the bot, and leave it running:\n   undersigned run"


def _platforms(settings: Settings, name: str) -> Iterator[str]:
    telegram, matrix = settings.telegram, settings.matrix
    if telegram is not None:
        if telegram.webhook is not None:
            listen = telegram.webhook.listen
            yield (
                f"Have your web server pass {telegram.webhook.url} to "
                f"http://{listen.host}:{listen.port} (docs/telegram.md)."
            )
        if telegram.admin_chat is None:
            yield (
                f"On Telegram, make a private group for those who verify, add {name}, and send "
                "there the line with /claim that `undersigned run` prints."
            )
        else:
            yield f"On Telegram, see that {name} is in the admin chat."
    if matrix is not None:
        if matrix.admins or matrix.admin_room:
            yield (
                'On Matrix, accept the invitation to "Undersigned: admins", and verify the bot '
                "there (docs/matrix.md)."
            )
        else:
            yield (
                f"On Matrix, make an encrypted room for those who verify, invite {matrix.user_id}, "
                "and send there the line with !claim that `undersigned run` prints."
            )
