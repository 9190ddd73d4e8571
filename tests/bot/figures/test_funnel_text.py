"""The funnel and the campaigns in words: what is told, what is held back, and that it fits a message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.conversation import layout
from bot.figures.arrivals import Arrival, Arrivals
from bot.figures.funnel import Funnel, stage_names, stages
from bot.figures.funnel_text import campaigns_text, funnel_text
from bot.figures.overviews import Overview
from engine.survey import Survey

NOBODY = Arrivals((), (), 0, 0)


def funnel(survey: Survey, furthest: Mapping[int, int], **known: int) -> Funnel:
    names = stage_names(survey)
    medians = dict.fromkeys(names[1:], (7.0, 50))
    counts = {"ended": 0, "declined": 0, "erased": 0, **known}
    return Funnel(stages(names, furthest, {}, medians), arrivals=NOBODY, **counts)


def test_a_stage_tells_its_people_its_rates_and_its_time(home: Survey) -> None:
    words = funnel_text(funnel(home, {0: 20, 10: 80}), home, None, "en")

    assert "Agreed to take part: 80\n   80% (71% to 87%) of those before; 80% of START; 7 s\n" in words
    assert 'Most people are lost right before "Agreed to take part": 20% (13% to 29%)' in words


def test_who_came_by_sharing_is_told_where_somebody_did(home: Survey) -> None:
    words = funnel_text(funnel(home, {0: 20, 10: 80}, shared=12), home, None, "en")

    assert "Came by sharing, that is by a link which somebody passed on after taking part: 12" in words
    assert "sharing" not in funnel_text(funnel(home, {0: 20}), home, None, "en")


def test_fewer_than_five_are_told_as_that_and_give_no_rates(home: Survey) -> None:
    words = funnel_text(funnel(home, {0: 20, 10: 4}, erased=1), home, "Fair", "en")

    assert words.startswith('How far people come by "Fair"')
    assert "Agreed to take part: fewer than 5 so far\nUsage frequency: fewer than 5 so far\n" in words
    assert "Had themselves erased: fewer than 5 so far" in words
    assert "of START" not in words


def test_nobody_is_said_in_a_line(home: Survey) -> None:
    assert funnel_text(funnel(home, {}), home, None, "en") == "How far people come\n\nNobody has come yet."


def test_links_are_told_by_kind(home: Survey) -> None:
    came = Arrivals((Arrival("Fair", 30, archived=True), Arrival("Radio", 2)), (Arrival("x", 6),), 9, 50)

    words = funnel_text(replace(funnel(home, {0: 91}), arrivals=came), home, None, "en")

    assert (
        "• Fair (archived): 30\n• Radio: fewer than 5 so far\n"
        "• links that I don't know: 9\n   x: 6\n• without a link: 50"
    ) in words


def test_a_long_survey_with_many_campaigns_still_fits_one_message(home: Survey) -> None:
    questions = tuple(replace(each, id=f"{each.id}{number}") for number in range(6) for each in home.questions)
    many = replace(home, questions=questions)
    came = Arrivals(
        tuple(Arrival("x" * 64, 10) for _ in range(99)), tuple(Arrival("y" * 64, 7) for _ in range(5)), 50, 9
    )

    words = funnel_text(replace(funnel(many, {0: 500, len(questions) + 3: 500}), arrivals=came), many, None, "en")

    assert layout.length(words) < layout.MESSAGE_LENGTH
    assert words.count("of those before") == len(questions) + 3
    assert "• 89 other campaigns: 890" in words


def test_campaigns_tell_their_people(home: Survey) -> None:
    new = Overview(2, "Radio", "R2", archived=True, started=0, consented=0, finished=0, stated=0)
    old = Overview(1, "Fair", "F1", archived=False, started=30, consented=20, finished=9, stated=3)

    words = campaigns_text([new, old], "en")

    assert "▪ Radio (archived)\n   nobody has come yet" in words
    assert "▪ Fair\n   started 30, agreed 20, finished 9, gave their own answer fewer than 5 so far" in words


def test_of_very_many_campaigns_the_newest_are_listed() -> None:
    each = Overview(1, "x" * 64, "F1", archived=True, started=3, consented=3, finished=3, stated=3)

    words = campaigns_text([each] * 100, "en")

    assert words.endswith("… and 80 older ones: /campaign NAME shows each.")
