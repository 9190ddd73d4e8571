"""In which language people are met: the one that they chose, their campaign's, their app's, the survey's first."""

from __future__ import annotations

import pytest

from bot.conversation.core import advance
from bot.conversation.events import Commanded, Event, SentSomethingElse, Started, Tapped, Typed
from tests.bot.conversation.respondent import COFFEE, HOME, NOW, Respondent


def arrive(person: Respondent, campaign: str | None, app: str | None = "en-US") -> str:
    person.do(Started("market-day", app, campaign))
    return person.state.language


@pytest.mark.parametrize(
    ("campaign", "app", "met_in"),
    [
        ("fr", "en-US", "fr"),
        (None, "fr-CA", "fr"),
        (None, "FR", "fr"),
        (None, "km-KH", "en"),
        (None, None, "en"),
        ("km", "fr", "fr"),  # the survey has lost the campaign's language since
    ],
)
def test_somebody_new_is_met_in_the_campaigns_language_else_in_the_apps(
    campaign: str | None, app: str | None, met_in: str
) -> None:
    assert arrive(Respondent(COFFEE), campaign, app) == met_in


@pytest.mark.parametrize(
    "event", [Typed("bonjour"), Commanded("help"), Tapped("gone:1:0:done:"), SentSomethingElse("sticker")], ids=repr
)
def test_somebody_unknown_is_met_in_their_apps_language_whatever_they_do_first(event: Event) -> None:
    step = advance(COFFEE, None, event, now=NOW, new_run="run-0001", app_language="fr-CA")

    assert step.session is not None
    assert step.session.language == "fr"


def test_who_has_not_agreed_yet_and_comes_by_a_campaign_is_met_in_its_language() -> None:
    person = Respondent(COFFEE)
    arrive(person, None)

    assert arrive(person, "fr") == "fr"


def test_who_chose_a_language_keeps_it_whatever_link_they_come_by() -> None:
    person = Respondent(COFFEE)
    arrive(person, "fr")
    person.tap("English")

    assert arrive(person, "fr") == "en"


def test_the_language_chosen_outlives_a_new_run_and_another_survey() -> None:
    person = Respondent(COFFEE)
    person.agree()
    person.command("language")
    person.tap("Français")
    person.command("cancel")
    person.tap(person.last.labels[0])
    person.survey = HOME
    person.start()
    person.survey = COFFEE

    assert arrive(person, "en", "en-US") == "en"  # the home survey does not speak it, and that was last talked
    assert person.state.language_chosen


def test_who_is_in_the_middle_goes_on_in_the_language_of_the_chat() -> None:
    person = Respondent(COFFEE)
    person.agree()
    person.say("Every day")

    assert arrive(person, "fr") == "en"
    assert person.state.answers
