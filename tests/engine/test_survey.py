"""The survey definition: read as a whole, every fault named with its place."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from engine.errors import SurveyError
from engine.survey import ALWAYS, Clause, Condition, Survey, Text, load, normalise, parse

ROOT = Path(__file__).parents[2]

TEA = dedent(
    """
    id = "tea"
    languages = ["en", "km"]
    title = { en = "Tea" }

    [about]
    organisation = "Testers"
    min_age = 12

    [about.welcome]
    en = "Hello"
    km = "សួស្តី"

    [[question]]
    id = "Trust"
    kind = "single"
    scale = "ordinal"
    actionable = "up"
    name = { en = "Trust" }
    text = { en = "Do you trust tea?" }
    choices = [
        { value = "No", code = 0, text = { en = "Not at all" } },
        { value = "25 – 100", code = 1, aliases = ["some"] },
        { value = "Never had any", ends = { en = "Goodbye" } },
    ]

    [[question]]
    id = "Leaf"
    kind = "single"
    scale = "nominal"
    text = { en = "Which leaf?" }
    choices = [ { value = "Black" }, { value = "Green" } ]
    when = { Trust = ">= 1" }

    [[question]]
    id = "With"
    kind = "multi"
    text = { en = "With what?" }
    choices = [ { column = "With_Milk", name = { en = "Milk" } }, { column = "With_Ice", name = { en = "Ice" } } ]

    [[question]]
    id = "Cups"
    kind = "number"
    text = { en = "How many cups?" }
    min = 0
    max = 9
    unit = { en = "cups" }
    required = false

    [target]
    column = "Again"
    text = { en = "Again?" }
    grades = [ { grade = "A", value = "Yes", aliases = ["sure"] }, { grade = "B", value = "No" } ]

    [[segment]]
    name = { en = "Icy" }
    person = { en = "people who like ice" }
    when = { With_Ice = ">= 0.5", Again = "> 0" }

    [[suggestion]]
    when = [ { Leaf = "== Black", Cups = "> 3" }, { Trust = "== 0" } ]
    text = { en = "Try green." }
    """
)


def faults(source: str) -> tuple[str, ...]:
    """Return what is wrong with a definition."""
    with pytest.raises(SurveyError) as caught:
        parse(source)
    return caught.value.faults


def edited(old: str, new: str) -> str:
    """Return the tea survey with one passage changed."""
    assert TEA.count(old) == 1, old
    return TEA.replace(old, new)


@pytest.fixture
def tea() -> Survey:
    return parse(TEA)


# -- a sound definition -------------------------------------------------------------------------------------------


def test_questions_are_found_by_id_and_their_columns_in_order(tea: Survey) -> None:
    assert list(tea.by_id) == ["Trust", "Leaf", "With", "Cups"]
    assert [feature.column for feature in tea.features] == ["Trust", "Leaf", "With_Milk", "With_Ice", "Cups"]
    assert [feature.kind for feature in tea.features] == ["ordinal", "nominal", "binary", "binary", "number"]


def test_grades_get_points_from_the_worst(tea: Survey) -> None:
    assert [(grade.grade, grade.points) for grade in tea.target.grades] == [("A", 1), ("B", 0)]


def test_what_is_not_said_has_a_sensible_default(tea: Survey) -> None:
    trust, leaf, _, cups = tea.questions

    assert leaf.name == leaf.text == Text({"en": "Which leaf?"}, "en")
    assert trust.choices[1].text.to("en") == "25 – 100"
    assert (trust.required, cups.required, trust.ask) == (True, False, True)
    assert trust.when == ALWAYS
    assert (tea.about.min_age, tea.about.timezone, tea.about.thanks) == (12, "UTC", None)
    assert tea.suggestions[0].by == "person"


def test_a_text_falls_back_to_the_first_language(tea: Survey) -> None:
    assert tea.about.welcome is not None
    assert tea.about.welcome.to("km") == tea.about.welcome.to("km-KH") == "សួស្តី"
    assert tea.about.welcome.to("fr") == "Hello"
    assert tea.title.to("km") == "Tea"


def test_a_plain_text_is_one_in_the_first_language() -> None:
    assert parse(edited('title = { en = "Tea" }', 'title = "Tea"')).title.to("km") == "Tea"


def test_a_bar_within_khmer_lets_a_line_break_and_is_seen_nowhere() -> None:
    survey = parse(edited('title = { en = "Tea" }', 'title = { en = "Tea|cup | pot", km = "តែ|ក្តៅ a|b" }'))

    assert survey.title.to("km") == "តែ\u200bក្តៅ a|b"
    assert survey.title.to("en") == "Tea|cup | pot"


@pytest.mark.parametrize("label", ["25 – 100", "25-100", " 25 — 100 ", "SOME"])
def test_a_choice_is_found_however_its_label_is_spelled(tea: Survey, label: str) -> None:
    choice = tea.by_id["Trust"].find(label)

    assert choice is not None
    assert choice.value == "25 – 100"


def test_a_choice_is_found_by_its_text_and_a_grade_by_its_alias(tea: Survey) -> None:
    assert tea.by_id["Trust"].find("not at ALL") is tea.by_id["Trust"].choices[0]
    assert tea.target.find("Sure") is tea.target.grades[0]
    assert tea.by_id["Trust"].find("perhaps") is None
    assert tea.target.find("perhaps") is None


@pytest.mark.parametrize("unseen", ["\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u200e"])
def test_what_nobody_sees_makes_no_other_label(unseen: str) -> None:
    assert normalise(f"ជា{unseen}ញឹក{unseen}ញាប់") == normalise("ជាញឹកញាប់")


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("១០ – ៤០", "10-40"),
        ("٣", "3"),
        ("២ ពែង", "2ពែង"),
        ("រាល់ ថ្ងៃ", "រាល់ថ្ងៃ"),
        ("ทุก วัน", "ทุกวัน"),
        ("ម្ដង", "ម្តង"),
    ],
)
def test_digits_blanks_and_letters_that_look_the_same_make_no_other_label(typed: str, label: str) -> None:
    assert normalise(typed) == normalise(label)


def test_blanks_between_digits_and_between_latin_words_stay() -> None:
    assert normalise("១ ៣ ៥") == "1 3 5"
    assert normalise("not at all") != normalise("notatall")


@pytest.mark.parametrize("text", ["ទ្យ\u200bក 1", "\u1025 \u102e", "ก\u00a8"])
def test_folding_one_variation_leaves_none_of_another(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(st.text())
def test_normalising_twice_is_normalising_once(label: str) -> None:
    assert normalise(normalise(label)) == normalise(label)


@pytest.mark.parametrize("folder", ["models/mobile_money", "tests/surveys/coffee"])
def test_the_surveys_in_the_repository_are_sound(folder: str) -> None:
    survey = load(ROOT / folder)

    assert survey == load(ROOT / folder / "survey.toml")
    assert survey.folder == ROOT / folder


# -- conditions ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("operator", "fitting"), [(">=", [2, 3]), ("<=", [1, 2]), ("==", [2]), ("!=", [1, 3]), (">", [3]), ("<", [1])]
)
def test_a_clause_compares_a_code(operator: str, fitting: list[int]) -> None:
    clause = Clause("Trust", operator, 2.0)

    assert [code for code in (1, 2, 3) if clause.fits({"Trust": float(code)})] == fitting


def test_an_unknown_answer_fits_no_clause_not_even_a_different_one() -> None:
    assert not Clause("Trust", "!=", 2.0).fits({})


def test_a_nominal_answer_is_compared_by_its_label(tea: Survey) -> None:
    suggestion = tea.suggestions[0].when

    assert suggestion.fits({"Leaf": "Black", "Cups": 4.0})
    assert not suggestion.fits({"Leaf": "Green", "Cups": 4.0})
    assert not Clause("Leaf", "==", "Black").fits({"Leaf": 1.0})


def test_several_keys_mean_and_and_a_list_means_or(tea: Survey) -> None:
    suggestion = tea.suggestions[0].when

    assert not suggestion.fits({"Leaf": "Black", "Cups": 3.0})
    assert suggestion.fits({"Leaf": "Green", "Trust": 0.0})
    assert suggestion.columns == {"Leaf", "Cups", "Trust"}


def test_an_empty_condition_always_fits() -> None:
    assert ALWAYS.fits({})
    assert parse(edited('when = { With_Ice = ">= 0.5", Again = "> 0" }', "when = {}")).archetypes[0].when == ALWAYS
    assert not Condition(()).fits({})


# -- the meaning for models ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"Do you trust tea?"', '"Do you really trust tea?"'),
        ('name = { en = "Trust" }', 'name = { en = "Confidence" }'),
        ('aliases = ["some"]', 'aliases = ["some", "a little"]'),
        ('{ en = "Goodbye" }', '{ en = "Farewell" }'),
        ('value = "Never had any"', 'value = "Not yet"'),
        ('text = { en = "Try green." }', 'text = { en = "Try white." }'),
        ('organisation = "Testers"', 'organisation = "Tasters"'),
        ('{ With_Ice = ">= 0.5", Again = "> 0" }', "{}"),
    ],
)
def test_wording_does_not_change_the_meaning_hash(tea: Survey, old: str, new: str) -> None:
    assert parse(edited(old, new)).meaning_hash == tea.meaning_hash


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('id = "tea"', 'id = "tea-2"'),
        ('value = "No", code = 0', 'value = "No", code = -1'),
        ('{ value = "Green" }', '{ value = "White" }'),
        ('column = "With_Milk"', 'column = "With_Cream"'),
        ('column = "Again"\n', 'column = "Once_More"\n'),
        ('grade = "B", value = "No"', 'grade = "B", value = "Hardly"'),
    ],
)
def test_what_a_model_rests_on_changes_the_meaning_hash(tea: Survey, old: str, new: str) -> None:
    source = edited(old, new)
    if "Once_More" in new:
        source = source.replace('Again = "> 0"', 'Once_More = "> 0"')

    assert parse(source).meaning_hash != tea.meaning_hash


# -- faults -------------------------------------------------------------------------------------------------------

TRUST = 'question 1 "Trust"'


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        # The head
        ('id = "tea"\n', "", 'id: "id" is missing'),
        ('id = "tea"', 'id = "my tea"', 'id: "my tea" may hold up to 40 letters, digits, "_" and "-" only'),
        ('id = "tea"', "id = 7", 'id: "id" must be a text, not 7'),
        ('title = { en = "Tea" }\n', "", 'title: "title" is missing; write title = { en = "…" }'),
        ('title = { en = "Tea" }', "title = { en = 1 }", 'title: "title" must be a text per language'),
        ('"Tea"', '"  "', 'title title: the text for "en" is empty'),
        ('{ en = "Tea" }', '{ km = "តែ" }', 'title title: the text for "en", the fallback language, is missing'),
        ('{ en = "Tea" }', '{ en = "Tea", fr = "Thé" }', 'title title: language "fr" is not among languages'),
        ('"Tea"', f'"{"x" * 3501}"', "title title: 3501 characters; at most 3500 fit a message"),
        ('languages = ["en", "km"]', 'languages = "en"', 'languages: "languages" must be a list of texts'),
        ('languages = ["en", "km"]', "languages = []", 'at least one is needed, such as languages = ["en"]'),
        ('languages = ["en", "km"]', 'languages = ["en", "km", "pt-BR"]', 'languages: "pt-BR" is no language code'),
        ('id = "tea"', 'id = "tea"\ncolour = "green"', 'unknown key "colour"; known here: id, languages, title'),
        # Who asks
        ('organisation = "Testers"\n', "", 'about: "organisation" is missing'),
        ('"Testers"', '""', 'about organisation: the text for "en" is empty'),
        ("min_age = 12", 'min_age = "12"', "about: \"min_age\" must be a whole number, not '12'"),
        ("min_age = 12", "min_age = true", 'about: "min_age" must be a whole number, not True'),
        ("min_age = 12", 'distress = { EN = ["lost"] }', 'about distress: "EN" is no language code such as "en"'),
        ("min_age = 12", 'distress = { en = "lost" }', 'about distress: "en" must be a list of texts'),
        ("min_age = 12", 'distress = { en = ["?!"] }', 'about distress: "?!" holds no word'),
        ("min_age = 12", 'distress = ["lost"]', "about: \"distress\" must be a table, not ['lost']"),
        ("min_age = 12", "minimum_age = 12", 'about: unknown key "minimum_age"'),
        # Questions
        ('kind = "number"', 'kind = "amount"', 'question 4 "Cups": "kind" is "amount"; allowed: single, multi, number'),
        ('kind = "number"\n', "", 'question 4 "Cups": "kind" is missing'),
        ('kind = "number"', "kind = 4", 'question 4 "Cups": "kind" must be a text, not 4'),
        ('scale = "nominal"', 'scale = "none"', 'question 2 "Leaf": "scale" is "none"; allowed: ordinal, nominal'),
        ('actionable = "up"', 'actionable = "yes"', f'{TRUST}: "actionable" is "yes"; allowed: up, down, any'),
        ("required = false", 'required = "no"', 'question 4 "Cups": "required" must be true or false, not \'no\''),
        ("max = 9", "max = 0", 'question 4 "Cups": "min" (0) must be below "max" (0)'),
        ('scale = "nominal"', 'scale = "nominal"\nmin = 1', '"min" and "max" are for kind = "number"'),
        ("max = 9", "max = 9\nchoices = [{ value = 'x' }]", '"choices" are not for kind = "number"'),
        ("max = 9", "max = 9\nstep = 1", 'question 4 "Cups": unknown key "step"'),
        ('id = "Leaf"', 'id = "Trust"', 'question 2 "Trust": "Trust" is already used by question 1 "Trust"'),
        ('id = "Leaf"', 'id = "Again"', 'question 2 "Again": "Again" is already used by the target'),
        ('id = "Leaf"', 'id = " "', 'question 2 " ": "id" is empty'),
        ('column = "With_Ice"', 'column = "With_Milk"', '"With": the column "With_Milk" is used twice'),
        # Choices
        ('[ { value = "Black" }, { value = "Green" } ]', "[]", '"Leaf": 0 choices; between 2 and 20 are possible'),
        ('[ { value = "Black" }, { value = "Green" } ]', '"many"', '"Leaf": "choices" must be a list of tables'),
        (', aliases = ["some"]', ', alias = ["some"]', f'{TRUST} choice 2: unknown key "alias"'),
        ('aliases = ["some"]', 'aliases = "some"', f'{TRUST} choice 2: "aliases" must be a list of texts'),
        ('aliases = ["some"]', 'aliases = ["no"]', f'{TRUST}: "no" stands for both "No" and "25 – 100"'),
        ('value = "25 – 100"', 'value = "NO"', f'{TRUST}: the value "no" is used twice'),
        ('value = "No", code = 0', 'value = "", code = 0', f'{TRUST} choice 1: "value" is empty'),
        ("code = 0, ", "", f'{TRUST} choice 1: "No" needs a code: its place on the scale'),
        ("code = 0", 'code = "low"', f"{TRUST} choice 1: \"code\" must be a number, not 'low'"),
        ("code = 0", "code = 1", f"{TRUST}: code 1 is used twice; give an alias to one choice instead"),
        ('{ value = "Black" }', '{ value = "Black", code = 1 }', "choice 1: a nominal choice has no code; remove it"),
        ('name = { en = "Ice" }', 'label = "Ice"', '"With" choice 2: "name" is missing'),
        # The target
        (', { grade = "B", value = "No" }', "", "target: 1 grades; between 2 and 6 are possible"),
        ('grade = "B"', 'grade = "A"', 'target: grade "A" is used twice'),
        ('grade = "B", value = "No"', 'grade = "B", value = "yes"', 'target: the value "yes" is used twice'),
        ('grade = "B", value = "No"', 'grade = "B", value = "sure"', 'target: "sure" stands for both "Yes" and "sure"'),
        ('grade = "B", ', "", 'target grade 2: "grade" is missing'),
        # Conditions
        ('when = { Trust = ">= 1" }', 'when = { Cups = ">= 1" }', '"Leaf" when: "Cups" is not a column that can be'),
        ('when = { Trust = ">= 1" }', 'when = { Trust = "1" }', "Trust = '1': write a comparison such as \">= 2.5\""),
        ('when = { Trust = ">= 1" }', 'when = { Trust = ">= one" }', '"one" is not a number'),
        ('when = { Trust = ">= 1" }', "when = [ ]", "must be a table such as"),
        ('when = { Trust = ">= 1" }', 'when = "always"', "must be a table such as"),
        ("Again =", "Twice =", 'segment 1 when: "Twice" is not a column that can be compared here; known: Trust'),
        ("With_Ice =", "Leaf =", 'segment 1 when: "Leaf" is not a column that can be compared here'),
        ('"== Black"', '"> Black"', 'suggestion 1 when: Leaf is nominal: only "==" and "!=" can be asked of it'),
        ('"== Black"', '"== Blak"', 'suggestion 1 when: "Blak" is no choice of Leaf; its choices: Black, Green'),
        ('{ Trust = "== 0" }', '{ Again = "== 0" }', 'suggestion 1 when: "Again" is not a column'),
        # Segments and suggestions
        ('person = { en = "people who like ice" }\n', "", 'segment 1: "person" is missing'),
        (
            'text = { en = "Try green." }',
            'by = "nobody"\ntext = "x"',
            'suggestion 1: "by" is "nobody"; allowed: person',
        ),
        (
            'text = { en = "Try green." }',
            'text = "x"\nurl = "tel:+855 23 720 720"',
            'suggestion 1: "url" is "tel:+855 23 720 720"; write a whole address such as "https://example.org/page"',
        ),
    ],
)
def test_a_fault_is_named_with_its_place_and_what_would_be_right(old: str, new: str, fault: str) -> None:
    found = faults(edited(old, new))

    assert any(fault in message for message in found), found
    assert len(found) == len(set(found)), found


def test_a_question_that_the_chat_does_not_ask_cannot_decide_on_another() -> None:
    hidden = edited('actionable = "up"', 'actionable = "up"\nask = false')

    assert faults(hidden) == ('question 2 "Leaf" when: "Trust" is not a column that can be compared here; known: ',)


def test_all_faults_are_reported_at_once() -> None:
    source = (
        edited('organisation = "Testers"\n', "").replace("max = 9", "max = -1").replace('grade = "B"', 'grade = "A"')
    )

    assert faults(source) == (
        'about: "organisation" is missing; write organisation = { en = "…" }',
        'question 4 "Cups": "min" (0) must be below "max" (-1)',
        'target: grade "A" is used twice',
    )


def test_a_survey_needs_a_question_and_a_target() -> None:
    found = faults('id = "x"\nlanguages = ["en"]\ntitle = "X"\nquestion = "none"\n[about]\norganisation = "T"')

    assert found.count('"question" must be a list of tables') == 1
    assert "question: at least one question is needed" in found
    assert 'target: "target" is missing' in found


def test_the_message_names_the_file_before_each_fault(tmp_path: Path) -> None:
    path = tmp_path / "survey.toml"
    path.write_text(edited('organisation = "Testers"\n', ""), encoding="utf-8")

    with pytest.raises(SurveyError, match=f'^{re.escape(str(path))}: about: "organisation" is missing; '):
        load(tmp_path)


def test_a_logo_is_a_file_beside_the_survey(tmp_path: Path) -> None:
    Image.new("RGB", (30, 20)).save(tmp_path / "logo.png")

    about = parse(edited("min_age = 12", 'logo = "logo.png"'), folder=tmp_path).about

    assert about.logo == tmp_path / "logo.png"
    assert parse(TEA).about.logo is None


def test_a_logo_that_is_missing_or_no_picture_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "survey.toml").write_text(edited("min_age = 12", 'logo = "survey.toml"'), encoding="utf-8")

    with pytest.raises(SurveyError, match=r'about: "logo": "survey\.toml" is no PNG or JPEG picture'):
        load(tmp_path)
    assert faults(edited("min_age = 12", 'logo = "none.png"')) == (
        'about: "logo": there is no file "none.png" beside survey.toml',
    )


@pytest.mark.parametrize("name", ["../logo.png", "/etc/logo.png", "pictures/logo.png", "..", "", r"..\\logo.png"])
def test_a_logo_lies_nowhere_else(name: str) -> None:
    (fault,) = faults(edited("min_age = 12", f'logo = "{name}"'))

    assert fault.endswith('write the name of a file beside survey.toml, such as "logo.png"')


def test_a_poster_s_line_is_a_text_per_language() -> None:
    poster = parse(edited("min_age = 12", 'poster = { en = "Tell us", km = "ប្រាប់យើង" }')).about.poster

    assert poster is not None
    assert poster.to("km") == "ប្រាប់យើង"


def test_a_missing_file_says_where_it_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(SurveyError, match=r"survey\.toml: there is no such file; SURVEY_DIR"):
        load(tmp_path)


def test_a_broken_file_says_where_it_breaks(tmp_path: Path) -> None:
    (tmp_path / "survey.toml").write_text('id = "x"\ntitle = ', encoding="utf-8")

    with pytest.raises(SurveyError, match=r"not valid TOML: Invalid value \(at end of document\)"):
        load(tmp_path)


def test_a_file_in_another_encoding_says_so(tmp_path: Path) -> None:
    (tmp_path / "survey.toml").write_bytes('title = "Café"'.encode("latin-1"))

    with pytest.raises(SurveyError, match=r"not UTF-8 text \(byte 12\); save it as UTF-8"):
        load(tmp_path)


def test_a_folder_in_the_files_place_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "survey.toml").mkdir()

    with pytest.raises(SurveyError, match="cannot be read: "):
        load(tmp_path)


def test_what_people_write_in_distress_is_heard_in_every_language_whatever_the_survey_speaks() -> None:
    about = parse(edited("min_age = 12", 'distress = { en = ["lost"], fr = ["perdu", "volé"] }')).about

    assert about.distress == ("lost", "perdu", "volé")
    assert parse(TEA).about.distress == ()
