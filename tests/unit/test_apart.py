"""The configuration of a bot that is only tried: nothing of it reaches out, or what counts."""

from pathlib import Path

from bot.config import PLAYED, Settings, load_settings

WRITTEN = """\
database: postgresql://user@host/campaign
statements: texts
languages: [ar, en]
timezone: Africa/Tunis
comfortable_chunk: 900
contact: ask@example.org
moved_to: https://example.org/new
telegram: {token: "123456:ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghi"}
matrix: {homeserver: https://matrix.example.org, user_id: "@bot:example.org", password: x}
listen: {address: "127.0.0.1:8080"}
"""


def test_a_bot_that_is_tried_has_nothing_of_what_counts(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(WRITTEN, encoding="utf-8")
    settings = load_settings(tmp_path / "config.yaml", {}, ("en", "ar"), tmp_path)
    played = settings.apart(tmp_path / "play")
    same = {name for name in Settings.model_fields if _of(played, name) == _of(settings, name)}
    assert same >= PLAYED
    for name in Settings.model_fields.keys() - PLAYED - {"database", "state"}:
        assert _of(played, name) == Settings.model_fields[name].get_default(), name
    assert played.secrets == ()
    inside = (played.database.file, played.state, played.key_file, played.base)
    assert all(path is not None and path.is_relative_to(tmp_path / "play") for path in inside)
    assert played.statements == tmp_path / "texts"


def _of(settings: Settings, name: str) -> object:
    return getattr(settings, name)
