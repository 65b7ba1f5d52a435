"""What can become of an admin chat in which nobody may decide any more."""

import enum


class Exposure(enum.StrEnum):
    """Anybody may come in, or read along; who comes in later reads all that was said before; a
    channel's readers write in it; another chat has taken its place."""

    PUBLIC = "public"
    READABLE = "readable"
    HISTORY = "history"
    LINKED = "linked"
    REPLACED = "replaced"
