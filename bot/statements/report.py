"""What a reader of one file found to be wrong."""

from bot.domain.faults import Fault


class Report:
    """Collects the faults and warnings of one file, so that all of them are told at once."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[Fault] = []
        self.warnings: list[Fault] = []

    def fault(self, line: int | None, message: str) -> None:
        """What keeps the file from being used, with what to do about it; `line` counts from 1."""
        self.faults.append(Fault(self.file, line, message))

    def warn(self, line: int | None, message: str) -> None:
        """What stops nothing and is likely not meant."""
        self.warnings.append(Fault(self.file, line, message))
