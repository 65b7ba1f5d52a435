"""Text as the bot handles it: a document tree, styled text, and chunks."""
