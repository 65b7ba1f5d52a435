"""The configuration: where values come from, and everything that can be wrong with them."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
import sqlalchemy as sa
from pydantic import ValidationError

from bot.config import (
    Address,
    ConfigFaults,
    Matrix,
    Publish,
    Settings,
    Telegram,
    Webhook,
    load_settings,
)

EXAMPLE = Path(__file__).parents[2] / "config.example.yaml"
LANGUAGES = ("ar", "en", "fr")
TOKEN = "123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11"

GOOD = f"""\
database: sqlite:///store/bot.db
statements: texts
languages: [ar, en]
comfortable_chunk: 900
telegram:
  token: "{TOKEN}"
  admin_chat: -1001234567890
  admins: [11, 12]
  api_url: http://127.0.0.1:8081/
  mode: webhook
  webhook:
    url: https://bot.example.org/hook
    secret: hook-secret-of-thirty-two-letters
    listen: "[::1]:8080"
matrix:
  homeserver: https://matrix.example.org
  user_id: "@bot:example.org"
  access_token: matrix-secret
  device_id: DEVICE
  admin_room: "!room:example.org"
  admins: ["@amal:example.org"]
  store: /var/lib/matrix
timezone: Europe/Paris
"""


def load(folder: Path, text: str, environ: Mapping[str, str] | None = None) -> Settings:
    path = folder / "config.yaml"
    path.write_text(text)
    return load_settings(path, environ or {}, LANGUAGES)


def faults(folder: Path, text: str, environ: Mapping[str, str] | None = None) -> list[str]:
    """Every fault as it is printed, with the folder left out."""
    with pytest.raises(ConfigFaults) as caught:
        load(folder, text, environ)
    assert str(caught.value).split("\n") == [str(fault) for fault in caught.value.faults]
    assert all(fault.message[-1] in ".?" for fault in caught.value.faults)
    return [str(fault).replace(f"{folder}/", "") for fault in caught.value.faults]


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    settings = load_settings(None, {}, LANGUAGES, base=tmp_path)
    assert settings.base == tmp_path
    assert settings.database.url == f"sqlite:///{tmp_path}/data/undersigned.db"
    assert settings.database.file == tmp_path / "data/undersigned.db"
    assert settings.statements == tmp_path / "statements"
    assert settings.key_file == tmp_path / "undersigned.key"
    assert settings.languages == ("en", "ar")
    assert settings.timezone.key == "UTC"
    assert settings.comfortable_chunk == 1500
    assert settings.telegram is None
    assert settings.matrix is None


@pytest.mark.parametrize("text", ["", "# nothing\n", "telegram:\nmatrix:\nstatements:\n"])
def test_a_file_that_says_nothing_leaves_the_defaults(tmp_path: Path, text: str) -> None:
    assert load(tmp_path, text) == load_settings(None, {}, LANGUAGES, base=tmp_path)


def test_every_key_is_read_and_paths_count_from_the_file(tmp_path: Path) -> None:
    settings = load(tmp_path, GOOD)
    assert settings.database.file == tmp_path / "store/bot.db"
    assert settings.statements == tmp_path / "texts"
    assert settings.languages == ("ar", "en")
    assert settings.timezone.key == "Europe/Paris"
    assert settings.comfortable_chunk == 900
    telegram, matrix = settings.telegram, settings.matrix
    assert telegram is not None
    assert telegram.token.get_secret_value() == TOKEN
    assert (telegram.admin_chat, telegram.admins) == (-1001234567890, (11, 12))
    assert (telegram.api_url, telegram.mode) == ("http://127.0.0.1:8081", "webhook")
    assert telegram.webhook is not None
    assert telegram.webhook.secret.get_secret_value() == "hook-secret-of-thirty-two-letters"
    assert telegram.webhook.listen == Address("::1", 8080)
    assert matrix is not None
    assert (matrix.user_id, matrix.device_id) == ("@bot:example.org", "DEVICE")
    assert (matrix.admin_room, matrix.admins) == ("!room:example.org", ("@amal:example.org",))
    assert matrix.store == Path("/var/lib/matrix")


def test_relative_paths_of_a_relative_file_become_absolute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "config.yaml").write_text("matrix:")
    monkeypatch.chdir(tmp_path)
    settings = load_settings(Path("config.yaml"), {}, LANGUAGES)
    assert settings.statements.is_absolute()
    assert settings.statements == tmp_path / "statements"


def test_settings_cannot_be_changed(tmp_path: Path) -> None:
    settings = load(tmp_path, GOOD)
    assert settings.telegram is not None
    for section, key in ((settings, "statements"), (settings.telegram, "mode")):
        with pytest.raises(ValidationError):
            setattr(section, key, "polling")


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    environ = {
        "UNDERSIGNED_LANGUAGES": "fr, en",
        "UNDERSIGNED_COMFORTABLE_CHUNK": "300",
        "UNDERSIGNED_TIMEZONE": "Asia/Baghdad",
        "UNDERSIGNED_STATEMENTS": "elsewhere",
        "UNDERSIGNED_TELEGRAM__ADMIN_CHAT": "-42",
        "UNDERSIGNED_TELEGRAM__ADMINS": "7,8",
        "UNDERSIGNED_TELEGRAM__NAME": '{"en": "Undersigned", "ar": "الموقّعون"}',
        "UNDERSIGNED_TELEGRAM__WEBHOOK__LISTEN": "0.0.0.0:99",
        "UNDERSIGNED_MATRIX__ADMIN_ROOM": "#room:example.org",
        "UNDERSIGNED_MATRIX__DEVICE_ID": "",
        "UNDERSIGNED_KEY": "not read here",
        "UNDERSIGNED_SERVICE_PORT_HTTP": "80",
        "UNDERSIGNED_PORT_80_TCP_ADDR": "10.0.0.1",
        "OTHER": "x",
    }
    settings = load(tmp_path, GOOD, environ)
    assert settings.languages == ("fr", "en")
    assert settings.comfortable_chunk == 300
    assert settings.timezone.key == "Asia/Baghdad"
    assert settings.statements == tmp_path / "elsewhere"
    assert settings.telegram is not None
    assert (settings.telegram.admin_chat, settings.telegram.admins) == (-42, (7, 8))
    assert settings.telegram.name == (("en", "Undersigned"), ("ar", "الموقّعون"))
    assert settings.telegram.token.get_secret_value() == TOKEN
    assert settings.telegram.webhook is not None
    assert settings.telegram.webhook.listen == Address("0.0.0.0", 99)
    assert settings.matrix is not None
    assert (settings.matrix.admin_room, settings.matrix.device_id) == (
        "#room:example.org",
        "DEVICE",
    )


def test_a_section_may_come_from_the_environment_alone(tmp_path: Path) -> None:
    settings = load(tmp_path, "telegram:\n", {"UNDERSIGNED_TELEGRAM__TOKEN": TOKEN})
    assert settings.telegram is not None
    assert settings.telegram.mode == "polling"


def test_what_the_bot_is_called_in_each_language(tmp_path: Path) -> None:
    text = f"telegram:\n  token: '{TOKEN}'\n  name: {{en: Undersigned, ar: الموقّعون}}\n"
    telegram = load(tmp_path, text).telegram
    assert telegram is not None
    assert telegram.name == (("en", "Undersigned"), ("ar", "الموقّعون"))


def test_the_page(tmp_path: Path) -> None:
    text = "publish: {folder: page, address: https://example.org/water/}"
    publish = load(tmp_path, text).publish
    assert publish is not None
    assert (publish.folder, publish.address) == (tmp_path / "page", "https://example.org/water")
    assert (publish.every_minutes, publish.command, publish.templates) == (10, (), None)
    command = "rsync -a 'my page/' host:"
    publish = load(tmp_path, text, {"UNDERSIGNED_PUBLISH__COMMAND": command}).publish
    assert publish is not None
    assert publish.command == ("rsync", "-a", "my page/", "host:")


def test_the_real_environment_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNDERSIGNED_COMFORTABLE_CHUNK", "300")
    assert load(tmp_path, "").comfortable_chunk == 1500


def test_secrets_are_never_shown(tmp_path: Path) -> None:
    environ = {"UNDERSIGNED_DATABASE": "postgresql://bot:pg-secret@db.example.org:5432/letters"}
    settings = load(tmp_path, GOOD, environ)
    assert settings.database.url == environ["UNDERSIGNED_DATABASE"]
    assert settings.database.file is None
    for shown in (repr(settings), str(settings), str(settings.database), settings.database.shown):
        assert "postgresql://bot@db.example.org:5432/letters" in shown
        for secret in (TOKEN, "hook-secret-of-thirty-two-letters", "matrix-secret", "pg-secret"):
            assert secret not in shown


def test_several_servers(tmp_path: Path) -> None:
    """In the form that SQLAlchemy and asyncpg know, whose ports are all there."""
    text = "postgresql://bot:pg-secret@a:5433,[::1]/letters?target_session_attrs=read-write"
    settings = load(tmp_path, GOOD, {"UNDERSIGNED_DATABASE": text})
    assert settings.database.shown == "postgresql://bot@a:5433,[::1]/letters"
    assert "pg-secret" in settings.secrets
    url = sa.engine.make_url(settings.database.url.replace(":", "+asyncpg:", 1))
    _, options = url.get_dialect()().create_connect_args(url)
    assert options == {
        "host": ["a", "::1"],
        "port": [5433, 5432],
        "user": "bot",
        "password": "pg-secret",
        "database": "letters",
        "target_session_attrs": "read-write",
    }


def test_faults_do_not_show_what_may_be_secret(tmp_path: Path) -> None:
    text = "database: postgres://bot:pg-secret@h/n\ntelegram:\n  token: half-a-secret\n"
    environ = {"UNDERSIGNED_MATRIX__PASSWORD": "${mx-secret}"}
    assert not re.search(r"(pg|half-a|mx)-secret", "\n".join(faults(tmp_path, text, environ)))


def uncommented() -> str:
    """The example with every key switched on. A '#' right before a key, or before the deeper
    indentation of one, is what an operator takes away; prose has one blank behind it."""
    return re.sub(r"(?m)^( *)#(?=\w|  +\w)", r"\1", EXAMPLE.read_text())


def test_the_example_passes_as_it_is() -> None:
    settings = load_settings(EXAMPLE, {}, LANGUAGES)
    assert settings == load_settings(None, {}, LANGUAGES, base=EXAMPLE.parent)


def test_the_example_names_every_key() -> None:
    text = EXAMPLE.read_text()
    for model in (Settings, Publish, Telegram, Webhook, Matrix):
        for name in model.model_fields:
            assert re.search(rf"(?m)^[ #]*{name}:", text), name


def test_the_example_passes_with_every_key_switched_on(tmp_path: Path) -> None:
    (tmp_path / "names.txt").write_text("Amal Haddad\n", "utf-8")
    settings = load(tmp_path, uncommented().replace("mode: polling", "mode: webhook"))
    assert settings.telegram is not None
    assert settings.telegram.webhook is not None
    assert settings.matrix is not None
    defaults = Telegram.model_fields["api_url"].default, Matrix.model_fields["store"].default
    assert (settings.telegram.api_url, settings.matrix.store.relative_to(tmp_path)) == defaults


def test_names_that_take_two_are_read_from_their_file(tmp_path: Path) -> None:
    (tmp_path / "names.txt").write_text("\ufeff# known\n\n Amal  Haddad \nرامي\n", "utf-8")
    added = "verification: {two_admins: Organisations, two_admins_for: names.txt}\n"
    section = load(tmp_path, GOOD + added).verification
    assert section.two_admins == "organisations"
    assert section.two_admins_for == ("Amal  Haddad", "رامي")
    # Where the bot is played with, it is the same (`Settings.apart`).
    assert load(tmp_path, GOOD + added).apart(tmp_path / "other").verification == section


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "there is no such file, or it can't be read here"),
        (b"\xff\xfe\xfa", "the file is no text in UTF-8; save it as that"),
        (b"# only this\n\n", "no name stands in that file; write one in each line"),
    ],
)
def test_a_file_of_names_that_says_nothing_is_refused(
    tmp_path: Path, content: bytes | None, why: str
) -> None:
    if content is not None:
        (tmp_path / "names.txt").write_bytes(content)
    (found,) = faults(tmp_path, f"{GOOD}verification:\n  two_admins_for: names.txt\n")
    assert why in found
