"""A store for the library that keeps nothing: somebody's phone that is never turned off."""

from __future__ import annotations

from collections.abc import Iterable

from nio.crypto.device import DeviceStore, OlmDevice, TrustState
from nio.crypto.memorystores import GroupSessionStore, SessionStore
from nio.crypto.sessions import OlmAccount
from nio.store.database import MatrixStore


class ForgetfulStore(MatrixStore):
    """The library holds all that it needs in memory and writes each change down besides, for its
    next start. Writing took a third of the time of all that these people do."""

    def __post_init__(self) -> None:
        """There is no file to open."""

    def load_account(self) -> OlmAccount | None:
        return None

    def load_sessions(self) -> SessionStore:
        return SessionStore()

    def load_inbound_group_sessions(self) -> GroupSessionStore:
        return GroupSessionStore()

    def load_device_keys(self) -> DeviceStore:
        return DeviceStore()

    def load_encrypted_rooms(self) -> set[str]:
        return set()

    def load_outgoing_key_requests(self) -> dict[str, object]:
        return {}

    def _leave(self, *_: object) -> None:
        """What the library writes down."""

    save_account = save_session = save_inbound_group_session = save_device_keys = _leave
    save_encrypted_rooms = delete_encrypted_room = _leave
    add_outgoing_key_request = remove_outgoing_key_request = _leave

    # A device knows itself how far it is trusted.

    def ignore_devices(self, devices: Iterable[OlmDevice]) -> None:
        for device in devices:
            device.trust_state = TrustState.ignored

    def is_device_verified(self, device: OlmDevice) -> bool:
        return device.trust_state is TrustState.verified

    def is_device_blacklisted(self, device: OlmDevice) -> bool:
        return device.trust_state is TrustState.blacklisted

    def is_device_ignored(self, device: OlmDevice) -> bool:
        return device.trust_state is TrustState.ignored
