"""The funnel's numbers: who counts, at which stages, and what is told of them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.progress import STATED
from bot.figures.funnel import Funnel, read_funnel, stage_names, stages
from bot.store.database import Store
from engine.survey import Survey
from tests.bot.figures.runs import NOON, come, journey
from tests.bot.tables.people import campaign


@pytest.fixture
def questions(home: Survey) -> list[str]:
    return [question.id for question in home.asked]


async def funnel_of(store: Store, survey: Survey, slug: str | None = None) -> Funnel:
    return await store.look(lambda connection: read_funnel(connection, survey, slug))


async def test_nobody_came_yet(store: Store, home: Survey) -> None:
    funnel = await funnel_of(store, home)

    assert {stage.people for stage in funnel.stages} == {0}
    assert funnel.leak is None
    assert not funnel.drawable


async def test_whoever_reached_a_stage_counts_at_all_before_it(
    store: Store, home: Survey, questions: list[str]
) -> None:
    everything = journey(*questions, end=("finished", "stated"))
    skipping = journey(questions[-1], end=("finished",))
    await come(store, (), ("consented",), list(journey(questions[0])), list(everything), list(skipping))

    funnel = await funnel_of(store, home)

    assert [stage.name for stage in funnel.stages] == list(stage_names(home))
    assert [stage.people for stage in funnel.stages] == [5, 4, 3, *[2] * (len(questions) - 1), 2, 1]


async def test_a_persons_first_run_counts_of_all_and_of_each_campaign(store: Store, home: Survey) -> None:
    await come(store, ("consented",), campaign="fair", person_id=None, run="a" * 16 + ".0", started_at=NOON)
    later = NOON + timedelta(days=1)
    await come(store, (), campaign="radio", person_id=None, run="a" * 16 + ".1", started_at=later)

    assert [stage.people for stage in (await funnel_of(store, home)).stages][:2] == [1, 1]
    assert [stage.people for stage in (await funnel_of(store, home, "radio")).stages][:2] == [1, 0]


async def test_tests_count_nowhere_and_the_erased_and_declined_are_counted_apart(store: Store, home: Survey) -> None:
    await come(store, ("consented",), (), test=True)
    await come(store, (), ended_by="erased", person_id=None)
    await come(store, (), ended_by="declined", person_id=None)
    await come(store, ("consented",))

    funnel = await funnel_of(store, home)

    assert [stage.people for stage in funnel.stages][:3] == [2, 1, 0]
    assert (funnel.declined, funnel.erased) == (1, 1)


async def test_those_who_came_by_a_link_that_was_passed_on_are_counted_among_the_others(
    store: Store, home: Survey
) -> None:
    await come(store, (), ("consented",), campaign="fair", shared=True)
    await come(store, (), campaign="fair")
    await come(store, (), shared=True)
    await come(store, (), campaign="fair", shared=True, test=True)

    everybody, fair = await funnel_of(store, home), await funnel_of(store, home, "fair")

    assert (everybody.started, everybody.shared) == (4, 3)
    assert (fair.started, fair.shared) == (3, 2)


async def test_whose_answer_closed_the_survey_is_no_loss_of_later_stages(
    store: Store, home: Survey, questions: list[str]
) -> None:
    first, second, *_ = questions
    await come(store, *[list(journey(first, end=("ended",)))] * 3, *[list(journey(first, second))] * 5)

    funnel = await funnel_of(store, home)
    later = funnel.stages[3]

    assert funnel.ended == 3
    assert (later.people, later.of_before.of, later.of_start.of) == (5, 5, 5)
    assert funnel.stages[2].people == 8


async def test_a_question_that_the_survey_no_longer_has_shows_at_least_a_consent(store: Store, home: Survey) -> None:
    await come(store, ("answered:gone",))

    assert [stage.people for stage in (await funnel_of(store, home)).stages][:3] == [1, 1, 0]


async def test_a_stages_time_runs_from_the_stage_that_the_same_run_reached_before(
    store: Store, home: Survey, questions: list[str]
) -> None:
    first, _, third, *_ = questions
    for seconds in (1, 2, 3, 4, 50):
        await come(store, list(journey(first, third)), seconds=seconds)

    funnel = await funnel_of(store, home)
    timed = {stage.name: (stage.told_seconds, stage.timed) for stage in funnel.stages if stage.timed}

    assert timed == dict.fromkeys(("consented", f"answered:{first}", f"answered:{third}"), (3, 5))


async def test_an_end_reached_in_the_same_step_as_the_last_answer_took_no_time(
    store: Store, home: Survey, questions: list[str]
) -> None:
    await come(store, *[(f"answered:{questions[-1]}", "finished", "stated")] * 5, seconds=0)

    assert [stage.seconds for stage in (await funnel_of(store, home)).stages][-3:] == [0, 0, None]


async def test_arrivals_are_told_apart_by_their_links(store: Store, home: Survey) -> None:
    await campaign(store, "Fair", "fair")
    await campaign(store, "Radio", "radio")
    unknown = [(f"x{number}", number) for number in range(1, 8)]
    for slug, people in [("fair", 2), (None, 3), *unknown]:
        await come(store, *[()] * people, campaign=slug)

    arrivals = (await funnel_of(store, home)).arrivals

    assert arrivals is not None
    assert [(arrival.name, arrival.people) for arrival in arrivals.campaigns] == [("Fair", 2)]
    assert [arrival.name for arrival in arrivals.unknown] == ["x7", "x6", "x5"]
    assert (arrivals.unknown_people, arrivals.without_link) == (28, 3)
    assert (await funnel_of(store, home, "fair")).arrivals is None


NAMES = ("started", "consented", "answered:a", "answered:b", "finished", "stated")
COUNTS = st.dictionaries(st.integers(0, len(NAMES) - 1), st.integers(0, 3000))


@given(COUNTS, st.data())
def test_counts_never_rise_and_every_rate_lies_in_its_interval(furthest: dict[int, int], data: st.DataObject) -> None:
    ended: dict[int, int] = {
        place: data.draw(st.integers(0, furthest[place])) for place in range(2, 4) if place in furthest
    }

    made = stages(NAMES, furthest, ended, {})

    people = [stage.people for stage in made]
    assert people == sorted(people, reverse=True)
    assert people[0] == sum(furthest.values())
    for rate in (rate for stage in made for rate in (stage.of_start, stage.of_before) if rate.of):
        low, high = rate.interval
        assert 0 <= low <= rate.share <= high <= 1


@given(COUNTS)
def test_a_leak_is_told_only_where_it_is_larger_than_any_other_beyond_chance(furthest: dict[int, int]) -> None:
    funnel = Funnel(stages(NAMES, furthest, {}, {}), ended=0, declined=0, erased=0)

    if funnel.leak is not None:
        low, _ = funnel.leak.of_before.lost.interval
        leaving = [stage for stage in funnel.stages[1:] if stage.name != STATED]  # who keeps it to themselves stays
        others = [stage.of_before.lost for stage in leaving if stage is not funnel.leak]
        assert all(low > other.share for other in others if other.of >= 5)


@pytest.mark.parametrize(("answered", "leaks"), [(60, True), (90, False)])
def test_a_leak_needs_people_enough_to_be_told_from_chance(answered: int, leaks: bool) -> None:
    furthest = {0: 10, 1: 100 - answered, 2: 0, 5: answered}

    funnel = Funnel(stages(NAMES, furthest, {}, {}), ended=0, declined=0, erased=0)

    assert (funnel.leak is funnel.stages[2]) == leaks


def test_of_fewer_than_five_nothing_but_that_is_told() -> None:
    few = stages(NAMES, {0: 6, 1: 4}, {}, {"consented": (3.0, 4)})

    assert few[0].of_start.told
    assert not few[1].of_start.told
    assert not few[2].of_before.told
    assert few[1].told_seconds is None
