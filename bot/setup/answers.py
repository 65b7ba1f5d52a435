"""The answers, from wherever they come."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path

from bot.config import value_fault
from bot.domain.faults import OperatorFault
from bot.setup.questions import SETTINGS, Question
from bot.setup.terminal import Terminal
from bot.wording.voice import available_languages

KEPT = "init.answers"
"""The file in the bot's folder that holds what a person has answered, without what is secret, until
config.yaml is written."""

Check = Callable[[str], object]
"""Raises an `OperatorFault` for an answer that cannot be taken."""


class SetUpFault(OperatorFault):
    """What was answered cannot be used, or an answer is missing; the sentence says which."""

    exit_code = 1


class Answers:
    """`given` are those that came as options or variables, by the question's name."""

    def __init__(self, given: Mapping[str, str], terminal: Terminal) -> None:
        self._given = dict(given)
        self._terminal = terminal
        self._kept: dict[str, str] = {}
        self._file: Path | None = None
        self._had: dict[Question, str] = {}
        self._before: dict[str, str] = {}

    def __getitem__(self, question: Question) -> str:
        """Empty where nothing was answered, or not asked."""
        return self._had.get(question, "")

    def settings(self) -> dict[str, str]:
        """What becomes part of the configuration, by its variables."""
        return {each.variable: self[each] for each in SETTINGS if self[each]}

    def keep_in(self, folder: Path) -> None:
        """From here on a person's answers are kept there, and those of an earlier time count. A
        script gives all of them again, and a pipe in the same order."""
        if not self._terminal.is_talk:
            return
        self._file = folder / KEPT
        with contextlib.suppress(OSError, ValueError):
            found = json.loads(self._file.read_text(encoding="utf-8"))
            self._kept = {name: str(answer) for name, answer in found.items()}
        if self._kept:
            self._terminal.say()
            self._terminal.say(
                f"You were here before, and it goes on where you were. To begin anew, delete "
                f"{self._file}."
            )

    def ask(
        self,
        question: Question,
        check: Check | None = None,
        *,
        proposed: str | None = None,
        **words: object,
    ) -> str:
        """The answer. `words` are put into what is told about the question; `proposed` stands in
        place of what it proposes. Raises `SetUpFault` where it cannot be used, and nobody is there
        to be asked again."""
        if proposed is None:
            proposed = self._before.get(question.name, question.proposed)
        answer = self._answered(question)
        if answer is None and question.about:
            self._terminal.say()
            self._terminal.say(question.about.format(**words))
        while True:
            answer = self._read(question, proposed) if answer is None else answer
            try:
                if not answer and proposed is None:
                    raise SetUpFault("This has to be answered.")
                self._check(question, answer, check)
            except OperatorFault as fault:
                self.refuse(fault)
                answer = None
            else:
                self._keep(question, answer)
                return answer

    def give(self, question: Question, answer: str) -> None:
        """Without asking."""
        self._had[question] = answer

    def refuse(self, fault: OperatorFault) -> None:
        """Say why an answer is none. Raises `SetUpFault` unless a person can be asked again."""
        if not self._terminal.is_talk:
            raise SetUpFault(str(fault)) from None
        self._terminal.say(str(fault))

    def again(self, *questions: Question) -> None:
        """Forget these answers, which could not be used together."""
        for question in questions:
            answer = self._had.pop(question, "")
            if answer and question.proposed is None and not question.is_secret:
                self._before[question.name] = answer
            self._kept.pop(question.name, None)

    def given(self, question: Question) -> str | None:
        """What came as an option or from the variable."""
        return self._given.get(question.name)

    def _answered(self, question: Question) -> str | None:
        answer = self._given.pop(question.name, self._kept.get(question.name))
        if answer is not None:
            shown = "(not shown)" if question.is_secret and answer else answer or "none"
            self._terminal.say(f"{question.label}: {shown}")
        return answer

    def _read(self, question: Question, proposed: str | None) -> str:
        prompt = f"{question.label} [{proposed}]: " if proposed else f"{question.label}: "
        answer = self._terminal.read(prompt, is_secret=question.is_secret)
        if not answer and proposed is None and not self._terminal.is_talk:
            raise SetUpFault(
                f"There is no answer to '{question.label}': set {question.variable}, or give it as "
                "an option; `undersigned init --help` lists them."
            )
        return answer or proposed or ""

    def _check(self, question: Question, answer: str, check: Check | None) -> None:
        if answer and question.place is not None:
            fault = value_fault(question.place, answer, available_languages(), Path.cwd())
            if fault is not None:
                raise SetUpFault(fault)
        if check is not None:
            check(answer)

    def _keep(self, question: Question, answer: str) -> None:
        self._had[question] = answer
        if self._file is None or question.is_secret:
            return
        self._kept[question.name] = answer
        draft = self._file.with_name(f"{KEPT}.new")
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(self._kept, ensure_ascii=False, indent=1), encoding="utf-8")
        draft.replace(self._file)
