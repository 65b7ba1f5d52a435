"""Conversations as pure functions: (state, input) -> what is said, the new state, what to do."""
