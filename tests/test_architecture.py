"""The imports hold the arrows of the design: the core is pure, the engine knows no chat, one place knows Telegram."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def modules(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    """Yield the dotted name of everything that a module imports, wherever in the module."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def offenders(folder: str, *forbidden: str, but: tuple[str, ...] = ()) -> list[str]:
    return [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules(folder)
        if not path.relative_to(ROOT).as_posix().startswith(but)
        for name in imported(path)
        if name.startswith(tuple(f"{word}." for word in forbidden)) or name in forbidden
    ]


def test_the_engine_knows_no_bot_and_no_database() -> None:
    assert offenders("engine", "bot", "telegram", "sqlalchemy", "starlette") == []


def test_the_conversation_core_is_pure() -> None:
    impure = ("telegram", "sqlalchemy", "asyncio", "random", "time", "os", "sklearn", "pandas", "numpy", "matplotlib")
    assert offenders("bot/conversation", *impure) == []
    assert offenders("bot/conversation", "bot.store", "bot.telegram", "bot.local", "bot.service", "bot.settings") == []


def test_one_place_knows_telegrams_library() -> None:
    assert offenders("bot", "telegram", but=("bot/telegram/",)) == []


def test_one_place_encrypts() -> None:
    assert offenders("bot", "cryptography", but=("bot/sealing.py",)) == []
    assert offenders("engine", "cryptography") == []


def test_the_local_server_knows_only_the_bot_api() -> None:
    others = ("bot.conversation", "bot.store", "bot.service", "bot.telegram", "engine")
    assert offenders("bot/local", *others) == []


def test_the_bot_never_imports_what_trains() -> None:
    libraries = ("sklearn", "imblearn", "interpret", "pandas")
    training = ("fitting", "prediction", "evaluation", "importance", "training", "release", "table", "sample")
    assert offenders("bot", *libraries, "engine.reporting", *(f"engine.{module}" for module in training)) == []


@pytest.mark.parametrize("folder", ["bot", "engine"])
def test_nothing_about_money_stands_in_the_code(folder: str) -> None:
    words = ("money", "loan", "salary", "airtime", "recommend", "freq_use", "trust_level")
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in modules(folder)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if any(word in line.lower() for word in words) and "mobile_money" not in line
    ]
    assert found == []


@pytest.mark.parametrize("path", [*modules("bot"), *modules("engine")], ids=lambda path: path.name)
def test_a_modules_first_line_says_what_it_is_for(path: Path) -> None:
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))

    assert docstring
    assert docstring.splitlines()[0].endswith((".", ":", ")"))
