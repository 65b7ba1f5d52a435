"""Everything that the bot says: gettext catalogues, and functions that return styled text."""
