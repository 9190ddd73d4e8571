"""A result in words: complete, honest, neutral on a lock screen, and never a mark."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation import layout
from bot.conversation.effects import Button
from bot.conversation.result import caption, no_result_text, pending_text, render, result_keyboard, share_text
from bot.conversation.telling import percentages
from bot.conversation.trying import Trying
from bot.locales import LOCALES
from engine.assessment import Advice, Assessment, Change, Comparison, Impact, Membership, Movable, Trial, WhatIf
from engine.survey import Survey, parse
from engine.translation import languages
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
    movable=(Movable("Had_Issues", "Yes", ("No",)), Movable("Sec_Aware", "Somewhat trust", ("Yes",))),
    comparison=Comparison("Freq_Use", "Daily", people=37, best=22),
)


def told(assessment: Assessment = GUESS, stated: str | None = "Not sure", survey: Survey = HOME) -> str:
    return render("result", survey, assessment, stated, "en", "run-0001").text


def test_the_whole_result_reads_like_this() -> None:
    assert told() == (
        "Your result is ready.\n"
        "\n"
        'You said "Not sure"; I would have guessed "Yes".\n'
        'From your other answers I put the chance of "Yes" at 55%: about as likely as not.\n'
        "All answers: Yes 55% · Maybe 30% · Not sure 15% · No under 1%.\n"
        "\n"
        'Of 37 people who also answered "Daily" to "How often do you use mobile money?", 22 said "Yes".\n'
        "\n"
        'Grade B, from A (likeliest) to D: my guess at how likely you are to say "Yes" to "Would you recommend mobile '
        'money to a friend?", not a mark for you.\n'
        "\n"
        "Your answers are most like those of people who use it for a few chosen things.\n"
        "\n"
        "Ideas for you:\n"
        f"• {HOME.suggestions[8].text.to('en')}\n"
        f"• {HOME.suggestions[0].text.to('en')}\n"
        f"• {HOME.suggestions[10].text.to('en')}\n"
        "\n"
        "This guess decides nothing about you, your account or your credit."
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

    likeliest = max(probabilities, key=probabilities.__getitem__)
    assessment = replace(GUESS, probabilities=probabilities, most_likely=likeliest)

    assert f'I put the chance of "Yes" at {words}.' in told(assessment)


def test_what_is_guessed_is_never_called_unlikely() -> None:
    spread = {"A": 0.38, "B": 0.29, "C": 0.19, "D": 0.14}

    text = told(replace(GUESS, probabilities=spread, most_likely="A"))

    assert 'I put the chance of "Yes" at 38%: the likeliest answer, yet far from certain.' in text


def test_the_chances_listed_add_up_to_a_hundred_and_the_sentence_above_says_the_same() -> None:
    thirds = {"A": 1 / 3, "B": 1 / 3, "C": 1 / 3, "D": 0.0}
    text = told(replace(GUESS, probabilities=thirds))

    assert 'the chance of "Yes" at 34%' in text
    assert "All answers: Yes 34% · Maybe 33% · Not sure 33% · No under 1%.\n" in text


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


def test_a_suggestion_brings_a_button_for_its_link_and_its_number_in_the_text() -> None:
    calling = replace(COFFEE.suggestions[0], phone="+33 1 23 45 67 89")
    survey = replace(COFFEE, suggestions=(calling, *COFFEE.suggestions[1:]))
    assessment = replace(_coffee_guess(), suggestions=(Advice(1, 0.1), Advice(0, 0.05)))

    card = render("result", survey, assessment, None, "en", "run-0001")

    assert card.keyboard == ((Button("↗ example.org", url="https://example.org/filter"),),)
    assert "a small step from instant.\n" in card.text
    assert "keep the last one for the early afternoon. +33 1 23 45 67 89\n" in card.text


def test_told_once_more_the_words_bring_the_buttons_that_hung_on_the_picture() -> None:
    first, again = (render(view, HOME, GUESS, "Not sure", "en", "run-0001") for view in ("result", "words"))

    assert (first.text, first.keyboard) == (again.text, ())
    assert again.keyboard == result_keyboard("run-0001", "en")


@pytest.mark.parametrize(
    ("comparison", "sentence"),
    [
        (Comparison("Use_Shop", "1", 20, 9), 'Of 20 people who also ticked "Shopping", 9 said "Yes".'),
        (Comparison("Use_Shop", "0", 20, 9), 'Of 20 people who also left "Shopping" unticked, 9 said "Yes".'),
    ],
)
def test_one_sentence_compares_with_real_people(comparison: Comparison, sentence: str) -> None:
    assert sentence in told(replace(GUESS, comparison=comparison))


def test_where_nobody_may_be_counted_nobody_is_compared_with() -> None:
    assert "people who also" not in told(replace(GUESS, comparison=None))


def test_a_group_that_the_persons_own_answers_contradict_is_not_told() -> None:
    text = told(replace(GUESS, segment=replace(GUESS.segment, contradicted=True)))

    assert "few chosen things" not in text
    assert "no group of people that I know answers quite like you" in text


def test_a_newer_models_guess_says_that_it_is_one() -> None:
    for view in ("words", "what_if", "details"):
        assert "a newer one makes this guess" in render(view, HOME, GUESS, None, "en", "r", anew=True).text
        assert "a newer one" not in render(view, HOME, GUESS, None, "en", "r").text


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


def test_details_say_how_sure_the_guess_is_as_the_models_card_does() -> None:
    trial = Trial(120, right=0.458, low=0.37, high=0.55, without_answers=0.25, off=0.08, calibrated=True)

    def sure(assessment: Assessment) -> str:
        return render("details", HOME, assessment, None, "en", "r").text

    text = sure(replace(GUESS, trial=trial))
    assert "Tried on 120 people whose own answer it did not know" in text
    assert "for 46 in 100 (likely 37 to 55); the same grade for everybody would have fitted for 25." in text
    assert "came true about as often as they say" in text
    off = sure(replace(GUESS, trial=replace(trial, calibrated=False)))
    assert "about 8 in 100 away from how often they came true" in off
    assert "Tried on" not in sure(replace(GUESS, trial=trial, synthetic=True))


def test_the_caption_stands_alone() -> None:
    text = caption(HOME, GUESS, "en")

    assert (
        "Would you recommend mobile money to a friend?\n"
        'Guess: 55% for "Yes", grade B from A (likeliest) to D; not a mark.'
    ) in text


@pytest.mark.parametrize("language", sorted({"en", *languages(LOCALES), *HOME.languages}))
def test_captions_fit_with_the_longest_texts_in_every_language(language: str) -> None:
    wordy, guess = _wordy()

    for survey in (wordy, HOME):
        for synthetic in (True, False):
            letters = {grade.grade: 1 / len(survey.target.grades) for grade in survey.target.grades}
            told = replace(guess, probabilities=letters, grade=min(letters), synthetic=synthetic)
            text = caption(survey, told, language)
            assert layout.length(text) <= layout.CAPTION_LENGTH
            if survey is HOME:
                assert not text.endswith("…")
        assert layout.length(share_text(survey, "https://t.me/bot?start=" + 64 * "x", language)) <= 1024


def test_of_an_endless_question_the_caption_still_tells_the_guess() -> None:
    survey, guess = _wordy(answers=("yes", "no"))

    assert caption(survey, guess, "en").endswith("not a mark.")


def test_what_is_passed_on_ends_with_the_link_whatever_the_survey_says() -> None:
    link = "https://t.me/survey_bot?start=s_market-day"

    assert share_text(HOME, link, "en") == f"{HOME.about.share.to('en') if HOME.about.share else ''}\n{link}"
    assert share_text(COFFEE, link, "fr").endswith(f"Le café et vous\n{link}")
    assert share_text(_wordy()[0], link, "en").endswith(f"\n{link}")


def test_the_buttons_lead_to_what_is_not_shown_yet_and_to_a_new_start() -> None:
    def labels(view: str) -> list[list[str]]:
        return [[button.label for button in row] for row in result_keyboard("run-0001", "en", shown=view)]

    assert labels("result") == [["What would change it"], ["Details", "Share"], ["Start again"]]
    assert labels("details") == [["What would change it"], ["Share"], ["Start again"]]
    assert labels("share") == [["What would change it"], ["Details"], ["Start again"]]


def test_a_text_missing_in_a_language_falls_back() -> None:
    guess = _coffee_guess()

    assert "ceux qui prennent leur temps" in render("result", COFFEE, guess, None, "fr", "r").text
    only_english = replace(guess, segment=replace(guess.segment, person={"en": "people with a cup"}))
    assert "people with a cup" in render("result", COFFEE, only_english, None, "fr", "r").text


def test_without_a_result_the_person_hears_whether_one_will_follow() -> None:
    assert "Your result will follow here" in pending_text("en")
    assert "no result to show yet" in no_result_text("en")


@pytest.mark.parametrize("view", ["result", "words", "what_if", "answers", "outcome", "details"])
def test_the_longest_possible_result_fits_a_message(view: str) -> None:
    survey, guess = _wordy()

    trying, tried = Trying({"Q": "v1"}, "Q"), guess.what_if[0]
    card = render(view, survey, guess, "v0", "en", "run-0001", trying=trying, tried=tried)

    assert layout.length(card.text) <= layout.MESSAGE_LENGTH


def test_where_suggestions_do_not_all_fit_the_last_sentence_still_does() -> None:
    survey, guess = _wordy("Short?", ("Yes", "No"))

    text = render("result", survey, replace(guess, comparison=None), "v0", "en", "run-0001").text

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
        movable=(),
        comparison=None,
    )


def _wordy(target: str = "🙂" * 1700, answers: tuple[str, str] = ("🙂" * 500,) * 2) -> tuple[Survey, Assessment]:
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
        grades = [
            {{ grade = "A", value = "v1", text = "{answers[0]}" }},
            {{ grade = "B", value = "v0", text = "{answers[1]}" }},
        ]
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
        movable=(Movable("Q", "v0", ("v1",)),),
        comparison=Comparison("Q", "v0", 20, 10),
    )
    return survey, guess
