"""Export -> the engine's reader -> import -> export: nothing is lost, whatever the labels and IDs look like."""

from __future__ import annotations

import asyncio
import math
import tempfile
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from bot.store import imported
from bot.store.database import Store
from bot.store.imported import ImportedRow
from bot.store.schema import imported as table_of_rows
from bot.store.schema import imports
from bot.tables.export import export
from bot.tables.filters import FORMATS, Filters, Format
from bot.tables.importing import import_rows
from bot.tables.reading import ReadTable, read_table
from engine import survey as surveys
from engine import table
from engine.survey import Survey
from tests.bot.tables.people import NOON, PSEUDONYMS, person, response

LABELS = ("=1+1", "+855 12", "-5", "@x", "100–300", "007", "1.50", "'tis", "'=2", '📖, "or"; so', "ផ្សារ ធំ", "<r>b</r>")
GRADES = ("=A", "-1", "'+no")


def awkward() -> Survey:
    """Return a survey in which everything is called as a spreadsheet would misunderstand."""
    choices = ", ".join(f"{{ value = {_toml(label)}, code = {code} }}" for code, label in enumerate(LABELS))
    grades = ", ".join(
        f'{{ grade = "{letter}", value = {_toml(label)} }}' for letter, label in zip("ABC", GRADES, strict=True)
    )
    return surveys.parse(f"""
        id = "awkward"
        languages = ["en"]
        title = {{ en = "Awkward" }}
        about = {{ organisation = "nobody" }}
        target = {{ column = "@Target", text = {{ en = "?" }}, grades = [{grades}] }}
        [[question]]
        id = "=Label"
        kind = "single"
        required = false
        text = {{ en = "?" }}
        choices = [{choices}]
        [[question]]
        id = "Number"
        kind = "number"
        required = false
        text = {{ en = "?" }}
        [[question]]
        id = "Boxes"
        kind = "multi"
        required = false
        text = {{ en = "?" }}
        choices = [{{ column = "-Box", name = {{ en = "one" }} }}, {{ column = "Box 2", name = {{ en = "two" }} }}]
    """)


def _toml(text: str) -> str:
    return '"' + text.replace('"', '\\"') + '"'


AWKWARD = awkward()

ids = st.text(st.sampled_from("'=+-@#R019a \"<r>;,é📖ខ"), min_size=1, max_size=8).map(str.strip).filter(bool)
answers = st.fixed_dictionaries(
    {},
    optional={
        "=Label": st.sampled_from(LABELS),
        "Number": st.one_of(st.integers(-(10**15), 10**15), st.floats(allow_nan=False, allow_infinity=False)),
        "Boxes": st.tuples(st.integers(0, 1), st.integers(0, 1)),
    },
)
rows = st.lists(st.tuples(ids, answers, st.sampled_from(GRADES)), min_size=1, max_size=12, unique_by=lambda row: row[0])


def stored(identity: str, given_answers: dict[str, Any], stated: str) -> ImportedRow:
    boxes = dict(zip(("-Box", "Box 2"), given_answers.get("Boxes", ()), strict=False))
    return ImportedRow(
        identity, {**{k: v for k, v in given_answers.items() if k != "Boxes"}, **boxes}, stated, "old.xlsx"
    )


SOMEBODY_TICKED_NOTHING = stored("nobody else's", {"Boxes": (0, 0)}, "=A")
"""In a table without any 0 a blank box reads as not ticked: so most survey programs write them."""


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Any:
    store = Store.open(f"sqlite:///{tmp_path_factory.mktemp('kept') / 'answers.db'}")
    yield store
    store.close()


@pytest.mark.parametrize("format_", FORMATS)
@given(made=rows)
@settings(max_examples=60, deadline=None)
def test_what_leaves_as_a_table_is_read_back_as_it_was(kept: Store, format_: Format, made: list[Any]) -> None:
    expected = {SOMEBODY_TICKED_NOTHING.id: SOMEBODY_TICKED_NOTHING, **{row[0]: stored(*row) for row in made}}

    async def go_round(folder: Path) -> Path:
        await kept.step(lambda connection: connection.execute(delete(table_of_rows)))
        await kept.step(lambda connection: imported.put(connection, list(expected.values()), NOON))
        [path] = await export(
            kept, AWKWARD, PSEUDONYMS, Filters(ZoneInfo("UTC"), format=format_), folder / f"a.{format_}"
        )
        return path

    with tempfile.TemporaryDirectory() as folder:
        found = table.read(AWKWARD, asyncio.run(go_round(Path(folder))))

    assert found.ids is not None
    assert found.target is not None
    assert list(found.ids) == list(expected)
    assert list(found.target) == [row.stated for row in expected.values()]
    for (_, read), row in zip(found.answers.iterrows(), expected.values(), strict=True):
        known = {name: value for name, value in read.items() if isinstance(value, str) or not missing(value)}
        assert known == row.answers
    assert found.repaired == ()


def missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


@pytest.mark.parametrize("format_", FORMATS)
async def test_an_export_into_an_empty_store_exports_the_same_again(
    store: Store, coffee: Survey, tmp_path: Path, format_: Format
) -> None:
    ann, bob = await person(store, "1"), await person(store, "2")
    for whose in (ann, bob, ann):
        await response(store, whose)
    known = {"Often": "Weekly", "Cups": 0.1 + 0.2, "Milk": "Yes", "Milk_Kind": "Oat", "Roast": "Dark"}
    strange = ("=1+1", "+855 12", "-5", "@x", "007", "'tis", "ផ្សារ 📖")
    others = [ImportedRow(identity, known, "A little", "old.xlsx") for identity in strange]
    await store.step(lambda connection: imported.put(connection, others, NOON))
    chosen = Filters(ZoneInfo("UTC"), format=format_)
    [first] = await export(store, coffee, PSEUDONYMS, chosen, tmp_path / f"first.{format_}")
    other = Store.open(f"sqlite:///{tmp_path / 'other.db'}")

    read = await read_table(coffee, first)
    assert isinstance(read, ReadTable)
    done = await import_rows(other, PSEUDONYMS, read)
    [second] = await export(other, coffee, PSEUDONYMS, chosen, tmp_path / f"second.{format_}")
    other.close()

    assert done.outcome.new == 10
    assert done.ignored == ()
    before, after = table.read(coffee, first), table.read(coffee, second)
    assert before.ids is not None
    assert before.target is not None
    assert list(before.ids) == list(after.ids)  # type: ignore[arg-type]
    assert list(before.target) == list(after.target)  # type: ignore[arg-type]
    assert before.answers.equals(after.answers)
    assert before.fingerprint == after.fingerprint


async def test_an_export_comes_back_to_where_it_was_made_as_nothing_new(
    store: Store, coffee: Survey, tmp_path: Path
) -> None:
    ann = await person(store, "1")
    await response(store, ann)
    await response(store, ann)
    await store.step(lambda connection: imported.put(connection, [ImportedRow("7", {}, "No", "old.xlsx")], NOON))
    [path] = await export(store, coffee, PSEUDONYMS, Filters(ZoneInfo("UTC")), tmp_path / "a.xlsx")

    read = await read_table(coffee, path)
    assert isinstance(read, ReadTable)
    outcome = (await import_rows(store, PSEUDONYMS, read)).outcome

    assert (outcome.own, outcome.unchanged, outcome.changed) == (2, 1, 0)
    assert await store.step(lambda connection: connection.execute(imports.select()).one().rows) == 3
