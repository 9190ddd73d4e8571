"""Which answers an export takes, as it is asked for in a chat or on the command line."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, TypeAlias, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.campaigns.naming import name_key
from bot.errors import UserError
from bot.settings import Settings
from bot.store.campaigns import Campaign
from bot.store.labelled import Extent
from engine.survey import Survey

Format: TypeAlias = Literal["xlsx", "csv"]
FORMATS: tuple[Format, ...] = get_args(Format)

_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}", re.ASCII)
_LIKE_A_DATE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}", re.ASCII)
_MOST_NAMED = 10


class FilterError(UserError):
    """What cannot be exported as asked; one line that says what would be right."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What an export takes.

    Attributes
    ----------
    zone : ZoneInfo
        Where days begin and end.
    first, last : date or None
        The days on which the runs were finished, both included.
    campaign : Campaign or None
        The campaign that people came by.
    format : {"xlsx", "csv"}
    """

    zone: ZoneInfo
    first: date | None = None
    last: date | None = None
    campaign: Campaign | None = None
    format: Format = "xlsx"

    @property
    def extent(self) -> Extent:
        """The part of the answers, in moments."""
        since = None if self.first is None else self._begin(self.first)
        until = None if self.last is None or self.last == date.max else self._begin(self.last + timedelta(days=1))
        return Extent(since, until, None if self.campaign is None else self.campaign.slug)

    def _begin(self, day: date) -> datetime:
        try:
            return datetime.combine(day, time(), self.zone).astimezone(UTC)
        except OverflowError:  # the first day of all, east of Greenwich
            return datetime.min.replace(tzinfo=UTC)

    def __str__(self) -> str:
        days = [f"from {self.first}"] if self.first else []
        days += [f"to {self.last}"] if self.last else []
        when = f"finished {' '.join(days)} ({self.zone.key})" if days else ""
        whose = f'of the campaign "{self.campaign.name}"' if self.campaign else ""
        return ", ".join(filter(None, (when, whose))) or "none: all answers"

    def arguments(self) -> list[str]:
        """Return the options of `python -m bot export` that stand for these filters."""
        options = {
            "--from": self.first and self.first.isoformat(),
            "--to": self.last and self.last.isoformat(),
            "--campaign": self.campaign and self.campaign.slug,
        }
        return [word for name, value in options.items() if value for word in (name, value)]


def zone_of(settings: Settings, survey: Survey) -> ZoneInfo:
    """Return the zone in which dates are told: TIMEZONE, else the survey's, else UTC."""
    name = settings.timezone or survey.about.timezone or "UTC"
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise FilterError(
            f'{survey.folder / "survey.toml"}: about: "timezone" is "{name}", which is no time zone\'s name such as '
            "Asia/Phnom_Penh or UTC; correct it, or set TIMEZONE"
        ) from None


def parse_filters(text: str, campaigns: Sequence[Campaign], zone: ZoneInfo) -> Filters:
    """Read what is asked for in a chat, such as "csv 2026-10-01 2026-10-31 market-day", in any order.

    One date alone is the first day; a campaign goes by its name or slug.

    Raises
    ------
    FilterError
        With one line that says what would be right.
    """
    words, chosen = _without_format(text.split(), campaigns)
    if words and (whole := _named(" ".join(words), campaigns)) is not None:  # it may be called like a date
        return Filters(zone, campaign=whole, format=chosen)
    days = [parse_date(word) for word in words if _LIKE_A_DATE.fullmatch(word)]
    if len(days) > 2:
        raise FilterError("At most two dates, the first and the last day, such as 2026-10-01 2026-10-31.")
    first, last = (*days, None, None)[:2]
    name = " ".join(word for word in words if not _LIKE_A_DATE.fullmatch(word))
    return filters(zone, first, last, find_campaign(name, campaigns) if name else None, chosen)


def _without_format(words: list[str], campaigns: Sequence[Campaign]) -> tuple[list[str], Format]:
    """Take the word for the format out, unless all of it is a campaign's name."""
    if words and _named(" ".join(words), campaigns) is None:
        for place, word in enumerate(words):
            for format_ in FORMATS:
                if word.lower() == format_:
                    return words[:place] + words[place + 1 :], format_
    return words, FORMATS[0]


def filters(
    zone: ZoneInfo, first: date | None, last: date | None, campaign: Campaign | None, format_: Format
) -> Filters:
    """Return filters; raises `FilterError` where no day is left."""
    if first is not None and last is not None and first > last:
        raise FilterError(f"{first} is after {last}; the first day comes first, such as {last} {first}.")
    return Filters(zone, first, last, campaign, format_)


def parse_date(word: str) -> date:
    """Read a day such as 2026-10-31; raises `FilterError`."""
    if _DATE.fullmatch(word):
        try:
            year, month, day = map(int, word.split("-"))
            return date(year, month, day)
        except ValueError:
            raise FilterError(f"There is no day {word}; a date is written year-month-day, as in 2026-10-31.") from None
    raise FilterError(f'"{word[:40]}" is no date; write year-month-day, as in 2026-10-31.')


def find_campaign(given: str, campaigns: Sequence[Campaign]) -> Campaign:
    """Return the campaign of a slug or a name; raises `FilterError` with those that there are."""
    if (found := _named(given, campaigns)) is not None:
        return found
    if not campaigns:
        raise FilterError(f'There is no campaign "{given[:64]}", and no other yet.')
    names = [campaign.name for campaign in campaigns]
    close = difflib.get_close_matches(given, [*names, *(campaign.slug for campaign in campaigns)], n=1)
    if close:
        raise FilterError(f'There is no campaign "{given[:64]}"; did you mean "{close[0]}"?')
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    listed = ", ".join(f'"{name}"' for name in names[:_MOST_NAMED])
    raise FilterError(f'There is no campaign "{given[:64]}"; there are: {listed}{more}.')


def _named(given: str, campaigns: Sequence[Campaign]) -> Campaign | None:
    by_slug = next((campaign for campaign in campaigns if campaign.slug == given), None)
    key = name_key(given)
    return by_slug or next((campaign for campaign in campaigns if name_key(campaign.name) == key), None)
