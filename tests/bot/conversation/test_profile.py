"""What the bot says about itself before anybody has spoken."""

from __future__ import annotations

from bot.conversation import layout
from bot.conversation.profile import profile
from engine.survey import parse
from tests.bot.conversation.respondent import COFFEE, HOME


def test_the_description_is_the_surveys_title_and_welcome() -> None:
    home = profile(HOME, "en")

    assert home.description == (
        "Your mobile money\n\n"
        "Seven short questions, about two minutes. At the end you get a guess, with a picture of what moved it."
    )
    assert home.short_description == "Two minutes, seven questions: see what your mobile money habits say."


def test_a_survey_without_a_text_for_passing_on_goes_by_its_title() -> None:
    assert profile(COFFEE, "fr").short_description == "Le café et vous"


def test_the_menu_lists_every_command_with_its_description() -> None:
    commands = profile(HOME, "en").commands

    names = "start back review help language privacy mydata delete cancel"
    assert [name for name, _ in commands] == names.split()


def test_long_texts_are_cut_to_what_a_channel_takes() -> None:
    words = "🙂" * 600
    survey = parse(
        f"""
        id = "wordy"
        languages = ["en"]
        title = "{words}"
        about = {{ organisation = "Testers" }}
        question = [ {{ id = "Q", text = "Well?", kind = "number" }} ]
        target = {{ column = "T", text = "T?", grades = [
            {{ grade = "A", value = "Yes" }}, {{ grade = "B", value = "No" }} ] }}
        """
    )

    wordy = profile(survey, "en")

    assert layout.length(wordy.description) <= 512
    assert layout.length(wordy.short_description) <= 120
