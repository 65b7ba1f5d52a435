"""What the core asks of a platform, and what a platform may ask of the core.

An adapter turns a platform's traffic into `Event`s (`events`) and `Outgoing`s (`outgoing`) into
the platform's calls. It decides nothing, remembers nothing but its cursor and its `Memo`s
(`inbox`), and is the only place where the keys of chats, people and messages are understood. What
it must do, and what only some can, stands in `adapter`; what it may raise in `faults`.
"""

from bot.domain.memo import Memo
from bot.ports.adapter import (
    Adapter,
    Capabilities,
    GetsReady,
    GroupFacts,
    HasLinks,
    Menu,
    Rate,
    ReportsProblems,
    Role,
    ShowsMenus,
    private_link,
)
from bot.ports.clock import Clock
from bot.ports.events import (
    Corrected,
    Event,
    Exposed,
    Joined,
    Left,
    Message,
    Moved,
    Origin,
    Place,
    Press,
    Query,
    Unread,
    decode_event,
    encode_event,
    typed_text,
)
from bot.ports.faults import (
    AdapterFault,
    ChatMoved,
    ChatUnreachable,
    DeliveryFault,
    MessageGone,
    TryLater,
)
from bot.ports.inbox import Inbox
from bot.ports.outgoing import (
    Button,
    Delete,
    Edit,
    Notice,
    Outgoing,
    Rows,
    Send,
    SendFile,
    Suggestion,
    Suggestions,
    decode_outgoing,
    encode_outgoing,
)

__all__ = [
    "Adapter",
    "AdapterFault",
    "Button",
    "Capabilities",
    "ChatMoved",
    "ChatUnreachable",
    "Clock",
    "Corrected",
    "Delete",
    "DeliveryFault",
    "Edit",
    "Event",
    "Exposed",
    "GetsReady",
    "GroupFacts",
    "HasLinks",
    "Inbox",
    "Joined",
    "Left",
    "Memo",
    "Menu",
    "Message",
    "MessageGone",
    "Moved",
    "Notice",
    "Origin",
    "Outgoing",
    "Place",
    "Press",
    "Query",
    "Rate",
    "ReportsProblems",
    "Role",
    "Rows",
    "Send",
    "SendFile",
    "ShowsMenus",
    "Suggestion",
    "Suggestions",
    "TryLater",
    "Unread",
    "decode_event",
    "decode_outgoing",
    "encode_event",
    "encode_outgoing",
    "private_link",
    "typed_text",
]
