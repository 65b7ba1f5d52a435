"""Undersigned: statements in chunks, endorsements, verification, in chat."""
