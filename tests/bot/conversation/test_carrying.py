"""The survey changes under a run: answers are read anew, none is lost, and the open card means what it showed.

`Respondent.survey` is what is deployed just now; setting it is the deploy.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.conversation.carrying import carry_over, set_aside
from bot.conversation.effects import Freeze, Say
from bot.conversation.path import locate
from bot.conversation.session import Answer, Phase, Session
from engine.survey import Survey
from tests.bot.conversation.editing import adding, boxes, changing, offering, renaming, without, words, yes_or_no
from tests.bot.conversation.respondent import COFFEE, Respondent

ALL: dict[str, Answer] = {
    "Often": "Daily",
    "Cups": 3.0,
    "Brew": "Filter",
    "Milk": "No",
    "With": ("With_Sugar", "With_Book"),
    "Roast": "Dark",
}
ORDER = ("Often", "Cups", "Brew", "Milk", "With", "Roast")
NEW = yes_or_no("Hot")
CHANGED = "The questions have changed a little meanwhile"


def answered(*names: str, **others: Answer) -> Session:
    """Return a run of which these questions were answered."""
    return Session(run="r", survey="coffee", phase="asking", answers={**{name: ALL[name] for name in names}, **others})


def current(survey: Survey, session: Session) -> str | None:
    question = locate(survey, carry_over(survey, session)).current
    return question.id if question else None


def respondent_at(name: str) -> Respondent:
    """Return somebody who has answered everything before a question, or ("label") everything."""
    person = Respondent(COFFEE)
    person.agree()
    typed = {
        "Often": "Daily",
        "Cups": "3",
        "Brew": "Filter",
        "Milk": "No",
        "With": "Sugar, a good book",
        "Roast": "dark",
    }
    for question in ORDER if name == "label" else ORDER[: ORDER.index(name)]:
        person.say(typed[question])
    return person


# -- what was answered ----------------------------------------------------------------------------------------


def test_nothing_happens_where_nothing_changed() -> None:
    session = answered("Often", "Cups", "With")

    assert carry_over(COFFEE, session) is session


def test_the_answer_to_a_question_that_is_gone_is_set_aside_and_the_others_stay() -> None:
    session = carry_over(without(COFFEE, "Cups"), answered("Often", "Cups", "Brew"))

    assert session.answers == {"Often": "Daily", "Brew": "Filter"}
    assert session.given == {"Cups": (3.0,)}
    assert current(without(COFFEE, "Cups"), session) == "Milk"


def test_an_answer_comes_back_with_its_question() -> None:
    before = answered("Often", "Cups", "Brew")

    assert carry_over(COFFEE, carry_over(without(COFFEE, "Cups"), before)) == before


def test_a_choice_that_is_gone_is_asked_again_and_kept_as_it_was_said() -> None:
    fewer = offering(COFFEE, "Brew", "Espresso", "Instant")

    session = carry_over(fewer, answered("Often", "Cups", "Brew", "Milk"))

    assert current(fewer, session) == "Brew"
    assert session.given == {"Brew": ("Filter",)}


def test_a_renamed_choice_is_carried_over_where_it_names_the_old_value_as_an_alias() -> None:
    renamed = renaming(COFFEE, "Brew", "Filter", "Drip", ["filter"])

    session = carry_over(renamed, answered("Often", "Cups", "Brew"))

    assert session.answers["Brew"] == "Drip"
    assert current(renamed, session) == "Milk"
    assert set_aside(renamed, session) == {"Brew": ["Filter"]}


def test_a_renamed_choice_gets_its_first_name_back_after_any_number_of_renamings() -> None:
    once = renaming(COFFEE, "Brew", "Filter", "Drip", ["Filter"])
    twice = renaming(COFFEE, "Brew", "Filter", "Pour-over", ["Filter", "Drip"])
    before = answered("Often", "Brew")

    session = carry_over(twice, carry_over(once, before))

    assert session.answers["Brew"] == "Pour-over"
    assert carry_over(COFFEE, session) == before


def test_a_choice_renamed_without_an_alias_is_asked_again() -> None:
    renamed = renaming(COFFEE, "Brew", "Filter", "Drip", [])

    assert current(renamed, answered("Often", "Cups", "Brew")) == "Brew"


def test_boxes_that_still_exist_stay_ticked() -> None:
    fewer = boxes(COFFEE, "With", "With_Spice", "With_Book")

    session = carry_over(fewer, answered("Often", "With"))

    assert session.answers["With"] == ("With_Book",)
    assert set_aside(fewer, session) == {"With": [("With_Sugar",)]}


def test_where_all_the_boxes_ticked_are_gone_the_question_is_asked_again() -> None:
    other = boxes(COFFEE, "With", "With_Spice")

    assert "With" not in carry_over(other, answered("With")).answers


def test_none_of_the_boxes_stays_an_answer() -> None:
    assert carry_over(boxes(COFFEE, "With", "With_Spice"), answered(With=())).answers == {"With": ()}


def test_a_renamed_box_is_carried_over_by_its_alias() -> None:
    options = COFFEE.by_id["With"].options
    renamed = changing(COFFEE, "With", options=(replace(options[0], column="With_Sweet", aliases=("With_Sugar",)),))

    assert carry_over(renamed, answered("With")).answers["With"] == ("With_Sweet",)


@pytest.mark.parametrize("limits", [{"minimum": 4}, {"maximum": 2}])
def test_a_number_outside_the_new_limits_is_asked_again(limits: dict[str, float]) -> None:
    narrower = changing(COFFEE, "Cups", **limits)

    assert current(narrower, answered("Often", "Cups")) == "Cups"


def test_a_number_within_the_new_limits_stays() -> None:
    session = answered("Often", "Cups")

    assert carry_over(changing(COFFEE, "Cups", maximum=3), session) is session


def test_an_answer_of_another_kind_is_set_aside() -> None:
    as_number = changing(COFFEE, "Brew", kind="number", choices=())

    session = carry_over(as_number, answered("Often", "Cups", "Brew"))

    assert current(as_number, session) == "Brew"
    assert session.given == {"Brew": ("Filter",)}


def test_a_skipped_question_that_is_required_now_is_asked_again() -> None:
    required = changing(COFFEE, "Cups", required=True)

    assert current(required, answered("Often", Cups=None)) == "Cups"
    assert set_aside(required, carry_over(required, answered("Often", Cups=None))) == {}


def test_an_answer_to_a_question_that_the_chat_no_longer_asks_is_set_aside() -> None:
    silent = changing(COFFEE, "Cups", ask=False)

    assert carry_over(silent, answered("Often", "Cups")).given == {"Cups": (3.0,)}


def test_an_older_answer_is_kept_beside_the_one_given_in_its_place() -> None:
    person = respondent_at("Milk")
    person.survey = offering(COFFEE, "Brew", "Espresso", "Instant")
    person.tap("No")
    person.say("Instant")

    assert person.state.answers["Brew"] == "Instant"
    assert person.state.given == {"Brew": ("Filter", "Instant")}
    assert carry_over(COFFEE, person.state).answers["Brew"] == "Instant"
    assert set_aside(COFFEE, person.state) == {"Brew": ["Filter"]}


def test_a_rollback_brings_back_the_answer_that_it_understands() -> None:
    person = respondent_at("Milk")
    person.survey = renaming(COFFEE, "Brew", "Filter", "Moka", [])
    person.answer("No", "Moka")

    assert carry_over(person.survey, person.state).answers["Brew"] == "Moka"
    assert carry_over(COFFEE, person.state).answers["Brew"] == "Filter"
    assert set_aside(COFFEE, carry_over(COFFEE, person.state)) == {"Brew": ["Moka"]}


def test_an_answer_that_the_person_corrects_is_not_kept() -> None:
    person = respondent_at("Milk")
    person.survey = renaming(COFFEE, "Brew", "Filter", "Drip", ["Filter"])
    person.command("back")
    person.say("Instant")

    assert person.state.answers["Brew"] == "Instant"
    assert person.state.given == {}


def test_a_box_that_is_gone_comes_back_even_after_the_others_were_ticked_anew() -> None:
    person = respondent_at("Roast")
    person.survey = boxes(COFFEE, "With", "With_Spice", "With_Book")
    person.command("back")
    person.tap("Cinnamon and clove")
    person.tap("A good book")
    person.tap("Done")

    assert person.state.answers["With"] == ("With_Spice",)
    assert carry_over(COFFEE, person.state).answers["With"] == ("With_Sugar", "With_Spice")


@pytest.mark.parametrize("phase", ["finished", "ended", "cancelled", "consent"])
def test_a_run_that_asks_nothing_stays_as_it_is(phase: Phase) -> None:
    session = replace(answered("Often", "Cups"), phase=phase)

    assert carry_over(without(COFFEE, "Cups"), session) is session


# -- where the person stands ----------------------------------------------------------------------------------


def test_all_answered_but_a_new_question_leads_back_to_it() -> None:
    longer = adding(COFFEE, NEW, before="Milk")
    session = carry_over(longer, replace(answered(*ORDER), phase="label"))

    assert session.phase == "asking"
    assert current(longer, session) == "Hot"
    assert carry_over(COFFEE, session) == replace(answered(*ORDER), phase="label")


def test_the_open_question_was_the_last_and_is_gone() -> None:
    session = carry_over(without(COFFEE, "Roast"), answered("Often", "Cups", "Brew", "Milk", "With"))

    assert session.phase == "label"


def test_an_answer_that_would_end_the_survey_now_is_asked_to_be_confirmed() -> None:
    choices = tuple(replace(choice, ends=words("Bye.")) for choice in COFFEE.by_id["Brew"].choices)
    ending = changing(COFFEE, "Brew", choices=choices)
    person = respondent_at("Milk")
    person.survey = ending

    person.start()
    person.say("Filter")

    assert person.state.phase == "ended"
    assert [store.outcome for store in person.stored] == ["ended"]


def test_who_went_back_to_a_question_that_is_gone_goes_on_where_they_had_got_to() -> None:
    person = respondent_at("Milk")
    person.command("back")
    person.survey = without(COFFEE, "Brew")

    person.start()

    assert "Do you take milk?" in person.last.text


# -- the card in front of the person --------------------------------------------------------------------------


def test_a_tap_on_a_card_that_still_offers_the_same_counts_though_the_survey_changed_elsewhere() -> None:
    person = respondent_at("Brew")
    person.survey = without(offering(COFFEE, "Roast", "Dark", "Light"), "Cups")

    person.tap("3. Instant")

    assert person.state.answers["Brew"] == "Instant"
    assert "Do you take milk?" in person.last.text
    assert CHANGED not in person.last.text


def test_the_open_question_is_answered_first_and_a_new_one_before_it_comes_after_it() -> None:
    person = respondent_at("Brew")
    person.survey = adding(COFFEE, NEW, before="Cups")

    person.tap("3. Instant")

    assert person.state.answers["Brew"] == "Instant"
    assert "Is it Hot?" in person.last.text


def test_a_new_question_before_the_open_one_is_not_called_skipped() -> None:
    person = respondent_at("With")
    person.survey = adding(COFFEE, NEW, before="With")

    person.tap("Sugar")

    assert person.state.ticked == ("With_Sugar",)
    assert "skipped" not in person.last.text


@pytest.mark.parametrize("way", ["tap", "type"])
def test_an_answer_by_its_place_on_a_reordered_card_is_not_taken_and_the_question_asked_anew(way: str) -> None:
    person = respondent_at("Milk")
    asked_before = len(person.messages)
    person.survey = offering(COFFEE, "Milk", "No", "Yes")

    person.tap("Yes") if way == "tap" else person.say("1")

    assert "Milk" not in person.state.answers
    assert [type(effect) for effect in person.effects] == [Freeze, Say]
    assert person.last.text.startswith(CHANGED)
    assert "Do you take milk?" in person.last.text
    assert person.last.labels[:2] == ["No", "Yes"]
    assert len(person.messages) == asked_before + 1


def test_the_card_that_asks_anew_takes_the_answer() -> None:
    person = respondent_at("Milk")
    person.survey = offering(COFFEE, "Milk", "No", "Yes")
    person.tap("Yes")

    person.tap("Yes")

    assert person.state.answers["Milk"] == "Yes"
    assert "Which milk?" in person.last.text


def test_a_tap_on_a_question_that_is_gone_is_answered_by_the_next_one() -> None:
    person = respondent_at("Milk")
    person.survey = without(COFFEE, "Milk")

    person.tap("Yes")

    assert person.last.text.startswith(CHANGED)
    assert "What goes with your coffee?" in person.last.text
    assert set(person.state.answers) == {"Often", "Cups", "Brew"}


def test_a_number_in_another_unit_is_asked_anew() -> None:
    person = respondent_at("Cups")
    person.survey = changing(COFFEE, "Cups", unit=words("litres a day"))

    person.say("3")

    assert "Cups" not in person.state.answers
    assert "litres a day" in person.last.text


def test_a_skip_of_what_is_required_now_is_asked_anew() -> None:
    person = respondent_at("Cups")
    person.survey = changing(COFFEE, "Cups", required=True)

    person.tap("Skip")

    assert person.last.text.startswith(CHANGED)
    assert "Cups" not in person.state.answers


def test_a_way_back_to_a_question_that_is_gone_is_answered_too() -> None:
    person = respondent_at("Cups")
    person.survey = without(COFFEE, "Often")

    person.tap("Back")

    assert person.last.text.startswith(CHANGED)
    assert "How many cups" in person.last.text


def test_ticked_boxes_stay_ticked_when_other_boxes_come_and_go() -> None:
    person = respondent_at("With")
    person.tap("Sugar")
    person.tap("A good book")
    person.survey = boxes(COFFEE, "With", "With_Book", "With_Spice")

    person.tap("Cinnamon and clove")

    assert [row[0].label for row in person.last.keyboard[:2]] == ["☑ A good book", "☐ Cinnamon and clove"]
    person.tap("Done")
    assert person.state.answers["With"] == ("With_Book",)


def test_ticked_boxes_wait_while_another_question_is_asked_first() -> None:
    person = respondent_at("With")
    person.tap("Sugar")
    person.survey = adding(boxes(COFFEE, "With", "With_Sugar", "With_Book"), NEW, before="With")
    person.tap("A good book")
    person.command("back")

    person.tap("Yes")

    assert person.last.labels[:2] == ["Sugar", "A good book"]


def test_grades_in_another_order_are_asked_anew() -> None:
    person = respondent_at("label")
    person.survey = replace(COFFEE, target=replace(COFFEE.target, grades=COFFEE.target.grades[::-1]))

    person.tap("Yes, very much")

    assert person.last.text.startswith(CHANGED)
    assert person.stored == []
    person.tap("Yes, very much")
    assert [store.stated for store in person.stored] == ["Yes"]


def test_a_grade_tapped_while_a_question_is_missing_waits_for_that_question() -> None:
    person = respondent_at("label")
    person.survey = adding(COFFEE, NEW, before="Milk")

    person.tap("A little")

    assert person.stored == []
    assert "Is it Hot?" in person.last.text
    person.tap("Yes")
    person.tap("A little")
    assert person.stored[0].answers["Hot"] == "Yes"


@pytest.mark.parametrize("way", ["tap", "type"])
def test_whoever_agrees_agrees_to_the_terms_that_they_were_shown(way: str) -> None:
    person = Respondent(COFFEE)
    person.start()
    person.survey = replace(COFFEE, about=replace(COFFEE.about, min_age=18))

    person.tap("I agree: start") if way == "tap" else person.say("yes")

    assert person.state.consented_at is None
    assert "Please read it once more" in person.last.text
    assert "Asked by the Friends of the Bean" in person.last.text
    person.tap("I'm 18 or older: start")
    assert person.state.phase == "asking"


def test_a_corrected_wording_leaves_every_card_valid() -> None:
    person = respondent_at("Milk")
    person.survey = changing(COFFEE, "Milk", text=words("Do you like milk?"))

    person.tap("Yes")

    assert person.state.answers["Milk"] == "Yes"


def test_a_deletion_can_be_confirmed_or_left_alone_whatever_the_survey_asks_now() -> None:
    stays, leaves = respondent_at("Milk"), respondent_at("Milk")
    for person in (stays, leaves):
        person.command("delete")
        person.survey = without(COFFEE, "Milk")

    leaves.tap("Yes, erase everything")
    stays.tap("No, keep it")

    assert leaves.session is None
    assert "What goes with your coffee?" in stays.last.text


def test_a_repeated_tap_from_before_the_change_is_passed_over() -> None:
    person = respondent_at("Milk")
    person.tap("No")
    person.survey = without(COFFEE, "With")

    person.tap_data(person.state.last_tap or "")

    assert person.effects == ()


@pytest.mark.parametrize("command", ["back", "help", "privacy", "language", "delete"])
def test_commands_work_as_ever_after_a_change(command: str) -> None:
    person = respondent_at("Milk")
    person.survey = offering(without(COFFEE, "Cups"), "Milk", "No", "Yes")

    person.command(command)

    assert CHANGED not in person.last.text


# -- what is stored in the end --------------------------------------------------------------------------------


def test_a_response_holds_beside_its_answers_what_the_survey_no_longer_has() -> None:
    person = respondent_at("With")
    person.survey = offering(without(COFFEE, "Cups"), "Brew", "Espresso", "Instant")
    person.answer("none", "Instant", "skip", "skip")

    [store] = person.stored
    assert store.answers["Brew"] == "Instant"
    assert "Cups" not in store.answers
    assert store.set_aside == {"Cups": [3.0], "Brew": ["Filter"]}


def test_a_response_holds_nothing_aside_where_nothing_changed() -> None:
    person = respondent_at("label")
    person.tap("Skip")

    assert [store.set_aside for store in person.stored] == [{}]


def test_what_a_new_condition_no_longer_asks_for_is_set_aside() -> None:
    person = respondent_at("label")
    person.survey = changing(COFFEE, "Brew", when=COFFEE.by_id["Milk_Kind"].when)
    person.tap("Skip")

    [store] = person.stored
    assert store.set_aside == {"Brew": ["Filter"]}


def test_what_the_person_no_longer_needs_to_answer_is_not_set_aside() -> None:
    person = respondent_at("Milk")
    person.answer("Yes", "Oat", "back", "back", "No", "none", "skip", "skip")

    [store] = person.stored
    assert "Milk_Kind" not in store.answers
    assert store.set_aside == {}


def test_cancelling_drops_what_was_set_aside_too() -> None:
    person = respondent_at("Milk")
    person.survey = without(COFFEE, "Cups")
    person.start()
    person.command("cancel")

    assert (person.state.answers, person.state.given) == ({}, {})


def test_a_card_of_the_first_format_is_not_known_to_offer_the_same() -> None:
    person = respondent_at("Milk")
    person.session = replace(person.state, asked=None, offer="", definition="")

    person.tap("Yes")

    assert "Milk" not in person.state.answers
    assert person.last.text.startswith(CHANGED)
