"""Statement packages: what they hold, how they are read and checked, how a text becomes one."""
