"""Conversations that were recorded go on as they were; ``--update-dialogues`` records them anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bot.dialogues.kit import FOLDER, play, read

RECORDED = sorted(FOLDER.glob("*.txt"))


@pytest.mark.parametrize("file", RECORDED, ids=lambda file: file.stem)
def test_a_conversation_goes_as_it_was_recorded(file: Path, pytestconfig: pytest.Config) -> None:
    recorded = file.read_text(encoding="utf-8")

    played = play(read(recorded))

    if pytestconfig.getoption("--update-dialogues"):
        file.write_text(played, encoding="utf-8")
    else:
        assert played == recorded


def test_a_recording_says_who_did_what(tmp_path: Path) -> None:
    head = "# Somebody has no time.\nsurvey: tests/surveys/coffee\nlanguage: en"

    played = play(read(f"{head}\n\n> /start\n\n> [I agree: start]\n\n> [I agree: start] again\n"))

    assert played.startswith(f"{head}\n\n> /start\n+ Coffee and you\n")
    assert "\n~ Question 1 of 6" in played
    assert played.endswith("> [I agree: start] again\n")
