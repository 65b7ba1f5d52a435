"""One package for each platform, and what they share."""
