"""Undersigned: statements in chunks, endorsements, verification, in chat."""

__version__ = "0.2.0"
