"""Who acts in an admin chat."""

from dataclasses import dataclass

from bot.domain.ids import UserRef


@dataclass(frozen=True, slots=True)
class Admin:
    """`name` is the display name at that moment; the `account` is kept as a tag only."""

    name: str
    account: UserRef
