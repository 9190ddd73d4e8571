"""The desk's texts: every one is used, and every one that is used is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from bot.desk import outcome
from bot.desk.commands import COMMANDS
from bot.desk.texts import ENGLISH
from bot.settings import REPOSITORY
from bot.store import jobs

JOBS = (
    "begins",
    "already",
    "of_another",
    "cancelling",
    "cancelled",
    "over",
    "cut_off",
    "failed",
    "of_dismissed",
)
"""What is said of a job of any kind."""
BY_NAME = (
    *(f"command_{name}" for name in COMMANDS),
    *(f"role_{role}" for role in ("owner", "admin")),
    *(f"button_invite_{role}" for role in ("owner", "admin")),
    *(f"export_file_{kind}" for kind in ("xlsx", "csv")),
    *(f"outcome_{decision}" for decision in ("promote", "ask", "too_few")),
    *(f"metric_{name}" for name in outcome.COMPARED),
    *(f"verdict_{name}" for name in ("better", "worse", "no_difference_seen")),
    *(f"campaign_{kind}" for kind in ("png", "svg", "pdf")),
    *(f"{kind}_{state}" for kind in (jobs.TRAINING, jobs.ANALYSIS) for state in JOBS),
    *("training_behind", "training_behind_analysis", "analysis_behind_training"),
)
"""Names that the code puts together."""


def words_in(path: Path) -> set[str]:
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def test_every_text_is_used() -> None:
    code = [path for path in (REPOSITORY / "bot").rglob("*.py") if path.name != "texts.py"]
    used = {word for path in code for word in words_in(path)} | set(BY_NAME)

    assert set(ENGLISH) - used == set()


def test_what_is_said_of_jobs_is_there_for_every_kind() -> None:
    assert {f"{kind}_{state}" for kind in (jobs.TRAINING, jobs.ANALYSIS) for state in JOBS} - set(ENGLISH) == set()


def test_no_text_is_longer_than_a_message_or_holds_what_some_phones_cannot_show() -> None:
    for name, text in ENGLISH.items():
        assert len(text) < 1_000, name
        assert re.search("[\U0001f300-\U0001faff⏳]", text) is None, name
