"""`python -m bot export` and `python -m bot import` as a person at a console meets them."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.local.person import Person
from bot.local.server import LocalServer
from tests.bot.running import answer_everything
from tests.bot.test_commands import Program, result_of, server, settings
from tests.engine.people import write_people

__all__ = ["server", "settings"]  # fixtures


@pytest.mark.parametrize("command", ["export", "import"])
async def test_both_commands_explain_themselves(command: str, tmp_path: Path) -> None:
    code, output = await result_of(tmp_path, command, "--help")

    assert code == 0
    assert "Usage:" in output


async def test_answers_are_exported_and_imported_while_the_bot_runs(
    server: LocalServer, settings: Mapping[str, str], tmp_path: Path
) -> None:
    write_people(tmp_path / "old.csv", 40)
    async with Program(tmp_path, "run", **settings), Person(server.url) as person:
        await person.start()
        await answer_everything(person)
        imported = await result_of(tmp_path, "import", "old.csv")
        again = await result_of(tmp_path, "import", "old.csv")
        code, said = await result_of(tmp_path, "export", "answers.csv", TIMEZONE="Asia/Phnom_Penh")
        taken = await result_of(tmp_path, "export", "answers.csv")
        back = await result_of(tmp_path, "import", "answers.csv")

    with (tmp_path / "answers.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert imported == (0, "Imported old.csv: 40 new, 0 updated, 0 unchanged.\n")
    assert (again[0], again[1].startswith("old.csv: this same table was imported on ")) == (2, True)
    assert (code, said) == (0, "Exported to answers.csv (0.0 MB).\n")
    assert len(rows) == 41
    assert rows[0]["ID"].startswith("R-")
    assert rows[0]["Finished"].endswith("+07:00")
    assert taken == (2, "answers.csv: exists already, and is never overwritten; name a new file\n")
    assert back[0] == 0
    assert back[1].startswith("Nothing new in answers.csv: its 4")


async def test_a_table_with_faults_changes_nothing_and_names_them_all(tmp_path: Path) -> None:
    path = write_people(tmp_path / "old.csv", 70)
    path.write_text(path.read_text(encoding="utf-8").replace("Daily", "Hourly"), encoding="utf-8")

    code, output = await result_of(tmp_path, "import", "old.csv")

    assert code == 2
    assert output.count('"Hourly" is none of the labels') > 5
    assert output.startswith("old.csv: row ")
    assert not (tmp_path / "survey.db").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("answers.ods",), "answers.ods: answers are exported as .xlsx or .csv; name a file that ends so\n"),
        (("nowhere/a.xlsx",), "nowhere/a.xlsx: there is no folder nowhere; make it, or name another one\n"),
        (("a.xlsx", "--from", "yesterday"), '"yesterday" is no date; write year-month-day, as in 2026-10-31.\n'),
        (("a.xlsx", "--campaign", "Market Day"), 'There is no campaign "Market Day", and no other yet.\n'),
        (("a.xlsx",), "Nothing to export: nobody has finished the survey yet, and nothing was imported.\n"),
    ],
)
async def test_a_mistake_is_one_line_and_exit_code_2(arguments: tuple[str, ...], said: str, tmp_path: Path) -> None:
    (tmp_path / "survey.db").touch()

    assert await result_of(tmp_path, "export", *arguments) == (2, said)


async def test_without_a_database_there_is_nothing_to_export_from(tmp_path: Path) -> None:
    code, said = await result_of(tmp_path, "export", "a.xlsx")

    assert (code, said) == (2, f"DATABASE_URL: there is no {tmp_path / 'survey.db'} to export from\n")
    assert not (tmp_path / "survey.db").exists()
