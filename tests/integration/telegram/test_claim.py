"""`undersigned run` without an admin chat: signing goes on, and the printed code makes one."""

from __future__ import annotations

import re
from pathlib import Path

from tests.integration.telegram.test_process import running
from tests.integration.telegram.test_whole_dialogue import Talk, write_config
from tests.integration.telegram.whole import WITHIN
from tests.support.botapi import BotApiServer, fast
from tests.support.dialogue import number_in
from tests.support.listening import asked, let_listen
from tests.support.statements import write_port

CODE = re.compile(r"on telegram yet\. .* send there: /claim ([0-9a-f]+)")


def without_admin_chat(folder: Path, server: BotApiServer) -> str:
    """Writes the configuration; the address where the program says how it does."""
    write_config(folder, server, 1, "webhook")
    file = folder / "config.yaml"
    lines = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join(line for line in lines if "admin_chat" not in line) + "\n")
    return f"{let_listen(folder, None)}/healthz"


async def test_a_group_is_claimed_by_the_code_that_the_program_prints(tmp_path: Path) -> None:
    async with BotApiServer(rules=fast()) as server:
        write_port(tmp_path)
        url = without_admin_chat(tmp_path, server)
        amal, zaid, omar = (server.person(name) for name in ("amal", "zaid", "omar"))
        board = server.group("Board", creator=zaid, bot=None)
        board.add(omar)
        talk = Talk(server)
        async with running(tmp_path) as program:
            await server.wait_for(lambda: server.webhook.target, WITHIN)
            found = await server.wait_for(lambda: CODE.search(program.written()), WITHIN)
            assert found is not None
            number = number_in(await talk.signs(amal, "Amal Haddad"))
            assert await asked(url) == (503, "down")
            assert "no admin chat is set" in program.written()
            board.add_bot(zaid)
            await server.next_message(board, within=WITHIN)
            claim = f"/claim {found[1]}"
            # Neither a member, nor an anonymous administrator, nor another code, nor in private.
            assert "Only an administrator" in await talk.says(omar, board, claim)
            board.promote(omar, anonymous=True)
            assert "anonymous" in await talk.says(omar, board, claim)
            await talk.says(zaid, board, "/claim@undersigned_test_bot 0123456789abcdef")
            await talk.says(zaid, zaid, claim)
            assert not [text for text in talk.texts(board) if text.startswith(f"#{number} ")]
            await talk.says(zaid, board, claim)
            texts = await server.wait_for(lambda: _card(talk.texts(board), number), WITHIN)
            assert any(text.startswith("This is the admin chat now") for text in texts)
            await server.wait_for(
                lambda: any(
                    call.parameters["scope"].get("chat_id") == board.id
                    for call in server.calls("setMyCommands", ok=True)
                ),
                WITHIN,
            )
            assert await asked(url) == (200, "up")
            # It was good once.
            other = server.group("Other", creator=omar)
            await server.next_message(other, within=WITHIN)
            assert "admin chat now" not in await talk.says(omar, other, claim)
        async with running(tmp_path) as program:
            await talk.says(zaid, board, f"/verify {number}")
            await server.wait_for(lambda: "has been verified" in talk.texts(amal)[-1], WITHIN)
            assert len(CODE.findall(program.written())) == 1


def _card(texts: list[str], number: int) -> list[str]:
    """All of them, once one is the card."""
    return texts if any(text.startswith(f"#{number} ") for text in texts) else []
