"""One package for each platform."""
