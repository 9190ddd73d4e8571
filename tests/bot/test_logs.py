from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator

import pytest

from bot.logs import QUIETENED, SILENCED, configure


@pytest.fixture
def configured(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Configure logging as in a fresh process, for the time of the test."""
    levels = {name: logging.getLogger(name).level for name in (None, *SILENCED, *QUIETENED)}

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
