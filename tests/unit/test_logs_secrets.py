"""Nothing secret and nothing personal gets into the log, whichever way it takes."""

import base64
import contextlib
import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import FrozenInstanceError

import pytest
import structlog
from pydantic import TypeAdapter

from bot import logs
from bot.domain.endorsement import Status
from bot.domain.errors import AlreadyDecided
from bot.domain.ids import Number
from bot.logs.redaction import MARK
from bot.privacy import KeyFault
from tests.support.logged import (
    KEY,
    KEY_TEXT,
    NAME,
    PASSWORD,
    TOKEN,
    Typed,
    Written,
    logging_to_a_test,
    raised,
)

LOG = logging.getLogger("bot.part")


@pytest.fixture
def written() -> Iterator[Written]:
    with logging_to_a_test() as written:
        yield written


SPELLINGS = [
    TOKEN,
    TOKEN.replace(":", "%3A"),
    f"https://api.telegram.org/bot{TOKEN}/getMe",
    TOKEN.partition(":")[2],
    KEY_TEXT,
    KEY_TEXT.rstrip("="),
    base64.urlsafe_b64encode(KEY).decode(),
    base64.urlsafe_b64encode(KEY).decode().rstrip("="),
    KEY.hex(),
    KEY.hex().upper(),
    str(KEY),
    PASSWORD,
    repr(PASSWORD),
    json.dumps(PASSWORD),
    "p%C3%A4%22ss%5Cwort%261",
    base64.b64encode(PASSWORD.encode()).decode(),
    PASSWORD.encode().hex(),
    PASSWORD.encode().hex().upper(),
]
SHAPES = [
    "987654321:AAE-other_ABCDEFGHIJKLMNOPQRSTUVWX",
    "syt_dW5kZXJz_aBcDeFgHiJkLmNoPqRsT_0abcde",
    "Authorization: Bearer some-opaque.value",
    "sent bearer some-opaque.value",
    "{'Authorization': 'Basic dXNlcjpjYW5hcnk='}",
    "postgresql://bot:canary-word@db.example.org/letters",
    "postgresql://canary-word@db.example.org/letters",
    "?access_token=canary-word&x=1",
    "access_token='canary-word'",
    "access token: canary-word",
    'pickle_key": "canary-word"',
    base64.b64encode(bytes(range(32))).decode(),
    "ab" * 32,
    "AGE-SECRET-KEY-1CANARYWRDQ0QQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQ",
    "@canary.word:example.org",
    "%40canary.word%3Aexample.org",
    f"[type=string_type, input_value='{NAME}', input_type=str]",
]
PARTS = (
    "canary",
    "70C3A422",
    "ABCDEFGH",
    "dXNlcjpj",
    "opaque",
    "abab",
    "AAECAwQF",
    "AaBcDeF",
    "pä",
    "wort",
)


@pytest.mark.parametrize("form", ["json", "human"])
@pytest.mark.parametrize("secret", [*SPELLINGS, *SHAPES])
def test_no_secret_gets_in_whichever_way(written: Written, secret: str, form: str) -> None:
    written.as_(form)
    error = raised(KeyFault(f"bad {secret}"), raised(ValueError(secret)))
    LOG.warning(f"said {secret}!")  # noqa: G004
    LOG.warning("said %s and %r", secret, secret)
    LOG.warning("said %(it)s", {"it": [secret, {secret: (secret,)}]})
    LOG.warning("said", extra={"it": secret, "deep": {"a": [{"b": secret}]}})
    LOG.warning("said %s", error)
    LOG.error("said", exc_info=error)
    LOG.error(error)
    structlog.stdlib.get_logger("bot.part").warning("said %s", secret, it=secret, exc_info=error)
    said = written.text()
    assert said.count(MARK) >= 10
    for piece in (secret, *PARTS, KEY_TEXT[:20], KEY.hex()[:20], KEY.hex()[:20].upper()):
        assert piece not in said


def test_what_is_no_secret_stays(written: Written) -> None:
    harmless = (
        "read https://example.org/a?b=c at 12:30:00, tell amal@example.org; bearer of news; "
        "statement iraq-2014; /usr/lib/python3.11/site-packages/bot/storage/database.py:87; %s"
    )
    LOG.warning(harmless, 200)
    assert written.entry()["event"] == harmless % 200


def test_a_very_short_secret_does_not_blank_the_log(written: Written) -> None:
    logs.conceal(["a", "", "abc"])
    LOG.warning("abc and a")
    assert written.entry()["event"] == "abc and a"


def test_of_two_secrets_the_longer_goes_as_a_whole(written: Written) -> None:
    logs.conceal(["long", "long-and-longer"])
    LOG.warning("long-and-longer")
    assert written.entry()["event"] == MARK


def test_secrets_once_given_stay_hidden(written: Written) -> None:
    logs.conceal(["another-one"])
    written.as_("json")
    LOG.warning("%s another-one", PASSWORD)
    assert written.entry()["event"] == f"{MARK} {MARK}"


def ask_pydantic() -> None:
    TypeAdapter(list[int]).validate_python([NAME])


def ask_python() -> None:
    int(NAME)


def ask_a_group() -> None:
    raise ExceptionGroup(NAME, [ValueError(NAME), KeyError(NAME)])


def refuse() -> None:
    raise AlreadyDecided(Number(7), Status.VERIFIED, NAME, None)


def assert_it() -> None:
    name = NAME
    assert name == "", f"{name}"


@pytest.mark.parametrize("form", ["json", "human"])
@pytest.mark.parametrize("fail", [ask_pydantic, ask_python, ask_a_group, refuse, assert_it])
def test_no_name_gets_in_with_an_exception(
    written: Written, fail: Callable[[], None], form: str
) -> None:
    written.as_(form)
    caught: BaseException | None = None
    try:
        fail()
    except Exception as error:
        caught = error
        with contextlib.suppress(FrozenInstanceError):
            error.add_note(NAME)
        LOG.exception("failed with %s", error)  # noqa: TRY401
        LOG.error(error)  # noqa: TRY400
        LOG.warning("it was %r", error, stack_info=True, extra={"error": error})
        LOG.warning("holding %s and %r", Typed(), [Typed()], extra={"it": Typed()})
    said = written.text()
    assert NAME.split()[1] not in said
    assert type(caught).__name__ in said
    assert f"in {fail.__name__}" in said
    assert "<Typed>" in said
