"""The server as a process, and its remote control."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import pytest

from tests.support.botapi import Impossible, Remote, running
from tests.unit.botapi.conftest import BUTTONS


@pytest.fixture(scope="module")
def remote() -> Iterator[Remote]:
    with running("--fast", "--port", "0") as started:
        yield started


def call(remote: Remote, method: str, **parameters: Any) -> tuple[int, Any]:
    body = json.dumps(parameters).encode()
    headers = {"Content-Type": "application/json"}
    request = Request(f"{remote.url}/bot{remote.token}/{method}", body, headers)
    try:
        with urlopen(request, timeout=10) as answer:
            return answer.status, json.load(answer)["result"]
    except HTTPError as error:
        with error:
            return error.code, json.load(error)["description"]


def test_people_groups_and_presses(remote: Remote) -> None:
    amal = remote.do("person", name="amal", language="ar")
    remote.do("say", person="amal", text="/start")
    call(remote, "sendMessage", chat_id=amal["chat"], text="Page 1", reply_markup=BUTTONS)
    card = remote.do("wait", chat="amal", text="Page")
    press = remote.do("press", person="amal", button="next")
    assert press["data"] == "next:3"
    call(remote, "answerCallbackQuery", callback_query_id=press["id"], text="Done")
    answered = remote.do("pressed", press=press["id"], within=5)
    assert (answered["answer"], press["answered_at"]) == ("Done", None)
    assert remote.do("presses") == [answered]
    assert remote.do("wait_calls", method="sendMessage", count=1) >= 1
    chat = {"chat_id": amal["chat"], "message_id": card["message_id"]}
    call(remote, "editMessageText", **chat, text="Page 2")
    (shown,) = remote.do("messages", chat="amal", sent=True)
    assert (shown["text"], shown["edited"], shown["buttons"]) == ("Page 2", True, [])
    group = remote.do("group", title="Tunis", creator="amal", kind="group")
    remote.do("send", person="omar", chat="Tunis", text="/endorse")
    remote.do("promote", chat="Tunis", person="omar", anonymous=True)
    new = remote.do("upgrade", chat="Tunis")
    status, words = call(remote, "sendMessage", chat_id=group["id"], text="x")
    assert (status, words[:24]) == (400, "Bad Request: group chat ")
    assert call(remote, "sendMessage", chat_id=new["id"], text="x")[0] == 200


def test_many_at_once_faults_and_what_the_bot_did(remote: Remote) -> None:
    before = remote.do("state")
    people = [["say", {"person": f"p{i}", "text": "/start"}] for i in range(50)]
    remote.do("batch", actions=people)
    state = remote.do("state")
    assert state["last_update"] == before["last_update"] + 50
    remote.do("fail", method="getMe", fault="too_many", retry_after=4)
    assert call(remote, "getMe") == (429, "Too Many Requests: retry after 4")
    made = remote.do("calls", method="getMe", after=before["calls"])
    assert [c["status"] for c in made] == [429]
    number = remote.do("update", fields={"message": {"nothing": "known"}})
    newest = call(remote, "getUpdates", offset=-1)[1]
    assert newest == [{"update_id": number, "message": {"nothing": "known"}}]
    remote.do("advance", seconds=86_500)
    assert remote.do("state")["pending"] == 0


def test_mistakes_are_told(remote: Remote) -> None:
    for action, arguments in (
        ("dance", {}),
        ("say", {"person": "amal"}),
        ("messages", {"chat": "nowhere"}),
        ("rules", {"rule": 1}),
        ("press", {"person": "amal", "button": "no such"}),
    ):
        with pytest.raises(Impossible):
            remote.do(action, **arguments)


def test_an_outage(remote: Remote) -> None:
    remote.do("outage", seconds=0.5)
    refused = 0
    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            remote.do("state")
            if refused:
                return
        except (URLError, OSError):
            refused += 1
        time.sleep(0.01)
    pytest.fail("it never came back")
