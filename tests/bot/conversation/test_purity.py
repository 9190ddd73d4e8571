"""The core is pure: no channel, no storage, no training, no clock, no randomness, no files."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.bot.conversation.respondent import ROOT

ALLOWED = {
    "__future__",
    "collections",
    "dataclasses",
    "datetime",
    "bisect",
    "enum",
    "functools",
    "hashlib",
    "itertools",
    "math",
    "rapidfuzz",
    "re",
    "typing",
    "unicodedata",
}
MODULES = sorted((ROOT / "bot" / "conversation").glob("*.py"))


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_it_imports_nothing_but_itself_the_survey_and_pure_library_modules(module: Path) -> None:
    assert {
        name
        for name in _imports(module)
        if name.split(".")[0] not in ALLOWED
        and not name.startswith("bot.conversation")
        and name not in ("engine.survey", "engine.assessment", "engine.labels", "engine.translation", "bot.locales")
    } == set()


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_it_asks_neither_the_clock_nor_the_file_system(module: Path) -> None:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    named = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    asked = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "datetime"
    }

    assert asked == set()
    assert named.isdisjoint({"open", "print", "input", "exec", "eval"})


def _imports(module: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return names
