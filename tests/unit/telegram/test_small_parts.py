"""Cutting, pausing, and errors by name."""

from __future__ import annotations

import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    TelegramError,
)

from bot.adapters.telegram.menus import cut
from bot.adapters.telegram.refusals import without_words_of
from bot.adapters.telegram.request import (
    MOST_PAUSE,
    AiohttpRequest,
    TooManyRequests,
    _proxy,
    _succeeded,
)
from bot.backoff import FIRST, LONGEST, Backoff

TOKEN = "123456:canary-token-0123456789012345678901"


def test_pauses_grow_to_a_minute_and_begin_anew() -> None:
    backoff = Backoff()
    pauses = [backoff.next() for _ in range(40)]
    for number, pause in enumerate(pauses):
        whole = min(LONGEST, FIRST * 2**number)
        assert whole / 2 <= pause <= whole
    backoff.reset()
    assert backoff.next() <= FIRST


@pytest.mark.parametrize(
    ("text", "most", "kept"),
    [
        ("short", 5, "short"),
        ("one two three", 9, "one two…"),
        ("one two three", 8, "one…"),
        ("abcdefgh", 5, "abcd…"),
        ("", 5, ""),
    ],
)
def test_cut(text: str, most: int, kept: str) -> None:
    assert cut(text, most) == kept
    assert len(kept) <= most


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, {"description": "Bad Request: x"}, BadRequest),
        (401, {"description": "Unauthorized"}, InvalidToken),
        (403, {"description": "Forbidden: x"}, Forbidden),
        (404, {"description": "Not Found"}, EndPointNotFound),
        (409, {"description": "Conflict: x"}, Conflict),
        (429, {}, TooManyRequests),
        (500, {}, NetworkError),
        (200, {"error_code": 403, "description": "Forbidden: x"}, Forbidden),
        (200, {"error_code": [], "description": None, "parameters": 7}, NetworkError),
        (400, {"parameters": {"migrate_to_chat_id": -1007}}, ChatMigrated),
    ],
)
def test_errors_have_names(status: int, body: dict[str, object], kind: type[TelegramError]) -> None:
    assert type(AiohttpRequest(TOKEN)._fault(status, {"ok": False} | body)) is kind


@pytest.mark.parametrize("body", [None, [], "x", {}, {"ok": True}, {"description": "Not Found"}])
def test_what_is_no_answer_of_the_bot_api_is_an_outage(body: object) -> None:
    fault = AiohttpRequest(TOKEN)._fault(404, body)
    assert type(fault) is NetworkError
    assert "status 404" in fault.message


@pytest.mark.parametrize("parameters", [{}, {"retry_after": 0}, {"retry_after": "x"}, None])
def test_a_pause_that_is_not_given_is_read_or_guessed(parameters: object) -> None:
    request = AiohttpRequest(TOKEN)
    body = {"ok": False, "error_code": 429, "parameters": parameters}
    for words, after in (("Too Many Requests: retry after 11", 11), ("Too Many Requests", 5)):
        fault = request._fault(429, body | {"description": words})
        assert isinstance(fault, TooManyRequests)
        assert fault.after == after


def test_a_limit_of_a_proxy_is_one_too() -> None:
    for header, after in (("30", 30), ("Wed, 21 Oct 2026 07:28:00 GMT", 5), ("", 5)):
        fault = AiohttpRequest(TOKEN)._fault(429, None, header)
        assert isinstance(fault, TooManyRequests)
        assert fault.after == after


@pytest.mark.parametrize("said", [10**400, 1e300, float("inf"), 999_999_999])
def test_nobody_is_told_to_wait_for_ever(said: float) -> None:
    body = {"ok": False, "error_code": 429, "parameters": {"retry_after": said}}
    fault = AiohttpRequest(TOKEN)._fault(429, body)
    assert isinstance(fault, TooManyRequests)
    assert fault.after == MOST_PAUSE


@pytest.mark.parametrize(
    ("payload", "succeeded"),
    [
        (b'{"ok":true,"result":1}', True),
        (b'{"result":{"ok":false},"ok":true}', True),
        (b'\n{ "description": "x", "ok" : true , "result": 1 }', True),
        (b'{"result":{"ok":true},"ok":false}', False),
        (b'{"ok":1,"result":1}', False),
        (b'[{"ok":true}]', False),
        (b"<html>", False),
    ],
)
def test_the_order_of_an_answers_fields_means_nothing(payload: bytes, succeeded: bool) -> None:
    assert _succeeded(payload) is succeeded


def test_the_token_is_taken_out_of_what_the_server_says() -> None:
    body = {"ok": False, "error_code": 400, "description": f"Bad Request: /bot{TOKEN}/x"}
    assert TOKEN not in AiohttpRequest(TOKEN)._fault(400, body).message


def test_the_proxy_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("HTTP_PROXY", raising=False)
    monkeypatch.delenv("http_proxy", raising=False)
    assert _proxy("https://api.telegram.org/bot") == "http://proxy.example:3128"
    assert _proxy("https://127.0.0.1:8081/bot") is None
    assert _proxy("http://api.example/bot") is None


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Bad Request: message text is empty", "Message text is empty"),
        ("Bad Request: no Amal Haddad-Saleh here", "No … …-… here"),
        ('Bad Request: unsupported start tag "amal h" at 4', "Unsupported start tag … at 4"),
        ("Bad Request: chat 5600000001 is odd", "Chat … is odd"),
        ("Bad Request: " + "x" * 500, "X" + "x" * 119),
    ],
)
def test_a_refusal_is_told_without_the_words_of_the_message(said: str, told: str) -> None:
    assert without_words_of("5600000001 AMAL Haddad, Saleh", BadRequest(said)) == told
