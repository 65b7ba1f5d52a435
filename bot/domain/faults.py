"""What is wrong with what the operator gave: told in a sentence, never as a traceback."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a file, where, and what to do about it; `line` counts from 1."""

    file: str
    line: int | None
    message: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.message}"


class OperatorFault(Exception):
    """What stops the program, and whoever runs it can mend: its words are a sentence that says how.
    It is printed without a traceback, and ends the program with `exit_code`: 1 where a problem was
    found, 2 for wrong usage or configuration."""

    exit_code = 2
