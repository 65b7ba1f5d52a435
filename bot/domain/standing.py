"""What can become of the bot's own account on a platform."""

import enum


class Standing(enum.StrEnum):
    """It was signed out and goes on with a new device, for which it vouches; it vouches for the bot
    no more, since somebody has replaced its keys; it does so again."""

    RENEWED = "renewed"
    DISOWNED = "disowned"
    RESTORED = "restored"
