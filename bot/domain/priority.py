"""How urgent it is that something is said."""

import enum


class Priority(enum.IntEnum):
    """The smaller goes first, and none waits for ever behind another (`bot.delivery`)."""

    ANSWER = 0
    """To what somebody has just asked, and whatever a person waits for."""
    DECISION = 1
    """What has become of a record: to its signer, and on its card."""
    CARD = 2
    """What there is to decide: cards and digests."""
    ANNOUNCEMENT = 3
    """To many at once, and what nobody waits for: that a draft will end."""
