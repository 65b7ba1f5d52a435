"""Somebody signs in as the bot, as to set its picture, and resets the account's identity there."""

from __future__ import annotations

from pathlib import Path

from bot.adapters.matrix.devices import device_is_signed
from tests.integration.matrix.test_accounts import write_config
from tests.integration.matrix.test_forged_decisions import NOT_PROVEN
from tests.integration.matrix.test_program import program, run
from tests.integration.matrix.test_signed_out import NEW_DEVICE, shown, sign_out_everywhere
from tests.integration.matrix.whole import Whole, whole_bot
from tests.support.synapse import Account, Homeserver, Person, Proxy, matrix_error
from tests.support.synapse.vouching import OtherDevice, replace_keys

REPLACED = "Somebody else made the signing keys that my account on Matrix has now"
STOPPED = "Nobody can decide here for now"
RESTORED = "My account on Matrix vouches for me again"
UPLOAD = "POST .*/keys/device_signing/upload"


def times(zaid: Person, room: str, words: str) -> int:
    return sum(words in heard.text for heard in zaid.said_in(room))


async def decides_nothing(w: Whole, admin: Person) -> None:
    before = await w.decided()
    for typed in ("!verify 1", "!reject 2 We know no such person", "!close"):
        await w.hears(admin, w.admins, typed, STOPPED)
    assert await w.decided() == before


async def test_nobody_decides_until_the_account_vouches_again(
    tmp_path: Path, homeserver: Homeserver, account: Account, zaid: Person
) -> None:
    """While the bot runs and after a restart: the admins are told once, the operator each time."""
    options = {"admins": [zaid.id]}
    async with Proxy(homeserver) as proxy:
        async with whole_bot(tmp_path, homeserver, account, url=proxy.url, **options) as w:
            admins = w.admins
            await zaid.wait_until_there(admins, zaid.id)
            await w.signed("Amal Haddad", "Rami Saleh")
            await replace_keys(homeserver, account, tmp_path / "other")
            warning = await zaid.hear(admins, REPLACED)
            assert warning.content["m.mentions"] == {"user_ids": [zaid.id]}
            assert "undersigned matrix reset" in warning.text
            await decides_nothing(w, zaid)
            assert any("undersigned matrix reset" in said for said in w.adapter.problems())
        uploads = len(proxy.asked(UPLOAD))
        async with whole_bot(tmp_path, homeserver, account, url=proxy.url, **options) as w:
            await decides_nothing(w, zaid)
            assert any("undersigned matrix reset" in said for said in w.adapter.problems())
        assert len(proxy.asked(UPLOAD)) == uploads
        assert times(zaid, admins, REPLACED) == 1

    write_config(tmp_path, homeserver, account, "store: matrix", f'admins: ["{zaid.id}"]')
    password = {"UNDERSIGNED_MATRIX__PASSWORD": account.password}
    found = await run(tmp_path, "matrix", "status")
    assert found.code == 1
    assert "undersigned matrix reset" in found.error
    without = await run(tmp_path, "matrix", "reset")
    assert (without.code, without.out) == (2, "")
    assert "Set UNDERSIGNED_MATRIX__PASSWORD once, and try again." in without.error
    wrong = await run(tmp_path, "matrix", "reset", UNDERSIGNED_MATRIX__PASSWORD="mistyped")
    assert wrong.code == 2
    assert "does not accept the bot's password" in wrong.error
    done = await run(tmp_path, "matrix", "reset", **password)
    assert (done.code, done.error) == (0, "")
    lines = dict(line.split(":", 1) for line in done.out.splitlines() if ": " in line)
    published = await shown(homeserver, account.user, zaid)
    [key] = published["master_keys"][account.user]["keys"].values()
    assert lines["signing key"].replace(" ", "") == key
    assert lines["cross-signed"].strip() == "yes"
    assert device_is_signed(published, account.user, lines["device"].strip())

    async with program(tmp_path):
        await zaid.hear(admins, RESTORED)
        in_use = await run(tmp_path, "matrix", "reset", **password)
        assert in_use.code == 2
        assert "another instance" in in_use.error
        await zaid.say(admins, "!verify 1")
        await zaid.hear(admins, "#1 is verified")
    assert times(zaid, admins, RESTORED) == 1


async def test_a_lone_admin_who_has_reset_their_identity(
    tmp_path: Path, homeserver: Homeserver, account: Account, zaid: Person
) -> None:
    """Nobody can confirm it but whoever runs the bot."""
    write_config(tmp_path, homeserver, account, "store: matrix", f'admins: ["{zaid.id}"]')
    password = {"UNDERSIGNED_MATRIX__PASSWORD": account.password}
    async with whole_bot(tmp_path, homeserver, account, admins=[zaid.id]) as w:
        await zaid.wait_until_there(w.admins, zaid.id)
        await w.signed("Amal Haddad")
        await w.hears(zaid, w.admins, "!help", "!reload")
        async with OtherDevice(zaid, tmp_path / "new") as new:
            await new.vouch()
        await w.hears(zaid, w.admins, "!verify 1", NOT_PROVEN)
    nobody = await run(tmp_path, "matrix", "trust", "@rami:test", **password)
    assert nobody.code == 1
    assert "No signing keys of @rami:test are known" in nobody.error
    done = await run(tmp_path, "matrix", "trust", zaid.id, **password)
    assert (done.code, done.error) == (0, "")
    async with whole_bot(tmp_path, homeserver, account, admins=[zaid.id]) as w:
        await w.hears(zaid, w.admins, "!verify 1", "#1 is verified")
        assert (await w.counts()).verified == 1


async def test_a_token_alone_where_the_account_had_keys_before(
    tmp_path: Path, homeserver: Homeserver, account: Account, zaid: Person
) -> None:
    """The command takes token and password together. Where no password is taken, it says so."""
    await replace_keys(homeserver, account, tmp_path / "other")
    async with Proxy(homeserver) as proxy:
        lines = [f"access_token: {account.token}", f"device_id: {account.device}"]
        write_config(tmp_path, homeserver, account, *lines, f'admins: ["{zaid.id}"]')
        config = tmp_path / "config.yaml"
        config.write_text(config.read_text("utf-8").replace(homeserver.url, proxy.url), "utf-8")
        async with program(tmp_path):
            warning = await zaid.wait_for(
                lambda: next((h for h in zaid.heard if REPLACED in h.text), None)
            )
        password = {"UNDERSIGNED_MATRIX__PASSWORD": account.password}
        browser = "org.matrix.cross_signing_reset"
        more = {
            "session": "x",
            "flows": [{"stages": [browser]}],
            "params": {browser: {"url": "https://account.test/reset"}},
        }
        proxy.fail(UPLOAD, matrix_error(401, "M_FORBIDDEN", **more), times=2)
        elsewhere = await run(tmp_path, "matrix", "reset", **password)
        assert elsewhere.code == 2
        assert "in a browser first at https://account.test/reset" in elsewhere.error
        # It makes whole what is signed out too; who verified the bot has something to do then.
        await sign_out_everywhere(homeserver, account)
        done = await run(tmp_path, "matrix", "reset", **password)
        assert done.code == 0
        assert "nio" not in done.error
        async with program(tmp_path):
            await zaid.hear(warning.room, RESTORED)
            await zaid.say(warning.room, "!pending")
            await zaid.hear(warning.room, "Nothing is waiting")
        assert times(zaid, warning.room, NEW_DEVICE) == 0
