"""What people can ask for: the command table, the dispatcher, and the commands themselves."""
