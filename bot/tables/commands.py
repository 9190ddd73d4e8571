"""What `python -m bot export` and `python -m bot import` do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from bot.errors import UserError
from bot.pseudonyms import Pseudonyms, read_or_make
from bot.settings import Settings
from bot.store import campaigns
from bot.store.database import Store, StoreError, shown, sqlite_file
from bot.store.ids import refuse_another_key
from bot.tables.export import export
from bot.tables.filters import FORMATS, Filters, Format, filters, find_campaign, parse_date, zone_of
from bot.tables.import_texts import import_text
from bot.tables.importing import import_rows
from bot.tables.reading import Faults, read_table
from engine.survey import Survey, load


async def export_to(settings: Settings, path: Path, first: str | None, last: str | None, campaign: str | None) -> str:
    """Export to a file, and return what to say."""
    survey, format_ = load(settings.survey_dir), _format(path)
    with _opened(settings, must_be=True) as store:
        pseudonyms = await _pseudonyms(settings, store)
        chosen = await _filters(store, settings, survey, format_, (first, last), campaign)
        written = await export(store, survey, pseudonyms, chosen, path)
    return "\n".join(f"Exported to {part} ({part.stat().st_size / 1e6:.1f} MB)." for part in written)


async def import_from(settings: Settings, path: Path) -> str | Faults:
    """Import a file, and return what to say, or what is wrong with it."""
    survey = load(settings.survey_dir)
    table = await read_table(survey, path)
    if isinstance(table, Faults):
        return table
    with _opened(settings) as store:
        return import_text(await import_rows(store, await _pseudonyms(settings, store), table))


async def _pseudonyms(settings: Settings, store: Store) -> Pseudonyms:
    """Return what people are called under the database's own key; raises `StoreError` where that is another."""
    pseudonyms = read_or_make(settings, store.file)
    await store.look(partial(refuse_another_key, pseudonyms=pseudonyms, where=shown(store.url)))
    return pseudonyms


async def _filters(
    store: Store,
    settings: Settings,
    survey: Survey,
    format_: Format,
    days: tuple[str | None, str | None],
    campaign: str | None,
) -> Filters:
    first, last = (None if day is None else parse_date(day) for day in days)
    known = await store.look(campaigns.everything) if campaign else []
    whose = find_campaign(campaign, known) if campaign else None
    return filters(zone_of(settings, survey), first, last, whose, format_)


def _format(path: Path) -> Format:
    for format_ in FORMATS:
        if path.suffix.lower() == f".{format_}":
            return format_
    raise UserError(f"{path}: answers are exported as .xlsx or .csv; name a file that ends so")


@contextmanager
def _opened(settings: Settings, *, must_be: bool = False) -> Iterator[Store]:
    url = settings.database_url.get_secret_value()
    if must_be and (file := sqlite_file(url)) is not None and not file.exists():
        raise StoreError(f"DATABASE_URL: there is no {file} to export from")
    store = Store.open(url, settings.backup_dir)
    try:
        yield store
    finally:
        store.close()
