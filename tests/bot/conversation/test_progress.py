from __future__ import annotations

from dataclasses import replace

from bot.conversation import progress
from bot.conversation.session import Session

NEW = Session(run="one", survey="s")
AGREED = replace(NEW, phase="asking", consented_at="2026-01-02T12:00:00+00:00")
ANSWERED = replace(AGREED, answers={"q": "yes"})
FINISHED = replace(ANSWERED, phase="finished")


def test_whoever_comes_has_started() -> None:
    assert progress.stages(None, NEW) == ("started",)


def test_a_consent_is_reached_once() -> None:
    assert progress.stages(NEW, AGREED) == ("consented",)
    assert progress.stages(AGREED, ANSWERED) == ("answered:q",)


def test_a_corrected_answer_is_nothing_new() -> None:
    assert progress.stages(ANSWERED, replace(ANSWERED, answers={"q": "no"})) == ()


def test_the_end_is_reached_with_or_without_ones_own_answer() -> None:
    assert progress.stages(ANSWERED, FINISHED) == ("finished",)
    assert progress.stages(ANSWERED, replace(FINISHED, stated="Yes")) == ("finished", "stated")
    assert progress.stages(FINISHED, FINISHED) == ()


def test_an_answer_that_closes_the_survey_ends_it() -> None:
    assert progress.stages(AGREED, replace(ANSWERED, phase="ended")) == ("answered:q", "ended")


def test_a_new_round_begins_with_the_consent_given_before() -> None:
    assert progress.stages(FINISHED, replace(AGREED, run="two")) == ("started", "consented")


def test_who_is_erased_reaches_nothing() -> None:
    assert progress.stages(FINISHED, None) == ()
