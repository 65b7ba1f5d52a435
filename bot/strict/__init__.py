"""Reading files that people write: text and YAML, strictly, with every fault at its line."""
