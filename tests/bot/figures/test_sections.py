"""The bot's own sections of the analysis report: what they tell and hold back, and that the engine reads them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.figures import drift
from bot.figures.arrivals import Arrival, Arrivals
from bot.figures.drift import Change
from bot.figures.funnel import Funnel, stage_names, stages
from bot.figures.labels import Labels
from bot.figures.model_facts import ModelFacts
from bot.figures.sections import (
    Extra,
    arrivals_section,
    drift_section,
    funnel_section,
    sections_of,
    write_sections,
)
from bot.figures.stats import Drift, Stats
from engine.reporting.extra import read_sections
from engine.reporting.parts import Drawn
from engine.survey import Survey

ZONE = ZoneInfo("Asia/Phnom_Penh")
SINCE = datetime(2026, 10, 31, 20, tzinfo=UTC)
NOBODY = Arrivals((), (), 0, 0)


def funnel(survey: Survey, furthest: Mapping[int, int], arrivals: Arrivals = NOBODY) -> Funnel:
    names = stage_names(survey)
    medians = dict.fromkeys(names[1:], (7.0, 50))
    return Funnel(stages(names, furthest, {}, medians), ended=0, declined=0, erased=2, arrivals=arrivals)


def model(*, synthetic: bool = False) -> ModelFacts:
    return ModelFacts("20261101T000000Z-00000000", SINCE, 120, synthetic, {})


def stats(found: Drift | None, of: ModelFacts | None) -> Stats:
    nothing: Mapping[str, int] = {}
    return Stats(
        people=30,
        runs=30,
        by_day={},
        grades=nothing,
        stated=nothing,
        grades_before=nothing,
        grades_lately=nothing,
        segments_before=nothing,
        segments_lately=nothing,
        languages=nothing,
        agreement=None,
        labels=Labels({}),
        model=of,
        erased=0,
        withdrawn=0,
        drift=found,
    )


def drift_of(survey: Survey, found: Drift | None, of: ModelFacts | None) -> Extra:
    return drift_section(stats(found, of), survey, ZONE, "en")


# -- how far people come ----------------------------------------------------------------------------------------------


def test_each_stage_has_its_people_its_shares_with_an_interval_and_its_time(home: Survey) -> None:
    section = funnel_section(funnel(home, {0: 20, 10: 80}), home, "en")
    assert section.table is not None
    started, agreed, *_ = section.table.rows

    assert started == ["Pressed START", 100, None, None, None, None, None]
    assert agreed == [
        "Agreed to take part",
        80,
        0.8,
        pytest.approx(0.711, abs=5e-4),
        pytest.approx(0.867, abs=5e-4),
        0.8,
        "7 s",
    ]
    assert (
        'Most people are lost right before "Agreed to take part": 20% of those who had come that far (with 95 % '
        "certainty between 13% and 29%)."
    ) in section.paragraphs
    assert "Had themselves erased: fewer than 5 so far, counted nowhere here." in section.paragraphs


def test_stages_of_few_people_tell_that_and_no_shares(home: Survey) -> None:
    section = funnel_section(funnel(home, {0: 20, 10: 4}), home, "en")
    assert section.table is not None

    assert section.table.rows[1] == ["Agreed to take part", "fewer than 5 so far", None, None, None, None, "7 s"]


def test_where_nobody_came_there_is_neither_table_nor_picture(home: Survey) -> None:
    section = funnel_section(funnel(home, {}), home, "en")

    assert (section.table, section.figure) == (None, None)
    assert "Nobody has come yet." in section.paragraphs


def test_few_people_are_no_picture(home: Survey) -> None:
    assert funnel_section(funnel(home, {0: 4}), home, "en").figure is None


# -- by which links ---------------------------------------------------------------------------------------------------


def test_campaigns_of_few_people_stand_together_without_their_names() -> None:
    came = (Arrival("Fair", 30, archived=True), Arrival("Radio", 4), Arrival("Shop", 1))
    section = arrivals_section(Arrivals(came, (Arrival("x", 6),), 9, 3), "en")
    assert section.table is not None

    assert section.table.rows == [
        ["Fair (archived)", 30],
        ["2 campaigns with fewer than 5 people each", None],
        ["Links that the bot does not know", 9],
        ["Without a link", "fewer than 5 so far"],
    ]


# -- drift ------------------------------------------------------------------------------------------------------------


def test_a_question_that_drifts_stands_with_its_shares_and_its_p_value(home: Survey) -> None:
    question = home.by_id["Freq_Use"]
    found = Drift(SINCE, 30, (Change(question, question.choices[0].value, 0.1, 0.5, 12, 15, 0.0004),))
    section = drift_of(home, found, model())
    assert section.table is not None

    name, answer = question.name.to("en"), question.choices[0].text.to("en")
    assert section.table.rows == [[name, answer, 0.1, 0.5, 0.0004]]
    assert "since 2026-11-01 (30 people)" in section.paragraphs[0]
    assert "its guesses hold less" in section.paragraphs[1]


def test_a_share_that_few_people_stand_behind_is_not_told(home: Survey) -> None:
    question = home.by_id["Freq_Use"]
    found = Drift(SINCE, 30, (Change(question, question.choices[0].value, 0.5, 0.1, 4, 3, 0.01),))
    section = drift_of(home, found, model())
    assert section.table is not None

    assert section.table.rows[0][2:4] == ["fewer than 5 so far"] * 2


@pytest.mark.parametrize(
    ("found", "of", "words"),
    [
        (None, None, "There is no model in use"),
        (None, model(synthetic=True), "learnt from invented answers"),
        (None, model(), "cannot be read"),
        (Drift(SINCE, 3, None), model(), "since 2026-11-01 to tell whether answers drift (fewer than 5 so far; 20 are"),
        (Drift(SINCE, 30, ()), model(), "No drift was seen"),
    ],
)
def test_where_nothing_drifts_or_can_be_told_to_that_is_said(
    home: Survey, found: Drift | None, of: ModelFacts | None, words: str
) -> None:
    section = drift_of(home, found, of)

    assert section.table is None
    assert words in section.paragraphs[-1]


def test_a_change_counts_the_people_behind_it(home: Survey) -> None:
    question = home.by_id["Freq_Use"]
    one, other = (choice.value for choice in question.choices[:2])
    nobody = drift.no_answers(home)
    before = {**nobody, question.id: {one: 90, other: 10}}
    now = {**nobody, question.id: {one: 10, other: 30}}

    [change] = drift.changes(home, before, now)

    assert (change.level, change.people_before, change.people) in {(one, 90, 10), (other, 10, 30)}
    assert change.before == change.people_before / 100
    assert change.now == change.people / 40


# -- as the engine reads them -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "km"])
def test_the_engine_reads_every_section(home: Survey, tmp_path: Path, language: str) -> None:
    question = home.by_id["Freq_Use"]
    found = Drift(SINCE, 30, (Change(question, question.choices[0].value, 0.1, 0.5, 12, 15, 0.0004),))
    came = funnel(home, {0: 20, 10: 80}, Arrivals((Arrival("Fair", 30),), (), 0, 0))

    made = sections_of(came, stats(found, model()), home, ZONE, language)
    read = read_sections(write_sections(made, tmp_path))

    assert [section.name for section in read] == ["funnel", "arrivals", "drift"]
    [picture] = read[0].pictures
    assert isinstance(picture, Drawn)
    assert picture.png.startswith(b"\x89PNG")
    assert [len(section.tables) for section in read] == [1, 1, 1]
    assert [column.format for column in read[0].tables[0].columns] == [
        "text",
        "count",
        "share",
        "share",
        "share",
        "share",
        "text",
    ]


def test_without_anybody_there_is_no_section_on_links(home: Survey) -> None:
    made = sections_of(funnel(home, {}), stats(None, None), home, ZONE, "en")

    assert [section.name for section in made] == ["funnel", "drift"]
