"""What can become of an admin chat in which nobody may decide any more."""

import enum


class Exposure(enum.StrEnum):
    """Anybody may come in, or read along, or another chat has taken its place."""

    PUBLIC = "public"
    READABLE = "readable"
    REPLACED = "replaced"
