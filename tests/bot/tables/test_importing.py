from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import Connection, select

from bot.store import imported, tombstones
from bot.store.database import Store
from bot.store.imported import ImportedRow
from bot.store.letters import Address
from bot.store.people import Person
from bot.store.schema import imported as rows_table
from bot.store.schema import imports
from bot.tables import importing
from bot.tables.import_texts import import_text
from bot.tables.importing import Imported, Outcome, RefusedTableError, import_rows
from bot.tables.reading import ReadTable, read_table
from engine.survey import Survey
from tests.bot.house import nobodys_house
from tests.bot.tables.people import NOON, PSEUDONYMS, name_of, person
from tests.bot.tables.test_reading import HEADER, write

DAILY = "Daily,2.5,Filter,No,,1,0,0,,,"
READ = {"Often": "Daily", "Cups": 2.5, "Brew": "Filter", "Milk": "No", "With_Sugar": 1, "With_Spice": 0, "With_Book": 0}


async def table_of(survey: Survey, path: Path, *rows: str) -> ReadTable:
    read = await read_table(survey, write(path, *rows))
    assert isinstance(read, ReadTable), read
    return read


async def there(store: Store) -> list[tuple[str, dict[str, Any], str, str]]:
    def look(connection: Connection) -> list[tuple[str, dict[str, Any], str, str]]:
        columns = rows_table.c.row_id, rows_table.c.answers, rows_table.c.stated, rows_table.c.source
        return [tuple(row) for row in connection.execute(select(*columns).order_by(rows_table.c.id))]

    return await store.look(look)


async def count_imports(store: Store) -> int:
    return await store.look(lambda connection: len(connection.execute(select(imports)).all()))


async def test_rows_are_stored_as_the_chats_answers_are(store: Store, coffee: Survey, tmp_path: Path) -> None:
    table = await table_of(coffee, tmp_path / "old.csv", f"7,{DAILY}Yes", f"8,{DAILY}No")

    done = await import_rows(store, PSEUDONYMS, table)

    assert done == Imported("old.csv", Outcome(new=2), 0, "Lover", ())
    assert await there(store) == [("7", READ, "Yes", "old.csv"), ("8", READ, "No", "old.csv")]


async def test_the_same_id_is_brought_up_to_date_and_counted(store: Store, coffee: Survey, tmp_path: Path) -> None:
    first = await table_of(coffee, tmp_path / "first.csv", f"7,{DAILY}Yes", f"8,{DAILY}No")
    await import_rows(store, PSEUDONYMS, first)
    second = await table_of(coffee, tmp_path / "second.csv", f"8,{DAILY}A little", f"7,{DAILY}Yes", f"9,{DAILY}No")

    done = await import_rows(store, PSEUDONYMS, second, source="October.xlsx")

    assert done.outcome == Outcome(new=1, updated=1, unchanged=1)
    assert [(row[0], row[2], row[3]) for row in await there(store)] == [
        ("7", "Yes", "first.csv"),
        ("8", "A little", "October.xlsx"),
        ("9", "No", "October.xlsx"),
    ]


async def test_the_same_table_with_ids_says_that_nothing_is_new(store: Store, coffee: Survey, tmp_path: Path) -> None:
    table = await table_of(coffee, tmp_path / "old.csv", f"7,{DAILY}Yes", f"8,{DAILY}No")
    await import_rows(store, PSEUDONYMS, table)

    done = await import_rows(store, PSEUDONYMS, table)

    assert import_text(done) == "Nothing new in old.csv: its 2 rows changed nothing."


async def test_the_same_table_without_ids_is_refused_the_second_time(
    store: Store, coffee: Survey, tmp_path: Path
) -> None:
    table = await table_of(coffee, tmp_path / "old.csv", f",{DAILY}Yes", f",{DAILY}Yes")
    done = await import_rows(store, PSEUDONYMS, table, clock=lambda: NOON)

    with pytest.raises(RefusedTableError, match=r"^old.csv: this same table was imported on 2026-10-01 already, and"):
        await import_rows(store, PSEUDONYMS, table)
    with_ids = await table_of(coffee, tmp_path / "ids.csv", f"7,{DAILY}Yes", f"8,{DAILY}Yes")
    with pytest.raises(RefusedTableError, match=r"^ids.csv: this same table was imported"):
        await import_rows(store, PSEUDONYMS, with_ids)

    assert done.outcome.new == 2
    assert len(await there(store)) == 2


async def test_a_crash_in_the_middle_and_a_second_try_double_nothing(
    store: Store, coffee: Survey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "ROWS_A_STEP", 10)
    table = await table_of(coffee, tmp_path / "old.csv", *[f",{DAILY}Yes"] * 25)
    put, tries = imported.put, iter([0, 1])

    def crash_at_the_second(connection: Connection, rows: Any, now: Any) -> None:
        put(connection, rows, now)
        if next(tries, 0):
            raise KeyError("crash")

    with monkeypatch.context() as crashing:
        crashing.setattr(imported, "put", crash_at_the_second)
        with pytest.raises(KeyError):
            await import_rows(store, PSEUDONYMS, table)
    left, known = len(await there(store)), await count_imports(store)
    done = await import_rows(store, PSEUDONYMS, table)

    assert (left, known) == (10, 0)
    assert done.outcome == Outcome(new=15, unchanged=10)
    assert [row[0] for row in await there(store)] == [f"#{table.fingerprint[:12]}:{n}" for n in range(1, 26)]
    assert await count_imports(store) == 1


@pytest.mark.parametrize("count", [9, 10, 20])
async def test_a_table_is_known_as_a_whole_only_with_its_last_rows(
    store: Store, coffee: Survey, tmp_path: Path, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "ROWS_A_STEP", 10)
    table = await table_of(coffee, tmp_path / "old.csv", *[f",{DAILY}Yes"] * count)

    done = await import_rows(store, PSEUDONYMS, table)

    assert done.outcome.new == count
    assert await count_imports(store) == 1


async def test_other_steps_go_between_those_of_an_import(
    store: Store, coffee: Survey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "ROWS_A_STEP", 1)
    table = await table_of(coffee, tmp_path / "old.csv", *[f"{n},{DAILY}Yes" for n in range(100)])
    seen: list[int] = []

    importing_all = asyncio.create_task(import_rows(store, PSEUDONYMS, table))
    while not importing_all.done():
        seen.append(await store.step(lambda connection: len(connection.execute(select(rows_table.c.id)).all())))

    assert len(set(seen)) > 10


async def test_the_stores_own_answers_and_those_of_the_erased_are_left_out(
    store: Store, coffee: Survey, tmp_path: Path
) -> None:
    await person(store, "1")
    await store.step(lambda connection: tombstones.add(connection, name_of("2"), None, NOON))
    ids = (name_of("1"), f"{name_of('1')}-2", name_of("2"), f"{name_of('2')}-3", name_of("3"), "R-7")
    table = await table_of(coffee, tmp_path / "old.csv", *(f"{each},{DAILY}Yes" for each in ids))

    done = await import_rows(store, PSEUDONYMS, table)

    assert done.outcome == Outcome(new=2, own=2, erased=2)
    assert [row[0] for row in await there(store)] == [name_of("3"), "R-7"]


async def test_who_is_erased_takes_along_what_came_back_under_their_pseudonym(store: Store) -> None:
    number = await person(store, "1")
    for identity in (name_of("1"), f"{name_of('1')}-2", name_of("2"), f"{name_of('1')}x"):
        row = ImportedRow(identity, READ, "Yes", "old.csv")
        await store.step(lambda connection, row=row: imported.put(connection, [row], NOON))  # type: ignore[misc]
    erase: Callable[[Connection], object] = lambda connection: nobodys_house().erase(  # noqa: E731
        connection, Address("telegram", "1"), Person(number, False, None), (), NOON
    )

    await store.step(erase)

    assert [row[0] for row in await there(store)] == [name_of("2"), f"{name_of('1')}x"]


async def test_invented_answers_are_refused(store: Store, coffee: Survey, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(HEADER.split(","))
    book.active.append(["7", "Daily", 2.5, "Filter", "No", None, 1, 0, 0, None, None, "Yes"])
    book.create_sheet("About").append(["Synthetic: nobody gave these answers"])
    book.save(tmp_path / "sample.xlsx")
    table = await read_table(coffee, tmp_path / "sample.xlsx")
    assert isinstance(table, ReadTable)

    with pytest.raises(RefusedTableError, match="invented answers are never mixed with real ones"):
        await import_rows(store, PSEUDONYMS, table)

    assert await there(store) == []


def test_an_import_is_told_in_a_few_plain_lines() -> None:
    done = Imported("old.xlsx", Outcome(1200, 3, 20, 2, 1), 5, "Lover", ("Comment", "Age"))

    assert import_text(done) == (
        "Imported old.xlsx: 1,200 new, 3 updated, 20 unchanged.\n"
        "Updated: their ID was here already, with other answers.\n"
        "Left out: 2 rows that are already here as chat answers.\n"
        "Left out: 1 row of people who asked to be erased.\n"
        'Left out: 5 rows without an answer in "Lover".\n'
        'Columns that are not the survey\'s, and were not read: "Comment", "Age".'
    )
