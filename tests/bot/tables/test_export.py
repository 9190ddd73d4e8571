from __future__ import annotations

import csv
import errno
import zipfile
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from sqlalchemy import Connection, select

from bot.store import exports, imported, tombstones
from bot.store.campaigns import Campaign
from bot.store.database import Store
from bot.store.imported import ImportedRow
from bot.store.schema import exports as exported
from bot.tables.export import ExportError, export
from bot.tables.filters import Filters, Format
from bot.tables.layout import Layout
from engine import survey as surveys
from engine import table
from engine.survey import Survey
from tests.bot.tables.people import ANSWERS, MINUTE, NOON, PSEUDONYMS, campaign, name_of, person, response

PARIS = ZoneInfo("Europe/Paris")
EVERYTHING = Filters(PARIS)
FORMATS: list[Format] = ["xlsx", "csv"]


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def read_workbook(path: Path, sheet: str = "Answers") -> list[tuple[Any, ...]]:
    return [tuple(cell.value for cell in row) for row in openpyxl.load_workbook(path)[sheet].iter_rows()]


async def exported_rows(
    store: Store, survey: Survey, folder: Path, filters: Filters = EVERYTHING
) -> list[dict[str, str]]:
    """Export as .csv, and return the rows of the file, which is gone then."""
    path = folder / "answers.csv"
    [written] = await export(
        store, survey, PSEUDONYMS, Filters(filters.zone, filters.first, filters.last, filters.campaign, "csv"), path
    )
    rows = read_csv(written)
    written.unlink()
    return rows


async def written_down(store: Store) -> list[Mapping[str, Any]]:
    def rows(connection: Connection) -> list[Mapping[str, Any]]:
        return [dict(row) for row in connection.execute(select(exported)).mappings()]

    return await store.look(rows)


async def import_row(store: Store, row: ImportedRow) -> None:
    await store.step(lambda connection: imported.put(connection, [row], NOON))


# -- what a row says ----------------------------------------------------------------------------------------------


async def test_a_row_says_all_that_is_known_of_a_run(store: Store, coffee: Survey, tmp_path: Path) -> None:
    await campaign(store, "Market Day", "market-day")
    ann = await person(store, "4711", first_campaign="market-day", last_campaign="by-word-of-mouth")
    await response(
        store,
        ann,
        campaign="market-day",
        told_at=NOON + MINUTE,
        grade="B",
        probabilities={"A": 0.25, "B": 0.5, "C": 0.25},
        segment="📖 Slow Sippers",
        model_version="20261001T000000Z-abc",
        set_aside={"Tea": ["Green"]},
    )

    assert await exported_rows(store, coffee, tmp_path) == [
        {
            "ID": name_of("4711"),
            **{column: str(answer) for column, answer in ANSWERS.items()},
            "Milk_Kind": "",
            "Roast": "",
            "Region": "",
            "Lover": "Yes",
            "Stated grade": "A",
            "Predicted grade": "B",
            "Probability of A": "0.25",
            "Probability of B": "0.5",
            "Probability of C": "0.25",
            "Segment": "📖 Slow Sippers",
            "Campaign": "Market Day",
            "First campaign": "Market Day",
            "Last campaign": "by-word-of-mouth",
            "Language": "en",
            "Consented": "2026-10-01T13:59:00+02:00",
            "Finished": "2026-10-01T14:00:00+02:00",
            "Model version": "20261001T000000Z-abc",
            "Attempt": "1",
            "Counts for training": "yes",
            "Source": "chat",
            "Set aside": "Tea: Green",
        }
    ]


async def test_ids_come_first_then_the_surveys_columns_then_the_target(
    store: Store, coffee: Survey, tmp_path: Path
) -> None:
    await response(store, await person(store, "1"))

    [row] = await exported_rows(store, coffee, tmp_path)

    table_of_answers = ["ID", *(feature.column for feature in coffee.features), "Lover"]
    assert list(row)[: len(table_of_answers)] == table_of_answers


async def test_later_attempts_are_numbered_and_say_why_they_do_not_count(
    store: Store, coffee: Survey, tmp_path: Path
) -> None:
    ann, bob = await person(store, "1"), await person(store, "2")
    await response(store, ann, told_at=NOON + MINUTE)
    await response(store, ann, finished_at=NOON + 2 * MINUTE)
    await response(store, bob, stated=None)
    await response(store, bob, finished_at=NOON + MINUTE)
    await response(store, bob, finished_at=NOON + 2 * MINUTE)

    rows = await exported_rows(store, coffee, tmp_path)

    assert [(row["ID"], row["Attempt"], row["Counts for training"]) for row in rows] == [
        (name_of("1"), "1", "yes"),
        (f"{name_of('1')}-2", "2", "no: stated after a result was told"),
        (name_of("2"), "1", "no: no stated answer"),
        (f"{name_of('2')}-2", "2", "yes"),
        (f"{name_of('2')}-3", "3", "no: another answer of the same person counts"),
    ]


async def test_tests_and_runs_that_ended_early_are_left_out(store: Store, coffee: Survey, tmp_path: Path) -> None:
    ann = await person(store, "1")
    await response(store, ann, test=True)
    await response(store, ann, outcome="ended", stated=None)
    await response(store, ann)

    [row] = await exported_rows(store, coffee, tmp_path)

    assert (row["ID"], row["Attempt"]) == (name_of("1"), "1")


async def test_what_the_survey_no_longer_has_is_kept_aside_so_that_the_table_can_be_read(
    store: Store, coffee: Survey, tmp_path: Path
) -> None:
    answers = {**ANSWERS, "Brew": "Siphon", "Cups": 400, "Tea": "Green", "With_Book": 3, "Roast": "dark"}
    await response(store, await person(store, "1"), answers=answers, stated="Perhaps")

    [row] = await exported_rows(store, coffee, tmp_path)

    assert (row["Brew"], row["Cups"], row["With_Book"], row["Lover"]) == ("", "", "", "")
    assert row["Roast"] == "Dark", "an alias or another spelling is the label of now"
    assert row["Set aside"] == "Cups: 400; Brew: Siphon; With_Book: 3; Tea: Green; Lover: Perhaps"
    assert row["Counts for training"] == "no: the survey no longer has the stated answer"


async def test_a_column_is_named_otherwise_where_the_survey_has_that_name(
    store: Store, coffee: Survey, tmp_path: Path
) -> None:
    text = (coffee.folder / "survey.toml").read_text(encoding="utf-8").replace('id = "Region"', 'id = "segment"')
    survey = surveys.parse(text)
    await response(store, await person(store, "1"), answers={**ANSWERS, "segment": "North"}, segment="Early Birds")

    [row] = await exported_rows(store, survey, tmp_path)

    assert (row["segment"], row["Segment (export)"]) == ("North", "Early Birds")


@pytest.mark.parametrize("format_", FORMATS)
async def test_nobodys_id_or_name_in_the_channel_is_anywhere_in_a_file(
    store: Store, coffee: Survey, tmp_path: Path, format_: Format
) -> None:
    await response(store, await person(store, "8172635445"), run="run-of-8172635445")

    [path] = await export(store, coffee, PSEUDONYMS, Filters(PARIS, format=format_), tmp_path / f"a.{format_}")

    content = [path.read_bytes()]
    if format_ == "xlsx":
        with zipfile.ZipFile(path) as archive:
            content = [archive.read(name) for name in archive.namelist()]
    assert any(name_of("8172635445").encode() in part for part in content)
    assert not any(b"8172635445" in part for part in content)


# -- filters ------------------------------------------------------------------------------------------------------


async def test_days_and_campaigns_choose_runs_and_leave_imported_rows_out(
    store: Store, coffee: Survey, tmp_path: Path
) -> None:
    await campaign(store, "Market Day", "market-day")
    market = Campaign(1, "Market Day", "market-day", "t_market-day", "Cmar", NOON, None)
    ann = await person(store, "1")
    midnight = datetime(2026, 10, 2, 22, tzinfo=UTC)  # of Paris
    await response(store, ann, finished_at=midnight - timedelta(days=1), campaign="market-day")
    await response(store, ann, finished_at=midnight - timedelta(seconds=1))
    await response(store, ann, finished_at=midnight, campaign="market-day")
    await import_row(store, ImportedRow("7", ANSWERS, "No", "old.xlsx"))

    async def ids(filters: Filters) -> list[str]:
        return [row["ID"].removeprefix(name_of("1")) for row in await exported_rows(store, coffee, tmp_path, filters)]

    assert await ids(EVERYTHING) == ["", "-2", "-3", "7"]
    assert await ids(Filters(PARIS, date(2026, 10, 2), date(2026, 10, 2))) == ["", "-2"]
    assert await ids(Filters(PARIS, date(2026, 10, 3))) == ["-3"]
    assert await ids(Filters(PARIS, campaign=market)) == ["", "-3"]


async def test_an_export_is_written_down_with_its_filters(store: Store, coffee: Survey, tmp_path: Path) -> None:
    market = Campaign(1, "Market Day", "market-day", "t_market-day", "Cmar", NOON, None)
    ann = await person(store, "1")
    await response(store, ann, campaign="market-day")
    chosen = Filters(PARIS, date(2026, 10, 1), date(2026, 10, 1), market)

    await export(store, coffee, PSEUDONYMS, chosen, tmp_path / "market.xlsx", clock=lambda: NOON + MINUTE)

    [row] = await written_down(store)
    assert (row["name"], row["rows"], row["campaign"]) == ("market.xlsx", 1, "market-day")
    assert (row["since"], row["until"]) == (chosen.extent.since, chosen.extent.until)
    left = await store.look(lambda connection: tombstones.traces(connection, ann))
    assert left.exports == ("market.xlsx",)


# -- files --------------------------------------------------------------------------------------------------------


async def test_a_workbook_has_real_dates_and_text_that_is_never_a_formula(
    store: Store, coffee: Survey, tmp_path: Path
) -> None:
    await response(store, await person(store, "1"), campaign="=1+1")
    for identity in ("=1+1", "+855 12", "-5", "@x", "007", "<r>bold</r>", "_x0041_", "ផ្សារ 📖"):
        await import_row(store, ImportedRow(identity, ANSWERS, "No", "=old.xlsx"))

    [path] = await export(store, coffee, PSEUDONYMS, EVERYTHING, tmp_path / "answers.xlsx")

    sheet = openpyxl.load_workbook(path)["Answers"]
    names = [cell.value for cell in sheet[1]]
    assert sheet.freeze_panes == "B2"
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d"}
    assert sheet.cell(2, names.index("Finished") + 1).value == datetime(2026, 10, 1, 14)
    assert sheet.cell(2, names.index("Campaign") + 1).value == "=1+1"
    found = table.read(coffee, path)
    assert found.ids is not None
    assert list(found.ids)[1:] == ["=1+1", "+855 12", "-5", "@x", "007", "<r>bold</r>", "_x0041_", "ផ្សារ 📖"]


async def test_a_csv_file_opens_in_excel_as_utf_8_and_runs_nothing(
    store: Store, coffee: Survey, tmp_path: Path
) -> None:
    await import_row(store, ImportedRow("=1+1", ANSWERS, "No", "@old.xlsx"))

    [row] = await exported_rows(store, coffee, tmp_path)
    [path] = await export(store, coffee, PSEUDONYMS, Filters(PARIS, format="csv"), tmp_path / "again.csv")

    assert (row["ID"], row["Source"]) == ("'=1+1", "import: @old.xlsx")
    assert path.read_bytes().startswith(b"\xef\xbb\xbfID,")


async def test_the_codebook_explains_every_column_and_who_may_see_the_file(
    store: Store, coffee: Survey, tmp_path: Path
) -> None:
    await response(store, await person(store, "1"))
    chosen = Filters(PARIS, date(2026, 10, 1))

    [path] = await export(store, coffee, PSEUDONYMS, chosen, tmp_path / "a.xlsx", clock=lambda: NOON)

    notes = {row[0]: row[1:] for row in read_workbook(path, "Codebook")}
    assert set(read_workbook(path)[0]) <= set(notes)
    assert notes["Made"][0] == "2026-10-01 14:00 (Europe/Paris)"
    assert notes["Filters"][0] == "finished from 2026-10-01 (Europe/Paris)"
    assert "Only those who run the survey" in notes["Who may see this"][0]
    assert "DATA_KEY" in notes["Pseudonyms"][0]
    assert notes["Roast"][1:3] == ("Which roast do you like?", "Light = 0; Medium = 1; Dark = 2")
    assert notes["Cups"][2:] == ("at least 0 and at most 20", "cups a day")
    assert notes["Often"][2] == "Daily = 2; Weekly = 1; Rarely = 0", "what ends the survey is in no table"
    assert notes["Lover"][2] == "Yes = grade A; A little = grade B; No = grade C"


@pytest.mark.parametrize("format_", FORMATS)
async def test_a_large_export_is_split_into_parts_that_are_small_enough_and_hold_every_row_once(
    store: Store, coffee: Survey, tmp_path: Path, format_: Format
) -> None:
    rows = [ImportedRow(f"{number:04}", {**ANSWERS, "Cups": number / 100}, "No", "old.csv") for number in range(900)]
    await store.step(lambda connection: imported.put(connection, rows, NOON))
    most = 30_000

    parts = await export(
        store, coffee, PSEUDONYMS, Filters(PARIS, format=format_), tmp_path / f"a.{format_}", most_bytes=most
    )

    count = len(parts)
    assert count > 1
    assert [part.name for part in parts] == [f"a-{number}-of-{count}.{format_}" for number in range(1, count + 1)]
    assert max(part.stat().st_size for part in parts) <= most
    ids = [identity for part in parts for identity in table.read(coffee, part).ids]  # type: ignore[union-attr]
    assert ids == [row.id for row in rows]
    [row] = await written_down(store)
    assert (row["name"], row["rows"]) == (f"a-1-of-{count}.{format_} to a-{count}-of-{count}.{format_}", 900)


async def test_a_limit_that_no_row_fits_is_named(store: Store, coffee: Survey, tmp_path: Path) -> None:
    await response(store, await person(store, "1"))

    with pytest.raises(ExportError, match="A single row takes"):
        await export(store, coffee, PSEUDONYMS, EVERYTHING, tmp_path / "a.xlsx", most_bytes=100)

    assert not (tmp_path / "a.xlsx").exists()


# -- what goes wrong ----------------------------------------------------------------------------------------------


async def test_nothing_to_export_is_said_and_leaves_nothing(store: Store, coffee: Survey, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    with pytest.raises(ExportError, match="nobody has finished the survey yet"):
        await export(store, coffee, PSEUDONYMS, EVERYTHING, folder / "a.xlsx")
    with pytest.raises(ExportError, match=r"no complete run finished to 2020-01-01 \(Europe/Paris\)"):
        await export(store, coffee, PSEUDONYMS, Filters(PARIS, None, date(2020, 1, 1)), folder / "a.xlsx")

    assert list(folder.iterdir()) == []
    assert await written_down(store) == []


async def test_a_file_that_exists_is_never_overwritten(store: Store, coffee: Survey, tmp_path: Path) -> None:
    await response(store, await person(store, "1"))
    path = tmp_path / "a.xlsx"
    path.write_text("mine")

    with pytest.raises(ExportError, match="exists already, and is never overwritten"):
        await export(store, coffee, PSEUDONYMS, EVERYTHING, path)

    assert path.read_text() == "mine"


async def test_a_folder_that_is_not_there_or_cannot_be_written_is_named(
    store: Store, coffee: Survey, tmp_path: Path
) -> None:
    await response(store, await person(store, "1"))

    with pytest.raises(ExportError, match=f"there is no folder {tmp_path / 'nowhere'}"):
        await export(store, coffee, PSEUDONYMS, EVERYTHING, tmp_path / "nowhere" / "a.xlsx")
    with pytest.raises(ExportError, match=r"cannot be written: .*; name another folder"):
        await export(store, coffee, PSEUDONYMS, EVERYTHING, Path("/proc/a.xlsx"))


@pytest.mark.parametrize("format_", FORMATS)
async def test_a_full_disk_is_one_line_and_leaves_nothing(
    store: Store, coffee: Survey, tmp_path: Path, format_: Format, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    await response(store, await person(store, "1"))
    monkeypatch.setattr(Layout, "row", full)
    folder = tmp_path / "out"
    folder.mkdir()

    with pytest.raises(ExportError, match="No space left on device; make room"):
        await export(store, coffee, PSEUDONYMS, Filters(PARIS, format=format_), folder / "a")

    assert list(folder.iterdir()) == []
    assert await written_down(store) == []


async def test_an_export_that_cannot_be_written_down_leaves_no_file(
    store: Store, coffee: Survey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise KeyError("the database")

    await response(store, await person(store, "1"))
    monkeypatch.setattr(exports, "add", fail)
    folder = tmp_path / "out"
    folder.mkdir()

    with pytest.raises(KeyError):
        await export(store, coffee, PSEUDONYMS, EVERYTHING, folder / "a.xlsx")

    assert list(folder.iterdir()) == []
