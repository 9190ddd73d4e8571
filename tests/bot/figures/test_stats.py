"""Statistics: what counts, what is kept back, and what is said of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert

from bot.assessor import example_answers
from bot.figures.labels import count_labels
from bot.figures.model_facts import ModelFacts, model_facts
from bot.figures.stats import Stats, read_stats
from bot.figures.stats_chart import stats_picture
from bot.figures.stats_text import stats_text
from bot.store import schema
from bot.store.database import Store
from engine import registry
from engine.survey import Survey
from tests.bot.campaigns.reading import opened
from tests.bot.house import PSEUDONYMS

NOW = datetime(2026, 11, 25, 3, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Phnom_Penh")
VALUES = {"A": "Yes", "B": "Maybe", "C": "Not sure", "D": "No"}


@dataclass
class Answers:
    """A store in which people have answered."""

    store: Store
    survey: Survey
    rows: list[dict[str, Any]] = field(default_factory=list)
    people: int = 0

    def person(self, *rounds: tuple[str | None, str | None], days: float = 1, **values: Any) -> None:
        """Let somebody finish rounds, a minute after each other: what they stated, and what was guessed."""
        self.people += 1
        for number, (stated, guessed) in enumerate(rounds):
            finished = NOW - timedelta(days=days) + timedelta(minutes=number)
            self.rows.append(
                {
                    "run": f"{self.people}-{number}",
                    "person_id": self.people,
                    "answers": example_answers(self.survey),
                    "stated": stated and VALUES[stated],
                    "outcome": "complete",
                    "test": False,
                    "language": "en",
                    "finished_at": finished,
                    "told_at": finished + timedelta(seconds=2) if guessed else None,
                    "grade": guessed,
                    "segment": "Power Users" if guessed else None,
                    "model_version": "20261101T000000Z-00000000" if guessed else None,
                    **values,
                }
            )

    async def stats(self, model: ModelFacts | None = None) -> Stats:
        def fill(connection: Any) -> None:
            person = {"channel": "telegram", "created_at": NOW}
            everybody = [{**person, "id": each, "user_id": str(each)} for each in range(1, self.people + 1)]
            if everybody:
                connection.execute(insert(schema.people), everybody)
                connection.execute(insert(schema.responses), self.rows)

        await self.store.step(fill)
        return await self.store.look(
            lambda connection: read_stats(connection, self.survey, PSEUDONYMS, now=NOW, zone=ZONE, model=model)
        )

    def text(self, stats: Stats) -> str:
        return stats_text(stats, self.survey, "en", today=NOW.astimezone(ZONE).date(), zone=ZONE)


@pytest.fixture
def answers(store: Store, home: Survey) -> Answers:
    return Answers(store, home)


async def test_people_and_their_rounds_are_counted_and_tests_are_not(answers: Answers) -> None:
    for _ in range(6):
        answers.person(("A", "A"), ("A", "B"))
    answers.person(("D", "D"), test=True)
    answers.person(("D", None), outcome="ended")

    stats = await answers.stats()

    assert (stats.people, stats.runs) == (6, 12)
    assert "D" not in stats.grades


async def test_days_begin_where_the_bot_is(answers: Answers) -> None:
    answers.person(("A", "A"), days=0.25)  # 21:00 in UTC is the next day in Phnom Penh

    stats = await answers.stats()

    assert [f"{day}" for day in stats.by_day] == ["2026-11-25"]


async def test_a_guess_is_held_against_what_was_stated_before_any_result_only(answers: Answers) -> None:
    for _ in range(8):
        answers.person(("A", "A"), ("D", "D"))  # the second label came after a result
    answers.person(("A", "A"), model_version="20261125T030000Z-00000000")  # a model that may have learnt from it
    answers.person(("B", "A"))
    answers.person((None, "A"))

    stats = await answers.stats()

    assert stats.agreement is not None
    assert stats.agreement.people == 9
    assert stats.agreement.share.value == pytest.approx(8 / 9)
    assert stats.agreement.always.value == pytest.approx(8 / 9)


async def test_one_person_counts_once_among_the_labels(answers: Answers) -> None:
    answers.person(("A", "A"), ("B", "B"))
    answers.person((None, None), ("C", None))
    answers.person(("D", "D"), test=True)

    await answers.stats()
    labels = await answers.store.look(lambda connection: count_labels(connection, answers.survey, PSEUDONYMS))

    assert labels.by_grade == {"A": 1, "B": 0, "C": 1, "D": 0}
    assert "48 more labelled answers are needed: there are 2 of 50." in labels.shortfall


async def test_what_could_tell_who_somebody_is_is_kept_back(answers: Answers) -> None:
    for stated in "AAAAAAAAB":
        answers.person((stated, stated))

    text = answers.text(await answers.stats())

    assert "• B (Maybe): fewer than 5 so far | fewer than 5 so far" in text
    assert "• A (Yes): 89%" in text


async def test_the_first_few_are_counted_in_whole_sentences(answers: Answers) -> None:
    answers.person(("A", "A"))

    text = answers.text(await answers.stats())

    assert text.startswith(
        "People who finished: fewer than 5 so far\n"
        "Finished rounds: fewer than 5 so far; in the last 7 days: fewer than 5 so far\n"
    )
    assert "49 more labelled answers are needed: there is 1 of 50." in text


async def test_before_anybody_has_finished_the_text_says_so_and_there_is_no_picture(answers: Answers) -> None:
    stats = await answers.stats()

    assert answers.text(stats).startswith("Nobody has finished the survey yet.")
    assert stats_picture(stats, answers.survey, "en", NOW.date()) is None


def learnt(survey: Survey, answers: Sequence[Mapping[str, object]], *, synthetic: bool = False) -> ModelFacts:
    """Return a model that learnt from these answers two days ago."""
    counts: dict[str, dict[str, int]] = {feature.column: {} for feature in survey.features}
    for row in answers:
        for column, table in counts.items():
            cell = row[column]
            name = cell if isinstance(cell, str) else f"{cell:g}"
            table[name] = table.get(name, 0) + 1
    return ModelFacts("20261123T030000Z-00000000", NOW - timedelta(days=2), len(answers), synthetic, counts)


@pytest.mark.parametrize("number", [19, 20])
async def test_drift_is_told_from_twenty_answers_on(answers: Answers, number: int) -> None:
    usual = example_answers(answers.survey)
    changed = {**usual, "Freq_Use": "Rarely"}
    for _ in range(number):
        answers.person(("A", "A"), answers=changed)

    text = answers.text(await answers.stats(learnt(answers.survey, [usual] * 100)))

    assert ("too few people" in text) is (number < 20)
    assert ("• Usage frequency: Daily 100% then, 0% now (p < 0.001)" in text) is (number == 20)
    assert "Trust" not in text


async def test_where_people_answer_as_before_no_drift_is_seen(answers: Answers) -> None:
    usual = example_answers(answers.survey)
    for _ in range(30):
        answers.person(("A", "A"))

    text = answers.text(await answers.stats(learnt(answers.survey, [usual] * 100)))

    assert "Drift: none seen in 30 people" in text


async def test_invented_answers_are_nothing_to_drift_from(answers: Answers) -> None:
    for _ in range(30):
        answers.person(("A", "A"))

    text = answers.text(await answers.stats(learnt(answers.survey, [], synthetic=True)))

    assert "there is nothing to compare with" in text
    assert "for demonstrations only" in text


def test_the_model_in_use_is_known_by_its_rows(home: Survey, trained: Path) -> None:
    facts = model_facts(trained, home)

    assert facts is not None
    assert (facts.id, facts.rows, facts.synthetic) == (registry.active_version(trained), 120, False)
    assert facts.answers is not None
    assert sum(facts.answers["Freq_Use"].values()) == 120
    assert set(facts.answers["Use_Send"]) == {"0", "1"}


@pytest.mark.parametrize(("number", "days"), [(12, 2), (400, 90)])
async def test_the_picture_fits_a_phone(answers: Answers, number: int, days: int) -> None:
    for each in range(number):
        answers.person(("ABCD"[each % 4], "AABC"[each % 4]), days=days * each / number)

    picture = stats_picture(await answers.stats(), answers.survey, "en", NOW.astimezone(ZONE).date())

    assert picture is not None
    image = opened(picture)
    assert image.width == 720
    assert image.height <= 1280
