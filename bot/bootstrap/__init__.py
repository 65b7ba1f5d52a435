"""Puts the parts together. The only package that knows every one of them."""
