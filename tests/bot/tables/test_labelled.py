from __future__ import annotations

from datetime import timedelta
from functools import partial
from pathlib import Path

from bot.store import imported, tombstones
from bot.store.database import Store
from bot.store.imported import ImportedRow
from bot.store.labelled import Labelled, labelled
from bot.tables.training_table import write_training_table
from engine import table
from engine.survey import Survey
from tests.bot.tables.people import ANSWERS, MINUTE, NOON, PSEUDONYMS, campaign, name_of, person, response


async def learnt_from(store: Store) -> list[Labelled]:
    return await store.look(lambda connection: list(labelled(connection, PSEUDONYMS)))


async def import_row(store: Store, row: ImportedRow) -> None:
    await store.step(lambda connection: imported.put(connection, [row], NOON))


async def test_a_person_counts_once_by_the_first_complete_run_with_a_stated_answer(store: Store) -> None:
    ann = await person(store, "1")
    await response(store, ann, stated=None)
    await response(store, ann, stated="No", finished_at=NOON + MINUTE)
    await response(store, ann, stated="Yes", finished_at=NOON + 2 * MINUTE)

    assert await learnt_from(store) == [Labelled(name_of("1"), ANSWERS, "No", "chat")]


async def test_an_answer_stated_after_any_result_was_told_does_not_count(store: Store) -> None:
    ann, bob = await person(store, "1"), await person(store, "2")
    await response(store, ann, stated=None, told_at=NOON + MINUTE)
    await response(store, ann, finished_at=NOON + 2 * MINUTE)
    await response(store, bob, stated=None, told_at=NOON + 3 * MINUTE)
    await response(store, bob, finished_at=NOON + 2 * MINUTE)

    assert [row.id for row in await learnt_from(store)] == [name_of("2")]


async def test_the_result_of_the_same_run_and_of_another_person_takes_nothing_away(store: Store) -> None:
    ann, bob = await person(store, "1"), await person(store, "2")
    await response(store, ann, told_at=NOON)
    await response(store, bob, finished_at=NOON + MINUTE)

    assert [row.id for row in await learnt_from(store)] == [name_of("1"), name_of("2")]


async def test_a_result_told_in_a_test_run_counts_as_told(store: Store) -> None:
    ann = await person(store, "1")
    await response(store, ann, test=True, told_at=NOON + MINUTE)
    await response(store, ann, finished_at=NOON + 2 * MINUTE)

    assert await learnt_from(store) == []


async def test_tests_and_runs_that_ended_early_do_not_count(store: Store) -> None:
    ann = await person(store, "1")
    await response(store, ann, test=True)
    await response(store, ann, outcome="ended", stated=None)

    assert await learnt_from(store) == []


async def test_the_source_is_the_campaign_by_name_or_by_what_the_link_carried(store: Store) -> None:
    await campaign(store, "Market Day", "market-day")
    for user, slug in (("1", "market-day"), ("2", "mistyped"), ("3", None)):
        await response(store, await person(store, user), campaign=slug)
    await import_row(store, ImportedRow("7", ANSWERS, "No", "old.xlsx"))

    sources = [row.source for row in await learnt_from(store)]

    assert sources == ["campaign: Market Day", "campaign: mistyped", "chat", "import: old.xlsx"]


async def test_imported_answers_of_somebody_who_counts_already_do_not(store: Store) -> None:
    await response(store, await person(store, "1"))
    for identity in (name_of("1"), name_of("2"), f"{name_of('2')}-2", "R-2"):
        await import_row(store, ImportedRow(identity, ANSWERS, "No", "moved.xlsx"))

    assert [row.id for row in await learnt_from(store)] == [name_of("1"), name_of("2"), "R-2"]


async def test_imported_answers_of_the_erased_are_never_seen_again(store: Store) -> None:
    for identity in (name_of("2"), f"{name_of('2')}-2", "7"):
        await import_row(store, ImportedRow(identity, ANSWERS, "No", "moved.xlsx"))
    await store.step(lambda connection: tombstones.add(connection, name_of("2"), None, NOON))

    assert [row.id for row in await learnt_from(store)] == ["7"]


async def test_the_training_table_is_read_as_it_is(store: Store, coffee: Survey, tmp_path: Path) -> None:
    await campaign(store, "=Market", "market")
    await response(store, await person(store, "1"), campaign="market")
    await response(store, await person(store, "2"), answers={**ANSWERS, "Cups": 40, "Brew": "Siphon"}, stated="No")
    await response(store, await person(store, "3"), stated="I did, long ago", finished_at=NOON + timedelta(days=1))
    await import_row(store, ImportedRow("007", ANSWERS, "A little", "old.xlsx"))

    path = tmp_path / "training.csv"
    counts = await store.look(lambda connection: write_training_table(connection, coffee, PSEUDONYMS, path))
    found = table.read(coffee, path)

    assert counts.by_source == {"campaign: =Market": 1, "chat": 1, "import: old.xlsx": 1}
    assert (counts.rows, counts.unreadable) == (3, 1)
    assert found.ids is not None
    assert found.target is not None
    assert list(found.ids) == [name_of("1"), name_of("2"), "007"]
    assert list(found.target) == ["Yes", "No", "A little"]
    assert list(found.answers["Cups"].fillna(-1)) == [2.5, -1, 2.5], "what the survey no longer allows is missing"
    assert list(found.answers["Brew"].fillna("")) == ["Filter", "", "Filter"]
    assert found.ignored == ("Source",)


async def test_in_statistics_nobody_counts_who_refuses_to_be_in_them(
    store: Store, coffee: Survey, tmp_path: Path
) -> None:
    await response(store, await person(store, "1"), stated="Yes")
    await response(store, await person(store, "2", no_statistics=True), stated="No")
    await response(store, await person(store, "3", no_training=True), stated="No")
    await import_row(store, ImportedRow(name_of("2"), ANSWERS, "No", "back.xlsx"))
    await import_row(store, ImportedRow("007", ANSWERS, "A little", "old.xlsx"))

    path = tmp_path / "answers.csv"
    writing = partial(write_training_table, survey=coffee, pseudonyms=PSEUDONYMS, path=path)
    in_all = await store.look(writing)
    in_statistics = await store.look(partial(writing, in_statistics=True))
    found = table.read(coffee, path)

    assert found.ids is not None
    assert list(found.ids) == [name_of("1"), "007"]
    grades = [grade.grade for grade in coffee.target.grades if grade.value in ("Yes", "A little")]
    assert in_statistics.by_grade == dict.fromkeys(grades, 1)
    assert in_all.rows == 3
