"""The way through the questions, and what each leads to."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import os
import re
import secrets
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.bootstrap import key_copies, platforms
from bot.bootstrap.opening import SHARES
from bot.config import KEY_FILE, KEY_VARIABLE, TELEGRAM_API, Settings, load_settings
from bot.domain.ids import Language
from bot.importer import ImportFault
from bot.importer import run as import_text
from bot.ports import AdapterFault
from bot.privacy import make_key
from bot.setup import config_file
from bot.setup import questions as q
from bot.setup.answers import KEPT, Answers, SetUpFault
from bot.setup.ending import next_steps
from bot.setup.terminal import Terminal
from bot.wording.voice import available_languages

CONFIG = "config.yaml"
EXAMPLE = "open-library"
"""The statement that is shipped to be tried."""


def set_up(given: Mapping[str, str], *, reads: bool) -> None:
    """Ask for what is not given (answers by the question's name), and write what a bot needs. With
    `reads` False nothing is asked. Raises `SetUpFault` or another `OperatorFault`."""
    terminal = Terminal(reads=reads)
    try:
        _SetUp(Answers(given, terminal), terminal).run()
    except KeyboardInterrupt:
        terminal.say("\nStopped. The same command in the same place goes on from here.")
        raise


class _SetUp:
    def __init__(self, answers: Answers, terminal: Terminal) -> None:
        self._answers = answers
        self._terminal = terminal
        self._folder = Path()
        self._name: str | None = None
        """The bot's on Telegram, "@name"."""

    def run(self) -> None:
        self._terminal.say(
            "This sets up a bot. Enter takes what stands in [brackets]; Ctrl-C stops, and later "
            "the same command goes on from there."
        )
        self._answers.ask(q.FOLDER, self._enter, proposed=_proposed_folder())
        if not (self._folder / CONFIG).exists():
            self._answers.keep_in(self._folder)
            self._answers.ask(q.LANGUAGES, there=", ".join(available_languages()))
            self._answers.ask(q.TIMEZONE, proposed=_zone_here())
            self._make_key()
            self._telegram()
            self._matrix()
            self._statement()
            self._answers.ask(q.ORGANISERS_KEY)
            self._copy_key()
            self._write()
        (self._folder / KEPT).unlink(missing_ok=True)
        settings = load_settings(self._folder / CONFIG, os.environ, available_languages())
        is_copied = bool(self._answers[q.KEY_COPY])
        if is_copied:
            key_copies.note_copy(settings, None, dt.datetime.now(dt.UTC))
        self._terminal.say()
        self._terminal.say(next_steps(settings, self._name, is_copied=is_copied))

    # -- the folder and the key --------------------------------------------------------------------

    def _enter(self, answer: str) -> None:
        folder = _path(answer)
        if (folder / CONFIG).exists() and not (folder / KEPT).exists():
            raise SetUpFault(
                f"There is a {CONFIG} in {folder}, and nothing is overwritten: change it there, or "
                "name another folder."
            )
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise SetUpFault(f"{folder} cannot be made ({error.strerror}): name another.") from None
        if not os.access(folder, os.W_OK | os.X_OK):
            raise SetUpFault(f"Nothing can be written in {folder}: name another, or mend that.")
        self._folder = folder

    def _make_key(self) -> None:
        file = self._folder / KEY_FILE
        if os.environ.get(KEY_VARIABLE):
            self._terminal.say(f"The key for what people give comes from {KEY_VARIABLE}.")
        elif make_key(file):
            self._terminal.say(f"A key for what people give was made: {file}.")

    def _copy_key(self) -> None:
        file = self._folder / KEY_FILE

        def copy(answer: str) -> None:
            if answer:
                _copy_key(file, _path(answer))

        if not os.environ.get(KEY_VARIABLE):
            self._answers.ask(q.KEY_COPY, copy, key=file)

    # -- platforms ---------------------------------------------------------------------------------

    def _telegram(self) -> None:
        answers = self._answers
        if answers.given(q.TELEGRAM_API_URL):
            answers.ask(q.TELEGRAM_API_URL)
        if not answers.ask(q.TELEGRAM_TOKEN, self._look_at_token):
            answers.again(q.TELEGRAM_API_URL)
            return
        answers.ask(q.TELEGRAM_ADMIN_CHAT)
        if answers.ask(q.TELEGRAM_MODE) == "webhook":
            answers.ask(q.WEBHOOK_LISTEN)
            secret = os.environ.get(q.WEBHOOK_SECRET.variable) or secrets.token_hex(32)
            answers.give(q.WEBHOOK_SECRET, secret)
            answers.ask(q.WEBHOOK_URL, self._look_at_webhook)

    def _look_at_token(self, token: str) -> None:
        if token:
            server = self._answers[q.TELEGRAM_API_URL] or TELEGRAM_API
            self._name = asyncio.run(platforms.name_on_telegram(token, server))
            self._terminal.say(f"This is {self._name}.")

    def _look_at_webhook(self, url: str) -> None:
        """What it says together with what was answered before."""
        answered = self._answers.settings() | {q.WEBHOOK_URL.variable: url}
        load_settings(None, answered, available_languages(), self._folder)

    def _matrix(self) -> None:
        answers = self._answers
        if not answers.ask(q.MATRIX_HOMESERVER, _look_for_homeserver):
            return
        while True:
            answers.ask(q.MATRIX_USER)
            try:
                status = asyncio.run(platforms.entered_matrix(self._settings()))
                # What is piped has the same order each time: the password is nobody else's answer.
                if status is None or not self._terminal.is_talk:
                    answers.ask(q.MATRIX_PASSWORD, proposed=None if status is None else "")
                if status is None:
                    self._terminal.say("Signing in ...")
                    status = asyncio.run(platforms.enter_matrix(self._settings()))
                break
            except AdapterFault as fault:
                answers.refuse(fault)
                answers.again(q.MATRIX_USER, q.MATRIX_PASSWORD)
        self._terminal.say("Signed in. This is the bot's device, as Element shows it too:")
        for line in status.lines():
            self._terminal.show(line)
        if problem := status.problem():
            self._terminal.say(problem)
        answers.ask(q.MATRIX_ADMINS)

    def _settings(self) -> Settings:
        """As far as they are answered: what the environment says beside that counts too."""
        asked = {each.variable for each in q.QUESTIONS}
        beside = {name: value for name, value in os.environ.items() if name not in asked}
        answered = self._answers.settings()
        return load_settings(None, beside | answered, available_languages(), self._folder)

    # -- what is signed, and how it is written down ------------------------------------------------

    def _statement(self) -> None:
        out = self._folder / "statements"
        there = sorted(file.parent.name for file in out.glob("*/statement.yaml"))
        if there:
            self._terminal.say(f"There is a statement already: {', '.join(there)}.")
        if there and self._terminal.is_talk:
            return
        while not self._bring_statement(out, there):
            self._answers.again(q.STATEMENT, q.STATEMENT_ID, q.STATEMENT_LANG)

    def _bring_statement(self, out: Path, there: Sequence[str]) -> bool:
        answers = self._answers
        file = answers.ask(q.STATEMENT, _look_for_file)
        if not file:
            if not there:
                _copy_example(out / EXAMPLE)
                self._terminal.say(f"The example {EXAMPLE} is in {out}.")
            return True
        path = _path(file)
        name = re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-")[:32] or None
        statement = answers.ask(q.STATEMENT_ID, proposed=name)
        first = answers[q.LANGUAGES].split(",")[0].strip()
        language = Language(answers.ask(q.STATEMENT_LANG, proposed=first))
        if statement in there:
            return True
        ask = self._terminal.ask if self._terminal.is_talk else None
        try:
            import_text(path, statement, language, out, say=self._terminal.show, ask=ask)
        except ImportFault as fault:
            answers.refuse(fault)
        return (out / statement).exists()

    def _write(self) -> None:
        values: dict[tuple[str, ...], str] = {}
        for each in q.SETTINGS:
            answer = self._answers[each]
            if not answer or each.place is None or not each.is_kept:
                continue
            if each.is_secret and os.environ.get(each.variable) == answer:
                # It stays where it is, as config.example.yaml advises; the section has to be there.
                values[each.place[:-1]] = ""
            else:
                values[each.place] = config_file.as_yaml(answer, is_list=each.is_list)
        example = _shipped("config.example.yaml").read_text(encoding="utf-8")
        text = config_file.filled(example, values)
        try:
            config_file.write(self._folder / CONFIG, text, available_languages())
        except OSError as error:
            raise SetUpFault(
                f"{self._folder / CONFIG} cannot be written ({error.strerror})."
            ) from None


def _path(answer: str) -> Path:
    """Raises `SetUpFault`."""
    try:
        return Path(answer).expanduser().absolute()
    except RuntimeError:
        raise SetUpFault(f"There is no such home folder: {answer}.") from None


def _proposed_folder() -> str:
    """The current one where it is empty or a set-up has begun there, else a new one in it."""
    here = Path.cwd()
    is_begun = any((here / name).exists() for name in (KEPT, CONFIG, KEY_FILE))
    return str(here if is_begun or not any(here.iterdir()) else here / "undersigned")


def _zone_here() -> str:
    """This machine's time zone, by its name."""
    with contextlib.suppress(OSError):
        _, found, name = str(Path("/etc/localtime").resolve(strict=True)).partition("/zoneinfo/")
        if found and not name.startswith("Etc/"):
            return name
    return "UTC"


def _shipped(name: str) -> Path:
    return next(share / name for share in SHARES if (share / name).exists())


def _copy_example(folder: Path) -> None:
    """statement.yaml comes last by its name: a kill before that leaves no statement."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in sorted(_shipped(f"statements/{EXAMPLE}").iterdir()):
        shutil.copyfile(file, folder / file.name)


def _copy_key(key: Path, to: Path) -> None:
    """Raises `SetUpFault`."""
    to = to / key.name if to.is_dir() else to
    if to.resolve().is_relative_to(key.parent.resolve()):
        raise SetUpFault("That is in the bot's own folder, and lost with it: name another place.")
    text = key.read_bytes()
    try:
        with contextlib.suppress(FileExistsError):
            descriptor = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as out:
                out.write(text)
                out.flush()
                os.fsync(out.fileno())
        is_copy = to.read_bytes() == text
    except OSError as error:
        raise SetUpFault(f"{to} cannot be written ({error.strerror}): name another.") from None
    if not is_copy:
        raise SetUpFault(f"{to} is something else, and never overwritten: name another place.")


def _look_for_file(answer: str) -> None:
    """Raises `SetUpFault`."""
    if answer and not _path(answer).is_file():
        raise SetUpFault(f"There is no file {answer}.")


def _look_for_homeserver(address: str) -> None:
    if address:
        asyncio.run(platforms.look_for_homeserver(address))
