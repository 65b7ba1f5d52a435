"""What is said in the place of a change whose message is not there."""

from __future__ import annotations

from bot.ports import Adapter, Delete, Edit, Outgoing, Send
from bot.text.rich import RichText


def is_last(outgoing: Outgoing) -> bool:
    """Whether nothing more is to be known of a message once this is delivered."""
    return isinstance(outgoing, Edit) and outgoing.last


def anew(change: Edit | Delete, adapter: Adapter) -> Send:
    """The same as a new message, which makes no more noise than the change would have."""
    if isinstance(change, Delete):
        return Send(change.chat, change.text, change.language, quiet=True)
    return Send(
        change.chat,
        change.text,
        change.language,
        change.buttons,
        quiet=True,
        thread=change.thread,
        public=change.public,
        pinned=change.pinned,
        # It may show what has to be erased some day.
        kept=RichText("…") if change.chat == adapter.admin_chat else None,
    )
