"""What the program says of itself over HTTP, where the configuration has it listen."""
