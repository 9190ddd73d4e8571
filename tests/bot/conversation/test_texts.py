"""The catalogue: every phrase is used, every use is known, and nothing in it belongs to one survey."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from bot.conversation.texts import ENGLISH, TYPED, phrase
from tests.bot.conversation.respondent import ROOT

MONEY = re.compile(
    r"\b(money|cash|pay|paid|paying|payments?|bank\w*|wallets?|spend\w*|fees?|loans?|salary|credits?|transfers?|"
    r"airtime|dollars?|usd|prices?)\b|[$€៛]",
    re.IGNORECASE,
)
"""Words that only a survey about money would use."""


def test_every_phrase_is_used_somewhere_and_every_use_is_known() -> None:
    words = {text for path in _sources() for text in _strings(path)}

    assert set(ENGLISH) <= words
    assert {name for path in _sources() for name in _asked_for(path)} <= set(ENGLISH)


def test_a_language_without_a_phrase_falls_back_to_english() -> None:
    assert phrase("done", "xx") == "Done"


@pytest.mark.parametrize("text", [*ENGLISH.values(), *TYPED.values()])
def test_the_bots_own_words_know_nothing_about_money(text: str) -> None:
    assert MONEY.search(text) is None


@pytest.mark.parametrize("text", ENGLISH.values())
def test_the_wording_never_judges(text: str) -> None:
    assert re.search(r"\b(wrong answer|invalid|error|fail\w*|must|should|bad|poor|score of)\b", text, re.I) is None


def _sources() -> list[Path]:
    return [path for path in (ROOT / "bot").rglob("*.py") if path.name != "texts.py"]


def _strings(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def _asked_for(path: Path) -> set[str]:
    """Return the names that a module asks the catalogue for literally."""
    calls = (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call))
    return {
        call.args[0].value
        for call in calls
        if (call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")) == "phrase"
        and call.args
        and isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[0].value, str)
    }
