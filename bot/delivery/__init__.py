"""The way in and the way out: inbox, outbox, due jobs, and the workers that serve them."""
