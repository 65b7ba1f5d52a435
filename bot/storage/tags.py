"""The tags under the host key that order chats and mark events and messages."""

from bot.domain.ids import ChatRef, MessageRef
from bot.privacy import Keyring


def chat_tag(keys: Keyring, chat: ChatRef) -> bytes:
    return keys.tag("chat", f"{chat.adapter}\0{chat.key}")


def message_tag(keys: Keyring, chat: ChatRef, message: MessageRef) -> bytes:
    return keys.tag("message", f"{chat.adapter}\0{chat.key}\0{message}")
