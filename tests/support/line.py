"""A line to a PostgreSQL server of the tests, which listens on a socket in a folder alone."""

from __future__ import annotations

import asyncio
import socket

import sqlalchemy as sa


class Line:
    """Between the bot and the server, over a socket of its own. At `COMMIT` it is cut: before the
    server hears of it, or before the bot hears that it was done."""

    def __init__(self, url: str) -> None:
        self._there = str(sa.engine.make_url(url).query["host"])
        self.cut: str | None = None
        self._hears = asyncio.Event()

    async def __aenter__(self) -> str:
        """Its host and port."""
        listening = socket.create_server(("127.0.0.1", 0))
        self._server = await asyncio.start_server(self._carry, sock=listening)
        return f"127.0.0.1:{listening.getsockname()[1]}"

    async def __aexit__(self, *_: object) -> None:
        self._server.close()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        file = f"{self._there}/.s.PGSQL.5432"
        from_server, to_server = await asyncio.open_unix_connection(file)
        is_cut = asyncio.Event()

        async def ask() -> None:
            while said := await reader.read(65536):
                if b"COMMIT" in said and self.cut == "before":
                    break
                if b"COMMIT" in said and self.cut == "after":
                    is_cut.set()
                to_server.write(said)
            writer.close()
            to_server.close()

        async def answer() -> None:
            while said := await from_server.read(65536):
                if is_cut.is_set():
                    break
                writer.write(said)
            writer.close()
            to_server.close()

        await asyncio.gather(ask(), answer(), return_exceptions=True)
