"""Posters: one page to print, every way to the bot on it, and a code that is read again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from textwrap import dedent

import numpy as np
import pypdfium2
import pytest
from PIL import Image, ImageFilter

from bot.campaigns.naming import CampaignError
from bot.campaigns.poster import MOST_LANGUAGES, Poster, _fitted, poster_for, poster_pdf
from bot.campaigns.qr import QUIET, modules
from engine.drawing.theme import Style
from engine.survey import Survey, Text, load, parse
from tests.bot.campaigns.reading import (
    KHMER_WORDS,
    LOCAL,
    LONG,
    SHORT,
    black_box,
    decoded,
    photographed,
    quiet_modules,
    rasterised_pdf,
    words_of,
)

HOME = load(Path(__file__).parents[3] / "models" / "mobile_money")
DOTS_PER_CM = 200 / 2.54


def survey(about: str = "", languages: str = '"en", "km"', folder: Path = Path()) -> Survey:
    """A survey in English and Khmer; a "|" stands for the zero width space between two words."""
    source = f"""
        id = "tea"
        languages = [{languages}]
        title = {{ en = "Tea at work", km = "តែ|នៅ|កន្លែង|ធ្វើការ" }}

        [about]
        organisation = "The Tea Society"
        {about}

        [[question]]
        id = "Cups"
        kind = "number"
        text = {{ en = "How many cups?" }}

        [target]
        column = "Again"
        text = {{ en = "Again?" }}
        grades = [{{ grade = "A", value = "Yes" }}, {{ grade = "B", value = "No" }}]

        [[segment]]
        name = {{ en = "All" }}
        person = {{ en = "people" }}
        when = {{}}
        """
    return parse(dedent(source).replace("|", "\u200b"), folder=folder)


def poster(of: Survey = HOME, *, link: str = SHORT, printable: bool = True) -> Poster:
    return poster_for(
        of, link=link, username="market_survey_bot", code="K7M3P", campaign="Market Day", printable=printable
    )


@pytest.fixture
def logo(tmp_path: Path) -> Path:
    path = tmp_path / "logo.png"
    Image.new("RGB", (300, 100), "#E2001A").save(path)
    return path


def longest(logo: Path) -> Poster:
    title = "What do you think of the services of our many branches in the provinces of this country?"
    khmer = "តែ\u200bនៅ\u200bកន្លែង\u200bធ្វើការ" * 6
    return Poster(
        title=Text({"en": title, "km": khmer, "fr": title + "!", "de": title + "?"}, "en"),
        invitation=Text({"en": title, "km": khmer, "fr": title + "!", "de": title + "?"}, "en"),
        languages=("en", "km", "fr", "de", "xx"),
        organisation="The Association of Tea Growers and of Savings Cooperatives of the Whole Kingdom and Beyond",
        link=LONG,
        username="W" * 32,
        code="WMWMW",
        campaign="W" * 64,
        logo=logo,
        printable=False,
    )


def case(name: str, logo: Path) -> Poster:
    return {
        "English": poster(),
        "English with a logo": replace(poster(), logo=logo),
        "English and Khmer": poster(survey()),
        "with a logo": replace(poster(survey()), logo=logo),
        "of this machine": poster(survey(), link=LOCAL, printable=False),
        "as long as it comes": longest(logo),
    }[name]


EVERY_POSTER = pytest.mark.parametrize(
    "name",
    ["English", "English with a logo", "English and Khmer", "with a logo", "of this machine", "as long as it comes"],
)


# -- print --------------------------------------------------------------------------------------------------


@EVERY_POSTER
def test_a_poster_is_one_page_of_a4_with_its_fonts_and_its_code_as_lines(name: str, logo: Path) -> None:
    pdf = poster_pdf(case(name, logo))

    with pypdfium2.PdfDocument(pdf) as document:
        assert len(document) == 1
        assert document[0].get_size() == pytest.approx((595.3, 841.9), abs=0.1)
        kinds = [each.type for each in document[0].get_objects()]
    assert b"/FontFile2" in pdf
    assert b"/Type3" not in pdf
    assert kinds.count(pypdfium2.raw.FPDF_PAGEOBJ_IMAGE) == (1 if case(name, logo).logo else 0)
    assert len(pdf) < 150_000


@EVERY_POSTER
def test_the_code_is_at_least_8_cm_wide_with_4_modules_of_white_around(name: str, logo: Path) -> None:
    asked = case(name, logo)

    page = rasterised_pdf(poster_pdf(asked), dpi=200)

    left, top, right, bottom = black_box(page)
    assert right - left >= 8 * DOTS_PER_CM - 1
    assert right - left == pytest.approx(bottom - top, abs=1)
    assert (left + right) / 2 == pytest.approx(page.width / 2, abs=1)
    assert quiet_modules(page, asked.link) >= QUIET


@EVERY_POSTER
def test_nothing_reaches_into_the_margin_that_printers_leave_white(name: str, logo: Path) -> None:
    page = np.asarray(rasterised_pdf(poster_pdf(case(name, logo)), dpi=72).convert("L"))

    inked = page < 250

    assert not inked[:28].any()
    assert not inked[-28:].any()
    assert not inked[:, :28].any()
    assert not inked[:, -28:].any()


@EVERY_POSTER
def test_texts_stay_inside_and_off_each_other(name: str, logo: Path) -> None:
    with pypdfium2.PdfDocument(poster_pdf(case(name, logo))) as document:
        texts = [
            each.get_bounds()
            for each in document[0].get_objects([pypdfium2.raw.FPDF_PAGEOBJ_TEXT])
            if each.get_bounds()[2] > each.get_bounds()[0]
        ]

    for left, bottom, right, top in texts:
        assert 34 <= left < right <= 595 - 34
        for other_left, other_bottom, other_right, other_top in texts:
            across = min(right, other_right) - max(left, other_left)
            along = min(top, other_top) - max(bottom, other_bottom)
            same_line = abs(bottom - other_bottom) < 4 or min(right - left, other_right - other_left) < 12
            assert across < 1 or along < 4 or same_line


# -- reading ------------------------------------------------------------------------------------------------


@EVERY_POSTER
def test_a_poster_s_code_is_read_as_the_link(name: str, logo: Path) -> None:
    asked = case(name, logo)
    page = rasterised_pdf(poster_pdf(asked))

    assert decoded(page) == [asked.link]


@EVERY_POSTER
def test_a_poor_phone_reads_it_from_a_worn_print(name: str, logo: Path) -> None:
    asked = case(name, logo)
    page = rasterised_pdf(poster_pdf(asked))
    left, top, right, bottom = black_box(page)
    around = page.crop((left - 30, top - 30, right + 30, bottom + 30))

    assert decoded(around.filter(ImageFilter.GaussianBlur(1.5))) == [asked.link]
    assert decoded(photographed(around, width=300)) == [asked.link]


def test_each_language_has_its_lines() -> None:
    asked = poster(survey('poster = { en = "What is in your cup?" }'))

    said = words_of(poster_pdf(asked))

    for line in (
        "The Tea Society",
        "Tea at work",
        "What is in your cup?",
        "Scan with your camera: this is not a payment QR",
        "open Telegram, search @market_survey_bot, press START and type the code.",
        "K7M3P",
        SHORT,
        "Market Day",
    ):
        assert said.count(line) == 1
    for words in ("តែ", "កន្លែង", KHMER_WORDS.scan, KHMER_WORDS.by_hand):
        assert {char for char in words if "\u1780" <= char <= "\u17ff"} <= set(said)


def test_the_campaigns_own_language_comes_first() -> None:
    tea = survey()
    khmer_first, english_first, unknown = (
        poster_for(tea, link=SHORT, username="tea_bot", code="K7M3P", campaign="Market Day", language=language)
        for language in ("km", "en", "fr")
    )

    assert khmer_first.languages == ("km", "en")
    assert english_first.languages == unknown.languages == ("en", "km")
    assert poster_pdf(khmer_first) != poster_pdf(english_first)


def test_who_asks_begins_with_a_capital_as_a_heading_does() -> None:
    assert poster().organisation == "the Mobile Money Survey team"
    assert words_of(poster_pdf(poster())).startswith("The Mobile Money Survey team")


def test_the_bot_has_an_invitation_where_the_survey_has_none() -> None:
    assert "Tell us in two minutes" in words_of(poster_pdf(poster(survey())))


def test_the_home_survey_invites_in_its_own_words() -> None:
    assert poster().invitation == Text({"en": "Tell us in two minutes", "km": KHMER_WORDS.invite}, "en")


def test_what_is_not_translated_stands_there_once() -> None:
    said = words_of(poster_pdf(poster(survey(languages='"en", "km", "fr", "de"'))))

    assert said.count("Scan with your camera: this is not a payment QR") == 1
    assert said.count("Tea at work") == 1


@pytest.mark.parametrize("most", [1, 2])
def test_a_line_that_ends_in_an_ellipsis_of_its_own_is_not_taken_for_cut_off(most: int) -> None:
    style = Style(40, bold=True)

    assert _fitted("Tell us…", style, 480, most) == (("Tell us…", style),)


def test_a_line_that_is_too_long_gets_smaller_before_it_loses_its_end() -> None:
    ((whole, smaller),) = _fitted("Tell us what you think of it", Style(40), 480, 1)
    ((cut, smallest),) = _fitted("Tell us what you think of it " * 5, Style(40), 480, 1)

    assert whole == "Tell us what you think of it"
    assert 20 < smaller.size < 40
    assert cut.endswith("…")
    assert smallest.size <= 21


def test_no_word_stands_alone_below_a_long_line() -> None:
    first, second = (line for line, _ in _fitted("Tell us what you think of our branches", Style(20), 380, 2))

    assert len(second) > len(first) / 2


def test_only_as_many_languages_as_are_read_from_afar_are_printed(logo: Path) -> None:
    asked = longest(logo)
    assert len(asked.languages) > MOST_LANGUAGES

    assert poster_pdf(asked) == poster_pdf(replace(asked, languages=asked.languages[:MOST_LANGUAGES]))


def test_a_username_is_searched_with_one_at_sign() -> None:
    assert poster_pdf(replace(poster(), username="@market_survey_bot")) == poster_pdf(poster())


def test_a_poster_of_this_machine_says_that_it_is_not_for_print() -> None:
    assert "NOT FOR PRINT" in words_of(poster_pdf(poster(link=LOCAL, printable=False)))
    assert "NOT FOR PRINT" not in words_of(poster_pdf(poster()))


def test_emoji_and_letters_without_a_font_leave_no_boxes() -> None:
    asked = replace(poster(), campaign="🎉 Market Day 市場", title=Text({"en": "Tea 🍵 time"}, "en"))

    said = words_of(poster_pdf(asked))

    assert "Tea time" in said
    assert "Market Day" in said


# -- logo ---------------------------------------------------------------------------------------------------


def test_a_logo_is_shown_in_its_colours_and_shape(logo: Path) -> None:
    page = np.asarray(rasterised_pdf(poster_pdf(replace(poster(), logo=logo)), dpi=144).convert("RGB")).astype(int)

    rows, columns = np.nonzero(np.abs(page - (0xE2, 0x00, 0x1A)).sum(axis=2) < 12)

    assert np.ptp(columns) / np.ptp(rows) == pytest.approx(3, rel=0.05)
    assert rows.max() < page.shape[0] / 4


def test_the_survey_s_logo_comes_onto_its_poster(logo: Path) -> None:
    assert poster(survey('logo = "logo.png"', folder=logo.parent)).logo == logo


def test_a_logo_that_has_gone_since_is_named(logo: Path) -> None:
    asked = replace(poster(), logo=logo)
    logo.unlink()

    with pytest.raises(CampaignError, match=r'^The survey\'s logo: there is no file "logo\.png" beside survey'):
        poster_pdf(asked)


# -- bytes --------------------------------------------------------------------------------------------------


def test_posters_are_the_same_however_many_are_made_at_once() -> None:
    asked = [poster(), poster(survey()), poster(survey(), link=LONG)] * 2
    alone = [poster_pdf(each) for each in asked]

    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(poster_pdf, asked))

    assert together == alone


def test_a_module_of_the_poster_is_a_module_of_the_code() -> None:
    page = np.asarray(rasterised_pdf(poster_pdf(poster()), dpi=300).convert("L"))
    left, top, right, _ = black_box(Image.fromarray(page))
    size = len(modules(SHORT))

    middles = ((np.arange(size) + 0.5) * (right - left) / size).astype(int)

    assert (page[top + middles[:, None], left + middles] < 128).tolist() == [list(row) for row in modules(SHORT)]
