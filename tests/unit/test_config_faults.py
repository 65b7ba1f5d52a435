"""Everything that can be wrong with the configuration, with its line and its remedy."""

import itertools
import re
from pathlib import Path

import pytest

from bot.config import ConfigFaults, load_settings
from tests.unit.test_config import GOOD, LANGUAGES, TOKEN, faults, load

# What is replaced in the good file by what, and the line and the message of the only fault.
WRONG = [
    ("sqlite:///store/bot.db", "mysql://x", 1, "write sqlite:///data/undersigned.db or postgresql"),
    ("sqlite:///store/bot.db", "sqlite://bot.db", 1, "a file behind three slashes"),
    ("sqlite:///store/bot.db", "sqlite:///store/", 1, "a file behind three slashes"),
    ("sqlite:///store/bot.db", '"sqlite:///:memory:"', 1, "everything must outlive a restart"),
    ("sqlite:///store/bot.db", "postgresql://host", 1, "with the name of the database"),
    ("sqlite:///store/bot.db", "postgresql://h:x/n", 1, "with the name of the database"),
    ("sqlite:///store/bot.db", "postgresql://a,b", 1, "with the name of the database"),
    ("sqlite:///store/bot.db", "postgresql://a:1,b:x/n", 1, "write each server with its port"),
    ("sqlite:///store/bot.db", "postgresql://a:1,/n", 1, "write each server with its port"),
    (
        "sqlite:///store/bot.db",
        "postgresql://a,b/n?target_session_attrs=any",
        1,
        "say target_session_attrs=read-write, or leave it out",
    ),
    ("sqlite:///store/bot.db", "12", 1, "it must be text; put the value in quotes"),
    (
        "sqlite:///store/bot.db",
        "sqlite:///bot.db",
        1,
        "a folder of its own, such as sqlite:///data",
    ),
    (
        "sqlite:///store/bot.db",
        "sqlite:///x/../bot.db",
        1,
        "undersigned.key would lie in the folder",
    ),
    ("sqlite:///store/bot.db", "sqlite:///../bot.db", 1, "undersigned.key would lie in the folder"),
    ("sqlite:///store/bot.db", "sqlite:////bot.db", 1, "undersigned.key would lie in the folder"),
    ("statements: texts", "statements: 5", 2, "it must be text; put the value in quotes"),
    ("statements: texts", "statements: ''", 2, "it is empty; fill it in or remove the key"),
    ("statements: texts", "statements: ~/texts", 2, "'~' is not expanded here; write the whole"),
    ("statements: texts", "statments: texts", 2, "did you mean 'statements'?"),
    ("statements: texts", "base: texts", 2, "The key 'base' is not known"),
    ("statements: texts", "statements: ${HOME}/x", 2, "not expanded here; write the value, or set"),
    ("[ar, en]", "[]", 3, "name at least one language"),
    ("[ar, en]", "[en, tlh]", 3, "there are no words for 'tlh'; choose among ar, en, fr"),
    ("[ar, en]", "[en, en]", 3, "a language is listed twice; remove one"),
    ("[ar, en]", "{en: 1}", 3, "write a list, such as [first, second]"),
    ("[ar, en]", "[en, 5]", 3, "it must be text; put the value in quotes"),
    ("[ar, en]", "\n  - en\n  - ${LANG}", 5, "'languages': '${…}' is not expanded here"),
    ("900", "199", 4, "write a number from 200 up"),
    ("900", "4001", 4, "write a number up to 4000"),
    ("900", "many", 4, "write a whole number"),
    ("900", "true", 4, "write a whole number"),
    ("900", "900\ncomfortable_chunk: 1", 5, "stands in line 4 already; keep one"),
    ("Europe/Paris", "europe/paris", 23, "no such time zone; write Europe/Paris if that is meant."),
    ("Europe/Paris", "Tunis", 23, "write Africa/Tunis if that is meant."),
    ("Europe/Paris", "Europe/Madird", 23, "write Europe/Madrid if that is meant."),
    ("Europe/Paris", "New York", 23, "write America/New_York if that is meant."),
    ("Europe/Paris", "UTC+2", 23, "no such time zone; write one such as Europe/Paris"),
    ("Europe/Paris", "../../etc/passwd", 23, "no such time zone; write one such as Europe/Paris"),
    ("Europe/Paris", "Europe", 23, "no such time zone"),
    (
        "Europe/Paris",
        "UTC\norganisers_key: age1abc",
        24,
        "copy the whole line that begins with age1",
    ),
    ("Europe/Paris", "UTC\norganisers_key: [5]", 24, "it must be text; put the value in quotes"),
    (
        "Europe/Paris",
        "UTC\norganisers_key: AGE-SECRET-KEY-1XYZ",
        24,
        "this is the secret key, which must not come near this machine",
    ),
    ("Europe/Paris", f"UTC\ncontact: {'x' * 201}", 24, "one line of at most 200 characters"),
    (
        "Europe/Paris",
        "UTC\npublish: {address: https://example.org/x}",
        24,
        "'publish.folder': it is missing",
    ),
    (
        "Europe/Paris",
        "UTC\npublish: {folder: page, address: http://example.org}",
        24,
        "write the address under which people find the page, such as https://",
    ),
    ("Europe/Paris", "UTC\npublish: {folder: page, every_minutes: 0}", 24, "number from 1 up"),
    ("Europe/Paris", "UTC\npublish: {folder: page, command: [rsync, 5]}", 24, "it must be text"),
    ("Europe/Paris", "2", 23, "'timezone': it must be text; put the value in quotes"),
    (f'"{TOKEN}"', "12:34", 6, "this is no bot token; copy the one that BotFather gave"),
    (f'"{TOKEN}"', "${TOKEN}", 6, "or set UNDERSIGNED_TELEGRAM__TOKEN"),
    (f'"{TOKEN}"', "", 6, "'telegram.token': it is missing; add it, or set UNDERSIGNED_TELEGRAM_"),
    ("-1001234567890", "admins", 7, "write the number of the chat; without one, a group can be"),
    ("-1001234567890", "'@admins'", 7, "make the group private, then leave this out and claim it"),
    ("-1001234567890", "true", 7, "write the number of the chat"),
    ("-1001234567890", "@admins", 7, "put the value in quotes"),
    ("[11, 12]", '["@amal"]', 8, "write the number of the account; a name can pass to somebody"),
    ("[11, 12]", "[11]\n  name: Undersigned", 9, 'such as {"en": "Undersigned"}'),
    ("[11, 12]", "[11]\n  name: {english: U}", 9, "name each language by its two letters"),
    (
        "[11, 12]",
        f"[11]\n  name: {{en: {'u' * 65}}}",
        9,
        "the name in 'en' is too long; at most 64",
    ),
    ("[11, 12]", "[11]\n  name: {en: ''}", 9, "'telegram.name': it is empty; fill it in"),
    ("http://127.0.0.1:8081/", "example.org", 9, "write a web address that begins with https://"),
    ("http://127.0.0.1:8081/", "https://x:y/", 9, "write a web address"),
    ("mode: webhook", "mode: webhooks", 10, "'telegram.mode': write 'polling' or 'webhook'"),
    ("mode: webhook", "modus: webhook", 10, "did you mean 'mode'?"),
    ("url: https://bot.example.org/hook", "url: 5", 12, "it must be text"),
    ("    url: https://bot.example.org/hook\n", "", 11, "'telegram.webhook.url': it is missing"),
    ("hook-secret-", "hook secret ", 13, "write 32 to 256 of A-Z, a-z, 0-9, '_' and '-'"),
    ("hook-secret-", "", 13, "it can be guessed: write 32 characters or more"),
    ('"[::1]:8080"', "8080", 14, "it must be text"),
    ('"[::1]:8080"', "localhost", 14, "write a host and a port, such as 127.0.0.1:8080"),
    ('"[::1]:8080"', "x:99999", 14, "write a host and a port, such as 127.0.0.1:8080"),
    ("https://matrix.example.org", "matrix.example.org", 16, "write a web address"),
    ('"@bot:example.org"', "bot", 17, "write a user such as '@bot:example.org', in quotes"),
    ("  device_id: DEVICE\n", "", 15, "an access_token belongs to a device; add its device_id"),
    ('"!room:example.org"', "room", 20, "write a room such as '!abc:example.org' or '#name:exa"),
    ('"!room:example.org"', "!room:x", 20, "is a tag in YAML; put it in quotes"),
    ('["@amal:example.org"]', "[amal]", 21, "write a user such as '@bot:example.org'"),
    ("/var/lib/matrix", "[a]", 22, "it must be text"),
    ("/var/lib/matrix", "*store", 22, "is an alias in YAML; put it in quotes"),
]


@pytest.mark.parametrize(("old", "new", "line", "message"), WRONG)
def test_a_fault_names_its_line(
    tmp_path: Path, old: str, new: str, line: int, message: str
) -> None:
    assert old in GOOD
    (fault,) = faults(tmp_path, GOOD.replace(old, new))
    assert fault.startswith(f"config.yaml:{line}: ")
    assert message in fault


def test_the_mode_webhook_needs_its_section(tmp_path: Path) -> None:
    text = f'telegram:\n  token: "{TOKEN}"\n  mode: webhook\n'
    (fault,) = faults(tmp_path, text)
    assert fault == (
        "config.yaml:1: 'telegram.webhook': the mode webhook needs it; add url, secret and listen."
    )


def test_telegram_itself_delivers_to_https_only(tmp_path: Path) -> None:
    text = GOOD.replace("  api_url: http://127.0.0.1:8081/\n", "").replace(
        "https://bot", "http://b"
    )
    (fault,) = faults(tmp_path, text)
    assert fault.startswith("config.yaml:10: 'telegram.webhook': Telegram delivers to https only")


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    text = """\
databse: x
languages: [xx]
comfortable_chunk: 1
telegram:
  token: ${TOKEN}
  mode: push
  webhook: {url: x}
matrix: true
"""
    environ = {
        "UNDERSIGNED_STATEMENTS": "~",
        "UNDERSIGNED_TELEGRAM__TOKN": TOKEN,
        "UNDERSIGNED_TELEGRAM__ADMINS": "amal",
    }
    assert [fault.split(" ", 1)[0] for fault in faults(tmp_path, text, environ)] == [
        "config.yaml:1:",
        "config.yaml:2:",
        "config.yaml:3:",
        "config.yaml:5:",
        "config.yaml:6:",
        "config.yaml:7:",
        "config.yaml:7:",
        "config.yaml:7:",
        "config.yaml:8:",
        "UNDERSIGNED_STATEMENTS:",
        "UNDERSIGNED_TELEGRAM__ADMINS:",
        "UNDERSIGNED_TELEGRAM__TOKN:",
    ]


ENVIRONMENT = [
    ("LANGUAGES", "xx", "There are no words for 'xx'; choose among ar, en, fr."),
    ("DATABASE", "sqlite:///x.db", "The key file undersigned.key would lie in the folder of the"),
    ("COMFORTABLE_CHUNK", "1", "Write a number from 200 up."),
    ("TELEGRAM", '{"token": "x"}', "This is a section; write below it what you need of token, "),
    ("TELEGRAM__TOKEN", "x", "This is no bot token; copy the one that BotFather gave"),
    ("TELEGRAM__TOKEN", "${TOKEN}", "'${…}' is not expanded here; write the value"),
    ("TELEGRAM__WEBHOOK", "x", "This is a section; write below it what you need of url, secret"),
    ("TELEGRAM__TOKN", "x", "fits no key; unset it, or did you mean UNDERSIGNED_TELEGRAM__TOKEN?"),
    ("TOKEN", "x", "This variable fits no key; unset it."),
    ("TELEGRAM__ADMINS__0", "1", "did you mean UNDERSIGNED_TELEGRAM__ADMINS?"),
]


@pytest.mark.parametrize(("name", "value", "message"), ENVIRONMENT)
def test_a_fault_in_the_environment_names_the_variable(
    tmp_path: Path, name: str, value: str, message: str
) -> None:
    (fault,) = faults(tmp_path, GOOD, {f"UNDERSIGNED_{name}": value})
    assert fault.startswith(f"UNDERSIGNED_{name}: ")
    assert message in fault


def test_what_the_environment_leaves_out_names_the_variable_beside_it(tmp_path: Path) -> None:
    assert faults(tmp_path, "", {"UNDERSIGNED_TELEGRAM__MODE": "polling"}) == [
        "UNDERSIGNED_TELEGRAM__MODE: 'telegram.token': it is missing; add it, or set"
        " UNDERSIGNED_TELEGRAM__TOKEN."
    ]


SERVERS = {
    "telegram.api_url": (9, "http://127.0.0.1:8081/"),
    "matrix.homeserver": (16, "https://matrix.example.org"),
}
"""By its key: its line, and the address that stands there."""


FAR = ("api.example.org", "127.0.0.1.example.org", "localhost.example.org", "8.8.8.8:8081")
NEAR = ("beside-the-bot:8081", "10.0.0.5:8081", "192.168.1.2", "[fd00::1]:8081", "172.18.0.3")


@pytest.mark.parametrize(
    ("key", "host"),
    [*itertools.product(SERVERS, FAR), *(("telegram.api_url", host) for host in NEAR)],
)
def test_a_token_goes_to_no_other_machine_in_clear(tmp_path: Path, host: str, key: str) -> None:
    line, address = SERVERS[key]
    (fault,) = faults(tmp_path, GOOD.replace(address, f"http://{host}"))
    assert fault.startswith(f"config.yaml:{line}: '{key}': over http everybody on the way")
    assert "begins with https://, or run that server" in fault
    load(tmp_path, GOOD.replace(address, f"https://{host}"))


@pytest.mark.parametrize("host", NEAR)
def test_a_homeserver_may_stand_in_a_network_of_ones_own(tmp_path: Path, host: str) -> None:
    found = load(tmp_path, GOOD.replace(SERVERS["matrix.homeserver"][1], f"http://{host}")).matrix
    assert found is not None
    assert found.homeserver == f"http://{host}"


@pytest.mark.parametrize("key", SERVERS)
@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8081", "127.8.0.1:81", "[::1]:8081"])
def test_on_this_machine_it_may_go_in_clear(tmp_path: Path, host: str, key: str) -> None:
    found = load(tmp_path, GOOD.replace(SERVERS[key][1], f"http://{host}"))
    assert found.telegram is not None
    assert found.matrix is not None
    addresses = {
        "telegram.api_url": found.telegram.api_url,
        "matrix.homeserver": found.matrix.homeserver,
    }
    assert addresses[key] == f"http://{host}"


@pytest.mark.parametrize("text", ["- a\n", "just words\n", "12\n"])
def test_a_file_of_something_else_is_refused(tmp_path: Path, text: str) -> None:
    (fault,) = faults(tmp_path, text)
    assert fault == "config.yaml:1: The file must hold lines 'key: value'; correct it."


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.yaml", tmp_path):
        with pytest.raises(ConfigFaults, match=re.escape(str(path))):
            load_settings(path, {}, LANGUAGES)


def test_a_link_does_not_hide_that_the_key_lies_beside_the_database(tmp_path: Path) -> None:
    (tmp_path / "data").symlink_to(tmp_path)
    (fault,) = faults(tmp_path, "database: sqlite:///data/x.db\n")
    assert "undersigned.key would lie in the folder of the database" in fault


LISTEN_TOKEN = "a-token-of-thirty-two-characters"
NEEDS_A_TOKEN = "other machines reach that address, so it needs one"


@pytest.mark.parametrize(
    "address", ["0.0.0.0:8081", '"[::]:8081"', "192.168.1.2:8081", "bot:8081", "bot.example.org:80"]
)
def test_what_other_machines_reach_needs_a_token(tmp_path: Path, address: str) -> None:
    (fault,) = faults(tmp_path, f"listen:\n  address: {address}\n")
    assert fault.startswith(f"config.yaml:1: 'listen.token': {NEEDS_A_TOKEN}")
    with_token = f"listen:\n  address: {address}\n  token: {LISTEN_TOKEN}\n"
    settings = load(tmp_path, with_token)
    assert LISTEN_TOKEN in settings.secrets
    assert LISTEN_TOKEN not in repr(settings)


@pytest.mark.parametrize("address", ["127.0.0.1:8081", '"[::1]:8081"', "localhost:8081"])
def test_on_this_machine_it_does_without(tmp_path: Path, address: str) -> None:
    listen = load(tmp_path, f"listen:\n  address: {address}\n").listen
    assert listen is not None
    assert listen.token is None


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("listen:\n  address: 127.0.0.1", 2, "write a host and a port"),
        ("listen: {address: '127.0.0.1:1', token: short}", 1, "it can be guessed"),
        ("listen: {address: '127.0.0.1:1', token: 'two words'}", 1, "write 32 to 256 of"),
        (f"listen:\n  token: {LISTEN_TOKEN}", 1, "'listen.address': it is missing"),
        (f"{GOOD}listen: {{address: '[::1]:8080'}}", 24, "choose another port"),
    ],
)
def test_where_it_listens(tmp_path: Path, text: str, line: int, message: str) -> None:
    (fault,) = faults(tmp_path, text)
    assert fault.startswith(f"config.yaml:{line}: ")
    assert message in fault


def test_the_token_may_come_from_the_environment_alone(tmp_path: Path) -> None:
    environ = {"UNDERSIGNED_LISTEN__TOKEN": LISTEN_TOKEN}
    listen = load(tmp_path, "listen: {address: '0.0.0.0:8081'}", environ).listen
    assert listen is not None
    assert listen.token is not None
    assert listen.token.get_secret_value() == LISTEN_TOKEN
