"""Scripts for developers; the bot imports none of them."""
