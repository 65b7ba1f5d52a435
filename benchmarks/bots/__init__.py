"""The programs that are measured, each run in a process of its own.

All get the same: the server's address, a token, and a folder with `pages.json`, the pages that a
press of `next` turns. `/read` shows the first.
"""
