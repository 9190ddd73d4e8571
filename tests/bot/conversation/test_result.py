"""A result in words: complete, honest, neutral on a lock screen, and never a mark."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation import layout
from bot.conversation.result import caption, no_result_text, pending_text, render, result_keyboard
from bot.conversation.telling import percentages
from engine.assessment import Advice, Assessment, Change, Impact, Membership, WhatIf
from engine.survey import Survey, parse
from tests.bot.conversation.respondent import COFFEE, HOME

GUESS = Assessment(
    grade="B",
    most_likely="A",
    probabilities={"A": 0.5512, "B": 0.3, "C": 0.1455, "D": 0.0033},
    score=2.4,
    base=2.5,
    impacts=(
        Impact("Had_Issues", "Yes", -0.3),
        Impact("Freq_Use", "Daily", 0.2),
        Impact("Use_Bills", "1", 0.004),
        Impact("Weekly_Amt", None, 0.0),
    ),
    segment=Membership(1, {"en": "Moderate Users"}, {"en": "people who use it for a few chosen things"}, "⚖️", 0.4),
    suggestions=(Advice(8, 0.2), Advice(0, 0.1), Advice(10, 0.1), Advice(11, 0.05), Advice(6, 0.01)),
    what_if=(
        WhatIf((Change("Had_Issues", "Yes", "No"),), "A", {"A": 0.71, "B": 0.2, "C": 0.08, "D": 0.01}),
        WhatIf(
            (Change("Sec_Aware", "Somewhat trust", "Yes"), Change("Use_Shop", "0", "1")),
            "B",
            {"A": 0.6, "B": 0.3, "C": 0.09, "D": 0.01},
        ),
    ),
    model_version="20260301T093000Z-1a2b3c4d",
    synthetic=False,
    informative=True,
    answers={},
    thresholds=(0.5, 1.5, 2.45),
)


def told(assessment: Assessment = GUESS, stated: str | None = "Not sure", survey: Survey = HOME) -> str:
    return render("result", survey, assessment, stated, "en", "run-0001").text


def test_the_whole_result_reads_like_this() -> None:
    assert told() == (
        "Your result is ready.\n"
        "\n"
        'You said "Not sure"; I would have guessed "Yes".\n'
        'From your answers, the chance of "Yes" is 55%: about as likely as not.\n'
        "\n"
        'Grade B, on a scale from A ("Yes") to D ("No"), is my guess at how you compare with other people on "Would '
        'you recommend mobile money to a friend?". It is not a mark for you.\n'
        "\n"
        "How likely I think each answer is:\n"
        "A (Yes): 55%\n"
        "B (Maybe): 30%\n"
        "C (Not sure): 15%\n"
        "D (No): under 1%\n"
        "\n"
        "Your answers are most like those of people who use it for a few chosen things.\n"
        "\n"
        "Ideas for you:\n"
        f"• {HOME.suggestions[8].text.to('en')}\n"
        f"• {HOME.suggestions[0].text.to('en')}\n"
        f"• {HOME.suggestions[10].text.to('en')}\n"
        "\n"
        "This guess decides nothing about you or any service you use."
    )


def test_the_first_line_tells_a_lock_screen_nothing() -> None:
    for text in (told(), caption(HOME, GUESS, "en")):
        first = text.splitlines()[0]
        assert not any(grade.text.to("en") in first for grade in HOME.target.grades)
        assert "money" not in first


@pytest.mark.parametrize(
    ("stated", "opening"),
    [
        (None, 'I would guess that you answer "Yes".'),
        ("Yes", 'You said "Yes", and that is what I would have guessed.'),
        ("No", 'You said "No"; I would have guessed "Yes".'),
    ],
)
def test_it_opens_with_the_persons_own_answer_where_there_is_one(stated: str | None, opening: str) -> None:
    assert told(stated=stated).split("\n\n")[1].startswith(opening)


def test_an_answer_that_nobody_gave_before_is_named() -> None:
    alone = replace(GUESS, unseen=("Trust_Level",), answers={"Trust_Level": "Distrust"})

    assert "so my guess is less sure: Trust: I don't trust it." in told(alone)
    assert "less sure" not in told()


def test_a_demonstration_says_so_in_every_message() -> None:
    synthetic = replace(GUESS, synthetic=True)
    sentence = "Demonstration: this guess comes from invented data."

    texts = [render(view, HOME, synthetic, None, "en", "r").text for view in ("result", "what_if", "details")]

    assert all(sentence in text for text in (*texts, caption(HOME, synthetic, "en")))
    assert sentence not in told()


def test_it_guesses_the_likeliest_answer_whatever_the_grade() -> None:
    assert 'I would have guessed "No".' in told(replace(GUESS, most_likely="D"))


def test_answers_that_hardly_tell_are_said_to_do_so() -> None:
    assert "these answers hardly tell people apart" in told(replace(GUESS, informative=False))
    assert "hardly" not in told()


@pytest.mark.parametrize(
    ("chance", "words"),
    [
        (1.0, "over 99%: very likely"),
        (0.85, "85%: very likely"),
        (0.6, "60%: likely"),
        (0.59, "59%: about as likely as not"),
        (0.39, "39%: rather unlikely"),
        (0.14, "14%: unlikely"),
        (0.0, "under 1%: unlikely"),
    ],
)
def test_a_chance_is_told_in_a_number_and_in_words(chance: float, words: str) -> None:
    probabilities = {"A": chance, "B": 1 - chance, "C": 0.0, "D": 0.0}

    assert f'From your answers, the chance of "Yes" is {words}.' in told(replace(GUESS, probabilities=probabilities))


def test_the_chances_listed_add_up_to_a_hundred_and_the_sentence_above_says_the_same() -> None:
    thirds = {"A": 1 / 3, "B": 1 / 3, "C": 1 / 3, "D": 0.0}
    text = told(replace(GUESS, probabilities=thirds))

    assert 'the chance of "Yes" is 34%' in text
    assert "A (Yes): 34%\nB (Maybe): 33%\nC (Not sure): 33%\nD (No): under 1%\n" in text


@pytest.mark.parametrize(
    ("chances", "percents"),
    [
        ((0.125, 0.125, 0.375, 0.375), (13, 13, 37, 37)),
        ((0.204, 0.204, 0.204, 0.388), (21, 20, 20, 39)),
        ((0.9933, 0.0034, 0.0033), (100, 0, 0)),
        ((0.57, 0.29, 0.14), (57, 29, 14)),
        ((1.0, 0.0), (100, 0)),
    ],
)
def test_what_rounding_leaves_goes_to_the_largest_remainders(
    chances: tuple[float, ...], percents: tuple[int, ...]
) -> None:
    assert tuple(percentages(dict(zip("ABCD", chances, strict=False))).values()) == percents


@given(st.lists(st.floats(0, 1), min_size=2, max_size=6).filter(lambda weights: sum(weights) > 0.01))
def test_percentages_are_honest_and_add_up_but_for_those_under_one(weights: list[float]) -> None:
    chances = {letter: weight / sum(weights) for letter, weight in zip("ABCDEF", weights, strict=False)}

    percents = percentages(chances)

    assert all(abs(percents[letter] - 100 * chance) <= 1 for letter, chance in chances.items())
    assert all(percents[letter] == 0 for letter, chance in chances.items() if chance < 0.005)
    assert 100 - list(percents.values()).count(0) <= sum(percents.values()) <= 100


def test_suggestions_for_the_provider_are_not_shown_to_the_person() -> None:
    providers = tuple(Advice(i, 1.0) for i, item in enumerate(HOME.suggestions) if item.by == "provider")

    text = told(replace(GUESS, suggestions=providers))

    assert "Ideas for you" not in text
    assert not any(HOME.suggestions[advice.index].text.to("en") in text for advice in providers)


def test_a_suggestion_brings_its_link() -> None:
    assessment = replace(_coffee_guess(), suggestions=(Advice(1, 0.1),))

    assert "a small step from instant. https://example.org/filter\n" in told(assessment, None, COFFEE)


def test_what_would_lift_the_guess_is_told_with_the_true_new_chance() -> None:
    text = render("what_if", HOME, GUESS, None, "en", "r").text

    assert text == (
        "What would change my guess\n"
        "\n"
        "If you had answered\n"
        "• Problems met: No, never (not: Yes, I have)\n"
        'the grade would be A (now B), the chance of "Yes" 71% (now 55%).\n'
        "\n"
        "This is what the model would say of such answers, not a promise."
    )


def test_where_nothing_lifts_the_guess_it_says_so_and_tells_what_moves_the_chance() -> None:
    text = render("what_if", HOME, replace(GUESS, what_if=GUESS.what_if[1:]), None, "en", "r").text

    assert "No small change would lift the grade." in text
    assert '• Security awareness: Yes (not: Somewhat)\n• Shopping: yes (not: no)\nthe chance of "Yes" would be' in text


def test_at_the_top_of_the_scale_there_is_nothing_to_lift() -> None:
    text = render("what_if", HOME, replace(GUESS, grade="A"), None, "en", "r").text

    assert "It is A already, the top of the scale." in text


def test_where_no_answer_could_be_changed_it_says_so() -> None:
    text = render("what_if", HOME, replace(GUESS, what_if=()), None, "en", "r").text

    assert text.endswith("None of the answers that you could change would lift it further.")


def test_details_tell_every_answers_share_and_what_the_model_is() -> None:
    text = render("details", HOME, GUESS, None, "en", "r").text

    assert (
        'The scale runs from 0 ("No") to 3 ("Yes"). On average people are at 2.50; your answers took you to 2.40:\n'
        "\n"
        "−0.30 Problems met: Yes, I have\n"
        "+0.20 Usage frequency: Daily\n"
        "0.00 Pay bills: yes\n"
        "0.00 Weekly spending: no answer\n"
    ) in text
    assert "not what causes what" in text
    assert "20260301T093000Z-1a2b3c4d" in text


def test_details_of_a_long_survey_end_with_a_count_of_the_rest() -> None:
    impacts = GUESS.impacts * 25

    assert (
        "… and 80 more that counted less"
        in render("details", HOME, replace(GUESS, impacts=impacts), None, "en", "r").text
    )


def test_the_caption_stands_alone() -> None:
    text = caption(HOME, GUESS, "en")

    assert '"Would you recommend mobile money to a friend?" Grade B, from A ("Yes") to D ("No");' in text
    assert 'the chance of "Yes" is 55%.' in text


def test_the_buttons_lead_to_what_is_not_shown_yet_and_to_a_new_start() -> None:
    def labels(view: str) -> list[str]:
        return [row[0].label for row in result_keyboard("run-0001", "en", shown=view)]  # type: ignore[arg-type]

    assert labels("result") == ["What would change it", "Details", "Start again"]
    assert labels("what_if") == ["Details", "Start again"]
    assert labels("details") == ["What would change it", "Start again"]


def test_a_text_missing_in_a_language_falls_back() -> None:
    guess = _coffee_guess()

    assert "ceux qui prennent leur temps" in render("result", COFFEE, guess, None, "fr", "r").text
    only_english = replace(guess, segment=replace(guess.segment, person={"en": "people with a cup"}))
    assert "people with a cup" in render("result", COFFEE, only_english, None, "fr", "r").text


def test_without_a_result_the_person_hears_whether_one_will_follow() -> None:
    assert "Your result will follow here" in pending_text("en")
    assert "no result to show yet" in no_result_text("en")


@pytest.mark.parametrize("view", ["result", "what_if", "details"])
def test_the_longest_possible_result_fits_a_message(view: str) -> None:
    survey, guess = _wordy()

    text = render(view, survey, guess, "v0", "en", "run-0001").text  # type: ignore[arg-type]

    assert layout.length(text) <= layout.MESSAGE_LENGTH
    assert layout.length(caption(survey, guess, "en")) <= layout.CAPTION_LENGTH


def test_where_suggestions_do_not_all_fit_the_last_sentence_still_does() -> None:
    survey, guess = _wordy(target="Short?")

    text = render("result", survey, guess, "v0", "en", "run-0001").text

    assert text.count("• ") == 1
    assert text.endswith("This guess decides nothing about you or any service you use.")


def _coffee_guess() -> Assessment:
    return replace(
        GUESS,
        probabilities={"A": 0.5, "B": 0.3, "C": 0.2},
        grade="A",
        impacts=(Impact("Cups", "2.5", 0.2), Impact("With_Book", "0", -0.1)),
        segment=Membership(0, {"en": "-"}, {"en": "people", "fr": "ceux qui prennent leur temps"}, "📖", 1.0),
        suggestions=(),
        what_if=(),
    )


def _wordy(target: str = "🙂" * 1700) -> tuple[Survey, Assessment]:
    """Return a survey whose every text is as long as the reader lets it be, and a guess about its questions."""
    words = "🙂" * 1700
    survey = parse(
        f"""
        id = "wordy"
        languages = ["en"]
        title = "Wordy"
        [about]
        organisation = "Testers"
        [target]
        column = "T"
        text = "{target}"
        grades = [{{ grade = "A", value = "v1" }}, {{ grade = "B", value = "v0" }}]
        [[question]]
        id = "Q"
        kind = "single"
        text = "{words}"
        choices = [
            {{ value = "v0", code = 0, text = "{words}" }},
            {{ value = "v1", code = 1, text = "{words}" }},
        ]
        [[suggestion]]
        text = "{words}"
        [[suggestion]]
        text = "{words}"
        """
    )
    guess = replace(
        GUESS,
        grade="B",
        most_likely="B",
        probabilities={"A": 0.4, "B": 0.6},
        impacts=(Impact("Q", "v0", 0.1),) * 30,
        suggestions=(Advice(0, 0.2), Advice(1, 0.1)),
        what_if=(WhatIf((Change("Q", "v0", "v1"),), "A", {"A": 0.6, "B": 0.4}),) * 4,
    )
    return survey, guess
