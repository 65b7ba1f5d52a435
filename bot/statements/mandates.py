"""What `statement.yaml` says of the mandate of a group."""

import re

from bot.domain.endorsement import Mode
from bot.domain.mandate import MOST_DAYS, MandateRule
from bot.statements.fields import Fields

MOST_MEMBERS = 1_000_000
_SHARE = re.compile(r"([0-9]{1,3})\s*%")
_OF_MEMBERS = ("quorum", "vote_days", "newcomers")


def mandate_rule(fields: Fields) -> MandateRule:
    """The rule, with the defaults where nothing is said, or what is wrong."""
    usual = MandateRule()
    mode = _mode(fields)
    if mode is not Mode.MEMBERS:
        for key in _OF_MEMBERS:
            if fields.value(key) is not None:
                message = f"'{key}' counts only where the members decide; add 'mandate: members'."
                fields.fault(key, message)
        return MandateRule(mode)
    days = fields.value("vote_days")
    if days is None:
        days = usual.days
    if not _is_number(days, MOST_DAYS):
        message = f"'vote_days' must be a whole number of days, 1 to {MOST_DAYS}; correct it."
        fields.fault("vote_days", message)
        days = usual.days
    assert isinstance(days, int)
    newcomers = fields.flag("newcomers", default=usual.newcomers)
    return MandateRule(mode, *_quorum(fields, usual), days, newcomers)


def _mode(fields: Fields) -> Mode:
    typed = fields.value("mandate")
    if typed is None:
        return Mode.ADMINISTRATOR
    folded = re.sub(r"[\s_-]+", " ", typed.strip().lower()) if isinstance(typed, str) else ""
    if folded not in set(Mode):
        ways = f"'{Mode.ADMINISTRATOR}', '{Mode.TWO}' or '{Mode.MEMBERS}'"
        fields.fault("mandate", f"'mandate' says who decides in a group: write {ways}.")
        return Mode.ADMINISTRATOR
    return Mode(folded)


def _quorum(fields: Fields, usual: MandateRule) -> tuple[int, bool]:
    typed = fields.value("quorum")
    if typed is None:
        return usual.quorum, usual.is_share
    if isinstance(typed, int) and _is_number(typed, MOST_MEMBERS):
        return typed, False
    found = _SHARE.fullmatch(typed.strip()) if isinstance(typed, str) else None
    if found is None or not 1 <= int(found[1]) <= 100:
        message = "'quorum' must be a number of members such as 30, or a share such as 50%."
        fields.fault("quorum", message)
        return usual.quorum, usual.is_share
    return int(found[1]), True


def _is_number(value: object, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= most
