"""What the words of this project mean. Standard library only; no I/O, no clock, no platform."""
