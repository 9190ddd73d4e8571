"""The ready text that is posted with a campaign's link."""

from __future__ import annotations

from dataclasses import replace

from bot.campaigns.poster import post_text
from bot.conversation.layout import MESSAGE_LENGTH, length
from engine.survey import Text
from tests.bot.campaigns.reading import KHMER_WORDS, SHORT
from tests.bot.campaigns.test_poster import HOME, survey


def test_a_post_says_what_it_is_about_how_long_it_takes_and_where_to_begin() -> None:
    assert post_text(HOME, SHORT, "en") == (
        "Your mobile money\n\n"
        "Two minutes, seven questions: see what your mobile money habits say.\n\n"
        f"Two minutes in Telegram: {SHORT}"
    )


def test_a_survey_without_words_to_share_invites_in_the_bot_s() -> None:
    assert post_text(survey(), SHORT, "en").split("\n\n")[1] == "Tell us in two minutes"


def test_a_post_speaks_the_language_that_is_asked_for() -> None:
    title, invitation, begin = post_text(survey(), SHORT, "km").split("\n\n")

    assert title.startswith("តែ")
    assert invitation == KHMER_WORDS.invite
    assert begin == f"{KHMER_WORDS.begin} {SHORT}"


def test_the_longest_post_fits_a_message_and_keeps_its_link() -> None:
    endless = Text({"en": "🎉" * 3500}, "en")
    asked = replace(HOME, title=endless, about=replace(HOME.about, share=endless))

    text = post_text(asked, SHORT, "en")

    assert length(text) <= MESSAGE_LENGTH
    assert text.endswith(SHORT)
