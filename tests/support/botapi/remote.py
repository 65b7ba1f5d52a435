"""The other end of the control API: a server in a process of its own.

with running() as remote:
    remote.do("person", name="amal", language="ar")
    remote.do("say", person="amal", text="/start")
    card = remote.do("wait", chat="amal")
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from tests.support.botapi.errors import Impossible

ROOT = Path(__file__).parents[3]
LONGEST = 120.0


class Remote:
    """`url` is the bot's api_url too."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url
        self.token = token

    def do(self, action: str, **arguments: Any) -> Any:
        """One action of `control.Control`. Raises Impossible with the server's words."""
        body = json.dumps(arguments).encode()
        request = Request(f"{self.url}/control/{action}", body, method="POST")
        try:
            with urlopen(request, timeout=LONGEST) as answer:
                return json.loads(answer.read())["result"]
        except HTTPError as error:
            with error:
                raise Impossible(json.loads(error.read())["error"]) from None


@contextmanager
def running(*options: str) -> Iterator[Remote]:
    """A server process until the end of the block; `options` are those of the command."""
    command = [sys.executable, "-m", "tests.support.botapi", *options]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            ready = json.loads(process.stdout.readline())
            yield Remote(ready["url"], ready["token"])
        finally:
            process.kill()
