"""What people can ask for: the command table, and the commands themselves."""
