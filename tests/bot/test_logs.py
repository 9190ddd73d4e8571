from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator

import pytest

from bot.logs import OWN, SILENCED, configure


@pytest.fixture
def configured(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Configure logging as in a fresh process, for the time of the test."""
    levels = {name: logging.getLogger(name).level for name in (None, *SILENCED, *OWN)}

    def configured(level: str, *, as_json: bool = False) -> None:
        monkeypatch.setattr(logging.getLogger(), "handlers", [])
        configure(level, as_json=as_json)

    yield configured
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def test_a_line_is_a_json_object_where_that_is_asked_for(
    configured: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    configured("INFO", as_json=True)

    logging.getLogger("bot.delivery").warning("message %d was not delivered", 7)

    line = json.loads(capsys.readouterr().err)
    assert line.pop("time").endswith("+00:00")
    assert line == {"level": "WARNING", "logger": "bot.delivery", "message": "message 7 was not delivered"}


def test_lines_below_the_level_are_left_out(
    configured: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    configured("WARNING")

    logging.getLogger("bot").info("all is well")
    logging.getLogger("bot").warning("all is not")

    assert capsys.readouterr().err.endswith("WARNING all is not\n")


@pytest.mark.parametrize("library", SILENCED)
def test_libraries_that_would_tell_secrets_are_silent(
    library: str, configured: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    configured("DEBUG")

    logging.getLogger(f"{library}.request").error("https://api.telegram.org/bot123:secret/getMe")
    logging.getLogger("bot").debug("our own line")

    written = capsys.readouterr().err
    assert written.endswith("DEBUG our own line\n")
    assert "secret" not in written


def test_libraries_tell_of_nothing_but_trouble_whatever_the_level(
    configured: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    configured("DEBUG")

    for name in ("sqlalchemy.engine", "alembic", "asyncio", "uvicorn", "aiohttp", "psycopg", "whatever comes"):
        logging.getLogger(name).info("all is well")
        logging.getLogger(name).debug("INSERT INTO responses …")
    logging.getLogger("aiohttp.client").warning("Can not load cookies: %s", "secret")

    assert capsys.readouterr().err.endswith("WARNING Can not load cookies: %s\n")


@pytest.mark.parametrize(
    ("message", "kept"),
    [
        ("Exception in callback say('secret')", "Exception in callback say"),
        ("Task exception was never retrieved\nfuture: <Task exception=KeyError('secret')>", "Task exception was never"),
        ("Executing <Task name='secret'> took 0.2 seconds", "Executing"),
    ],
)
def test_what_a_library_quotes_is_left_out(
    message: str, kept: str, configured: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    configured("DEBUG")

    logging.getLogger("asyncio").error(message)

    written = capsys.readouterr().err
    assert kept in written
    assert "secret" not in written


def understand(words: str) -> None:
    try:
        dict[str, str]()[words]
    except KeyError as error:
        raise ValueError(words) from error


@pytest.mark.parametrize("as_json", [True, False])
def test_an_exception_is_told_by_kind_and_place_and_never_by_its_message(
    as_json: bool, configured: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    configured("DEBUG", as_json=as_json)
    secret = "what somebody wrote"

    try:
        understand(secret)
    except ValueError:
        logging.getLogger("bot").exception("a step broke off")

    written = capsys.readouterr().err
    assert secret not in written
    for words in ("a step broke off", "KeyError", "ValueError", "test_logs.py", "in understand"):
        assert words in written
    assert not as_json or written.count("\n") == 1


def test_fields_stand_beside_the_message(configured: Callable[..., None], capsys: pytest.CaptureFixture[str]) -> None:
    configured("INFO", as_json=True)

    fields = {"code": "delivery.retried", "outbox": 7, "seconds": 0.5}
    logging.getLogger("bot.delivery").warning("message 7 was not delivered", extra={"fields": fields})

    assert json.loads(capsys.readouterr().err).items() > fields.items()
