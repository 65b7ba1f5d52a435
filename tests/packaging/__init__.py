"""What operators install: packages, units, images."""
