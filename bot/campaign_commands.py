"""Campaigns from the command line: `python -m bot campaign …`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeAlias, TypeVar

from sqlalchemy import Connection

from bot.campaigns.naming import clean_name, name_key
from bot.clock import utc_now
from bot.desk.access import Access
from bot.desk.campaigning import make
from bot.desk.visit import USERNAME, Office
from bot.errors import UserError
from bot.figures.funnel_text import overview_line
from bot.figures.overviews import Overview, read_overviews
from bot.pseudonyms import read_or_make
from bot.reports.campaigns import Ready, pdf_of, png_of, ready, svg_of
from bot.settings import Settings, SettingsError
from bot.store import campaigns, facts
from bot.store.campaigns import Campaign
from bot.store.database import Store, sqlite_file
from bot.tables.filters import zone_of
from bot.telegram.connection import username_of
from engine import survey as surveys
from engine.survey import Survey

Say: TypeAlias = Callable[[str], None]
"""Writes a line to the person at the console."""
T = TypeVar("T")


def create(settings: Settings, given: str, file: Path | None, say: Say, language: str | None = None) -> None:
    """Make a campaign, or find the one of that name; print its links, and write its QR code or poster.

    With a language, that is the one in which it meets people from now on.

    Raises
    ------
    UserError
        Where the name, the file, the language or a setting cannot be used; then nothing is stored.
    """
    name, draw = clean_name(given), None if file is None else _drawing(file)
    office = _office(settings)
    if language is not None:
        _refuse_unspoken(language, office.survey)

    def made(connection: Connection) -> tuple[Ready, bool]:
        known = campaigns.named(connection, name_key(name))
        campaign = known or make(connection, name, utc_now(), language)
        if language is not None and campaign.language != language:
            campaigns.speak(connection, campaign.id, language)
        found = ready(office, connection, campaign.slug)
        assert found is not None, "the bot's own name was just written down"
        return found, known is None

    found, new = _in_store(settings, made)
    say(f'The campaign "{found.campaign.name}" is {"ready" if new else "there already"}.')
    say(f"Link:       {found.links.campaign}")
    say(f"Code:       {found.campaign.code} (typed as the first message to @{found.username})")
    if found.campaign.language is not None:
        say(f"Language:   {found.campaign.language} (in which it meets people who first come by it)")
    say(f"To try out: {found.links.test} (what is answered there counts nowhere)")
    if file is not None and draw is not None:
        _write(file, draw(office, found))
        say(f"Wrote {file}.")


def _refuse_unspoken(language: str, survey: Survey) -> None:
    if language not in survey.languages:
        raise UserError(
            f"--language: {language!r} is no language of this survey; it speaks {', '.join(survey.languages)}"
        )


def listed(settings: Settings, say: Say) -> None:
    """Print all campaigns, and how many people started and finished by each."""
    office = _office(settings)

    def look(connection: Connection) -> list[tuple[Campaign, str, Overview]]:
        people = {overview.id: overview for overview in read_overviews(connection)}
        return [
            (each, office.link(connection, each.slug) or "", people[each.id])
            for each in campaigns.everything(connection)
        ]

    found = _in_store(settings, look)
    if not found:
        say('There is no campaign yet; `python -m bot campaign create "Market Day"` makes one.')
    for campaign, link, people in found:
        counts = overview_line(people, "en")
        spoken = f"  {campaign.language}" if campaign.language else ""
        say(f"{campaign.name}{' (archived)' if campaign.archived else ''}  {link}  {campaign.code}{spoken}  {counts}")


def archive(settings: Settings, given: str, say: Say) -> None:
    """Archive a campaign; raises `UserError` where there is none of that name."""

    def put_away(connection: Connection) -> Campaign:
        found = campaigns.find(connection, given, name_key(given))
        if found is None:
            raise UserError(f'There is no campaign "{given}"; `python -m bot campaign list` lists them.')
        campaigns.archive(connection, found.slug, utc_now())
        return found

    found = _in_store(settings, put_away)
    say(f'"{found.name}" is archived. Its links and codes still start the survey.')


_DRAWINGS: dict[str, Callable[[Office, Ready], bytes]] = {
    ".png": lambda _, found: png_of(found),
    ".svg": lambda _, found: svg_of(found),
    ".pdf": pdf_of,
}


def _drawing(file: Path) -> Callable[[Office, Ready], bytes]:
    draw = _DRAWINGS.get(file.suffix.lower())
    if draw is None:
        raise UserError(f"--qr: {file.name} must end in .png or .svg (the code alone) or .pdf (a poster to print)")
    if not file.parent.is_dir():
        raise UserError(f"--qr: there is no folder {file.parent}")
    return draw


def _write(file: Path, content: bytes) -> None:
    try:
        file.write_bytes(content)
    except OSError as error:
        raise UserError(f"--qr: {file} cannot be written ({error.strerror})") from None


def _office(settings: Settings) -> Office:
    survey = surveys.load(settings.survey_dir)
    database = sqlite_file(settings.database_url.get_secret_value())
    pseudonyms = read_or_make(settings, database)
    return Office(survey, settings.versions, Access(), pseudonyms, zone_of(settings, survey))


def _in_store(settings: Settings, work: Callable[[Connection], T]) -> T:
    """Do something in the bot's database, once it is known what the bot is called."""

    async def do() -> T:
        store = Store.open(settings.database_url.get_secret_value(), settings.backup_dir)
        try:
            await store.step(partial(facts.write, name=USERNAME, value=await _username(settings, store)))
            return await store.step(work)
        finally:
            store.close()

    return asyncio.run(do())


async def _username(settings: Settings, store: Store) -> str:
    """Return what the bot is called: by BOT_USERNAME, as it said when it last ran, or as Telegram says."""
    if settings.bot_username is not None:
        return settings.bot_username
    if known := await store.step(partial(facts.read, name=USERNAME)):
        return known
    if settings.bot_token is None:
        raise SettingsError("BOT_USERNAME: not set, and without BOT_TOKEN Telegram can't be asked; set one of the two")
    return await username_of(settings.bot_token.get_secret_value(), settings.telegram_api_url)
