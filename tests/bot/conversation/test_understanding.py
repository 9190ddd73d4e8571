"""What typed answers mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.understanding import Partly, Refused, Understood, read, read_grade
from engine.survey import Question, parse
from tests.bot.conversation.respondent import COFFEE, HOME
from tests.bot.conversation.slips import KHMER

FREQUENCY, AMOUNT, USE = HOME.by_id["Freq_Use"], HOME.by_id["Weekly_Amt"], HOME.by_id["Use"]
CUPS, WITH = COFFEE.by_id["Cups"], COFFEE.by_id["With"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Daily", "Daily"),
        ("  daily. ", "Daily"),
        ("every day", "Daily"),
        ("“A few times a week”", "A few times a week"),
        ("I don't use mobile money", "Never"),
        ("2", "A few times a week"),
        ("#2", "A few times a week"),
        ("2.", "A few times a week"),
        ("I don’t use mobile money.", "Never"),
        ("i dont use mobile money", "Never"),
    ],
)
def test_a_single_choice_is_named_by_label_alias_text_or_number(text: str, value: str) -> None:
    assert read(FREQUENCY, text, "en") == Understood(value)


@pytest.mark.parametrize("text", ["No, never", "no never", "No,never!"])
def test_commas_within_a_label_need_not_be_typed(text: str) -> None:
    assert read(HOME.by_id["Had_Issues"], text, "en") == Understood("No")


def test_words_that_two_labels_share_but_for_a_comma_name_neither() -> None:
    choices = '{ value = "No, never", code = 0 }, { value = "No never", code = 1 }'
    question = _question(f'kind = "single", scale = "ordinal", choices = [ {choices} ]')

    assert read(question, "no never!", "en") == Understood("No never")
    assert read(question, "no,never", "en") == Refused("not_understood")


def test_a_comma_between_two_boxes_parts_them_even_where_a_third_has_both_names() -> None:
    boxes = '{ column = "A", name = "Send" }, { column = "B", name = "Money" }, { column = "C", name = "Send money" }'
    question = _question(f'kind = "multi", choices = [ {boxes} ]')

    assert read(question, "send, money", "en") == Understood(("A", "B"))
    assert read(question, "send money", "en") == Understood(("C",))


@pytest.mark.parametrize("text", ["", "0", "7", "Dai", "daily or weekly", "1 2", "-1", "2nd", "9" * 400])
def test_what_is_not_certain_is_not_guessed(text: str) -> None:
    assert read(FREQUENCY, text, "en") == Refused("not_understood")


@pytest.mark.parametrize("text", ["100–300", "100-300", "100 – 300", "$100 – $300", "100 to 300"])
def test_a_label_of_numbers_is_read_as_a_label_however_its_dash_is_typed(text: str) -> None:
    assert read(AMOUNT, text, "en") == Understood("100–300")


def test_a_bare_number_is_no_place_among_choices_that_are_amounts() -> None:
    assert read(AMOUNT, "3", "en") == Refused("not_understood")


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("Send money", ("Use_Send",)),
        ("pay bills, send money", ("Use_Send", "Use_Bills")),
        ("1, 3 and 5", ("Use_Send", "Use_TopUp", "Use_DailyNeeds")),
        ("1 3 5", ("Use_Send", "Use_TopUp", "Use_DailyNeeds")),
        ("1;3/5\n6", ("Use_Send", "Use_TopUp", "Use_DailyNeeds", "Use_Bills")),
        ("6 & shopping", ("Use_Bills", "Use_Shop")),
        ("Shopping AND 6, 6", ("Use_Bills", "Use_Shop")),
        ("none", ()),
        ("None of these.", ()),
    ],
)
def test_several_boxes_can_be_named_in_one_message(text: str, columns: tuple[str, ...]) -> None:
    assert read(USE, text, "en") == Understood(columns)


@pytest.mark.parametrize("text", ["", ",", "and", "1-3", "135", "chess", "chess, draughts"])
def test_what_lists_no_box_is_refused(text: str) -> None:
    assert read(USE, text, "en") == Refused("not_understood")


@pytest.mark.parametrize(
    ("text", "columns", "rest"),
    [
        ("1, 9", ("Use_Send",), ("9",)),
        ("send money and chess", ("Use_Send",), ("chess",)),
        ("none and 1", ("Use_Send",), ("none",)),
        ("1, 3 and shoping", ("Use_Send", "Use_TopUp"), ("shoping",)),
        ("shoping and bils", (), ("shoping", "bils")),
    ],
)
def test_a_list_keeps_apart_what_is_certain_and_the_rest(
    text: str, columns: tuple[str, ...], rest: tuple[str, ...]
) -> None:
    assert read(USE, text, "en") == Partly(columns, rest)


def test_a_slip_in_a_label_that_holds_an_and_does_not_part_it() -> None:
    assert read(WITH, "cinamon and clove", "en") == Refused("not_understood")


def test_a_label_that_holds_an_and_is_one_box() -> None:
    assert read(WITH, "cinnamon and clove", "en") == Understood(("With_Spice",))
    assert read(WITH, "sugar, cinnamon and clove", "en") == Understood(("With_Sugar", "With_Spice"))


@pytest.mark.parametrize(
    ("text", "cups"),
    [
        ("3", 3.0),
        ("2,5", 2.5),
        ("2.5", 2.5),
        ("~2.5 cups", 2.5),
        ("3 cups a day", 3.0),
        ("3 cup", 3.0),
        ("3 tasses", 3.0),
        ("three", 3.0),
        ("០", 0.0),
        ("១២", 12.0),
        ("0.002k", 2.0),
        (" 20. ", 20.0),
    ],
)
def test_a_number_is_read_with_either_mark_and_with_its_unit(text: str, cups: float) -> None:
    assert read(CUPS, text, "en") == Understood(cups)


@pytest.mark.parametrize("text", ["", "k", "2 or 3", "2-3", "3 spoons", "1/2", "½", "1.2.3", "3 x", "cups", "3$"])
def test_what_is_not_one_number_is_refused(text: str) -> None:
    assert read(CUPS, text, "en") == Refused("not_a_number")


@pytest.mark.parametrize("text", ["-1", "20.5", "1,000", "3k", "9" * 400])
def test_a_number_out_of_range_is_refused_with_that_reason(text: str) -> None:
    assert read(CUPS, text, "en") == Refused("out_of_range")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1,000", 1000.0),
        ("1 000", 1000.0),
        ("1'000.5", 1000.5),
        ("1,000,000", 1e6),
        ("1.000,5", 1000.5),
        ("1.000.000", 1e6),
        ("0,125", 0.125),
        ("-2,5", -2.5),
        ("−2,5", -2.5),
    ],
)
def test_thousands_may_be_set_off_in_the_usual_ways(text: str, number: float) -> None:
    assert read(_amount(), text, "en") == Understood(number)


@pytest.mark.parametrize(
    ("text", "riels"), [("2k", 2e3), ("2 k", 2e3), ("10ពាន់", 1e4), ("១០ ០០០", 1e4), ("1.5k៛", 1.5e3)]
)
def test_a_word_for_thousand_and_the_currency_that_is_asked_for_may_stand_beside_a_number(
    text: str, riels: float
) -> None:
    assert read(_question('kind = "number", unit = "៛"'), text, "km") == Understood(riels)


def test_another_currency_or_a_k_that_may_be_the_unit_is_not_certain() -> None:
    assert read(_question('kind = "number", unit = "៛"'), "25$", "en") == Refused("not_a_number")
    assert read(_question('kind = "number", unit = "km"'), "3k", "en") == Refused("not_a_number")
    assert read(_question('kind = "number", unit = "km"'), "3 km", "en") == Understood(3.0)


@pytest.mark.parametrize("text", ["2", "២", "two", "ពីរ", "pii", "#២", "(2)"])
def test_a_place_may_be_typed_in_figures_and_words_of_either_script(text: str) -> None:
    assert read(HOME.by_id["Sec_Aware"], text, "km") == Understood("Somewhat trust")


def test_a_word_for_a_number_is_no_place_where_the_labels_speak_of_numbers() -> None:
    assert read(KHMER.by_id["Often"], "ពីរ", "km") == Refused("not_understood")


@pytest.mark.parametrize(
    ("text", "value"),
    [("yeah", "Yes"), ("nope", "No"), ("បាទ", "Yes"), ("ចាស។", "Yes"), ("អត់ទេ", "No"), ("ot te", "No")],
)
def test_another_word_for_yes_or_no_names_the_choice_called_so(text: str, value: str) -> None:
    assert read(HOME.by_id["Had_Issues"], text, "km") == Understood(value)


@pytest.mark.parametrize("text", ["១និង៣", "១ ៣", "ស្ករស និង នំផ្អែម", "ស្ករសហើយនិងនំផ្អែម", "ស្ករស, នំផ្អែម", "មួយនិងបី"])
def test_boxes_are_listed_in_khmer_with_and_without_spaces(text: str) -> None:
    assert read(KHMER.by_id["With"], text, "km") == Understood(("With_Sugar", "With_Cake"))


def test_khmer_that_looks_the_same_is_the_same() -> None:
    assert read(KHMER.by_id["Often"], "ពីរបីដងក្នុងមួយសប្ដាហ៍", "km") == Understood("Weekly")


@given(st.floats(-1e9, 1e9, allow_nan=False).map(lambda number: round(number, 3)))
def test_a_number_written_plainly_is_read_back(number: float) -> None:
    assert read(_amount(), f"{number:.3f}", "en") == Understood(number)


@given(st.text())
def test_any_text_is_read_without_an_error(text: str) -> None:
    for survey in (HOME, COFFEE):
        for question in survey.asked:
            assert isinstance(read(question, text, "km"), Understood | Partly | Refused)


@given(st.sets(st.sampled_from(range(8)), min_size=1), st.sampled_from([", ", " and ", "; ", " "]))
def test_any_boxes_listed_by_number_are_understood(places: set[int], separator: str) -> None:
    text = separator.join(str(place + 1) for place in places)

    columns = tuple(USE.options[place].column for place in sorted(places))
    assert read(USE, text, "en") == Understood(columns)


@pytest.mark.parametrize(("text", "value"), [("Yes", "Yes"), ("of course!", "Yes"), ("3", "Not sure"), ("n", "No")])
def test_the_own_answer_to_the_target_is_named_like_a_choice(text: str, value: str) -> None:
    grade = read_grade(HOME.target, text, "en")

    assert grade is not None
    assert grade.value == value
    assert read_grade(HOME.target, "5", "en") is None


def _amount() -> Question:
    return _question('kind = "number"')


def _question(kind: str) -> Question:
    survey = parse(
        f"""
        id = "one"
        languages = ["en"]
        title = "One question"
        about = {{ organisation = "Testers" }}
        question = [ {{ id = "Q", text = "Well?", {kind} }} ]
        target = {{ column = "T", text = "T?", grades = [
            {{ grade = "A", value = "Yes" }}, {{ grade = "B", value = "No" }} ] }}
        """
    )
    return survey.by_id["Q"]
