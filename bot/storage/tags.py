"""The tags under the host key that order chats and mark events and messages."""

from bot.domain.ids import ChatRef, MessageRef, Number, UserRef
from bot.domain.slots import Slot
from bot.privacy import Keyring


def chat_tag(keys: Keyring, chat: ChatRef) -> bytes:
    """Stands for a chat where its own name must not; under the host's key, 32 bytes."""
    return keys.tag("chat", f"{chat.adapter}\0{chat.key}")


def message_tag(keys: Keyring, chat: ChatRef, message: MessageRef) -> bytes:
    """Stands for one message of a chat, so that what is live can be found by it."""
    return keys.tag("message", f"{chat.adapter}\0{chat.key}\0{message}")


def slot_tag(keys: Keyring, slot: Slot) -> bytes:
    """Stands for what a live message is about."""
    return keys.tag("slot", str(slot))


def record_tag(keys: Keyring, number: Number) -> bytes:
    """Stands for a record beside the messages that show something of it."""
    return keys.tag("shown", str(number))


def actor_tag(keys: Keyring, account: UserRef) -> bytes:
    """Stands for an admin's account: the same in all that they did."""
    return keys.tag("actor", f"{account.adapter}\0{account.key}")


def number_tag(keys: Keyring, number: Number) -> bytes:
    """Stands for a record where its number would tell when something was done to it."""
    return keys.tag("number", str(number))


def job_tag(keys: Keyring, key: str) -> bytes:
    """Stands for what a due job is about."""
    return keys.tag("job", key)
