from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.settings import Settings
from bot.store.campaigns import Campaign
from bot.store.labelled import Extent
from bot.tables.filters import FilterError, Filters, parse_filters, zone_of
from engine import survey as surveys
from engine.survey import Survey

PHNOM_PENH = ZoneInfo("Asia/Phnom_Penh")
NOW = datetime(2026, 10, 1, tzinfo=UTC)


def campaign(name: str, slug: str) -> Campaign:
    return Campaign(1, name, slug, f"t_{slug}", "C2DFG", NOW, None)


MARKET, CSV, KHMER = campaign("Market Day", "market-day"), campaign("CSV 2026-10-01", "c-1"), campaign("ផ្សារ", "k2x")
CAMPAIGNS = (MARKET, CSV, KHMER)
OCTOBER = (date(2026, 10, 1), date(2026, 10, 31))


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("", Filters(PHNOM_PENH)),
        ("csv", Filters(PHNOM_PENH, format="csv")),
        ("XLSX", Filters(PHNOM_PENH)),
        ("2026-10-01", Filters(PHNOM_PENH, OCTOBER[0])),
        ("csv 2026-10-01 2026-10-31 market-day", Filters(PHNOM_PENH, *OCTOBER, MARKET, "csv")),
        ("2026-10-1 MARKET  day 2026-10-31", Filters(PHNOM_PENH, *OCTOBER, MARKET)),
        ("ផ្សារ csv", Filters(PHNOM_PENH, campaign=KHMER, format="csv")),
        ("csv 2026-10-01", Filters(PHNOM_PENH, campaign=CSV)),
        ("csv c-1", Filters(PHNOM_PENH, campaign=CSV, format="csv")),
    ],
)
def test_what_is_asked_for_in_any_order(asked: str, meant: Filters) -> None:
    assert parse_filters(asked, CAMPAIGNS, PHNOM_PENH) == meant


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("2026-13-01", "There is no day 2026-13-01; a date is written year-month-day, as in 2026-10-31."),
        ("31.10.2026", '"31.10.2026" is no date; write year-month-day, as in 2026-10-31.'),
        ("2026-10-31 2026-10-01", "2026-10-31 is after 2026-10-01; the first day comes first, such as"),
        ("2026-10-01 2026-10-02 2026-10-03", "At most two dates"),
        ("marketday", 'There is no campaign "marketday"; did you mean "market-day"?'),
        ("Christmas", 'There is no campaign "Christmas"; there are: "Market Day", "CSV 2026-10-01", "ផ្សារ".'),
        ("x" * 5000, "There is no campaign"),
    ],
)
def test_a_mistake_is_answered_in_one_line_that_says_what_would_be_right(asked: str, said: str) -> None:
    with pytest.raises(FilterError) as raised:
        parse_filters(asked, CAMPAIGNS, PHNOM_PENH)

    assert str(raised.value).startswith(said)
    assert "\n" not in str(raised.value)
    assert len(str(raised.value)) < 200


def test_days_begin_and_end_in_the_zone_and_are_both_included() -> None:
    extent = Filters(PHNOM_PENH, *OCTOBER, MARKET).extent

    assert extent == Extent(
        datetime(2026, 9, 30, 17, tzinfo=UTC), datetime(2026, 10, 31, 17, tzinfo=UTC), campaign="market-day"
    )


@pytest.mark.parametrize("day", [date.min, date.max])
def test_the_ends_of_the_calendar_are_days_like_others(day: date) -> None:
    extent = Filters(PHNOM_PENH, day, day).extent

    assert extent.since is not None
    assert extent.until is None or extent.since < extent.until


def test_filters_are_told_in_words_and_as_options_of_the_command() -> None:
    chosen = Filters(PHNOM_PENH, *OCTOBER, MARKET)

    assert str(chosen) == 'finished from 2026-10-01 to 2026-10-31 (Asia/Phnom_Penh), of the campaign "Market Day"'
    assert chosen.arguments() == ["--from", "2026-10-01", "--to", "2026-10-31", "--campaign", "market-day"]
    assert str(Filters(PHNOM_PENH)) == "none: all answers"
    assert Filters(PHNOM_PENH).arguments() == []


def test_dates_are_told_in_the_set_zone_or_else_in_the_surveys(coffee: Survey) -> None:
    assert zone_of(Settings(timezone="Asia/Tokyo"), coffee).key == "Asia/Tokyo"
    assert zone_of(Settings(), coffee).key == "Europe/Paris"


def test_a_zone_that_the_survey_made_up_is_named(tmp_path: Path, coffee: Survey) -> None:
    text = (coffee.folder / "survey.toml").read_text(encoding="utf-8").replace("Europe/Paris", "Europe/Atlantis")

    with pytest.raises(FilterError, match='about: "timezone" is "Europe/Atlantis"'):
        zone_of(Settings(), surveys.parse(text, folder=tmp_path))
