"""The command line: `python -m bot …`. What a command needs is imported when it runs, so that all start fast."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.errors import UserError, place
from bot.logs import configure
from bot.settings import Settings, SettingsError, read_settings
from engine.errors import EngineError

app = typer.Typer(pretty_exceptions_enable=False, add_completion=False)


@app.callback(invoke_without_command=True)
def default(context: typer.Context) -> None:
    """A survey chatbot for Telegram and the browser.

    Without a command: `run` where BOT_TOKEN is set, else `local`.
    """
    if context.invoked_subcommand is None:
        settings = _settings()
        if settings.bot_token is None:
            _local(settings, port=None)
        else:
            _run(settings)


@app.command()
def run() -> None:
    """Serve Telegram: needs BOT_TOKEN, in the environment or in .env."""
    _run(_settings())


@app.command()
def local(
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port of the page; unless given, 8080 or the next one free.")
    ] = None,
    server_only: Annotated[
        bool, typer.Option("--server-only", help="Only the Bot API server, for another process to poll.")
    ] = False,
) -> None:
    """Try the bot in a browser, on this machine only and without a token."""
    settings = _settings()
    if server_only:
        _serve_bot_api(port)
    else:
        _local(settings, port)


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="The file to write; one that exists is never overwritten.")],
) -> None:
    """Copy everything the bot keeps into one file, while it runs; from PostgreSQL and SQLite alike."""
    from bot.store.backup import back_up

    contents = back_up(_settings().database_url.get_secret_value(), file)
    typer.echo(f"Backed up into {file} ({file.stat().st_size / 1e6:.1f} MB): {contents}.")


@app.command()
def restore(file: Annotated[Path, typer.Argument(help="A file that `backup` wrote, on this or another host.")]) -> None:
    """Put a backup in the place of everything the bot keeps, while it runs; all that is copied aside first."""
    from bot.clock import utc_now
    from bot.pseudonyms import read_or_make
    from bot.store import backup as backups
    from bot.store.database import sqlite_file

    settings = _settings()
    url = settings.database_url.get_secret_value()
    folder = backups.backup_folder(url, settings.backup_dir)
    pseudonyms = read_or_make(settings, sqlite_file(url))
    restored = backups.restore(url, file, folder, utc_now(), pseudonyms)
    typer.echo(f"Restored from {file}: {restored.contents}.")
    if restored.before is not None:
        typer.echo(f"What was there before is in {restored.before}.")
    if restored.erased:
        typer.echo(f"People who asked to be erased since that backup, and were erased again: {restored.erased}.")
    if settings.retention_days is not None:
        from bot.retention import apply_once

        erased = asyncio.run(apply_once(settings, pseudonyms))
        typer.echo(f"People whose last activity was more than {settings.retention_days} days ago, erased: {erased}.")


campaigns = typer.Typer(help="Links for posters and posts, and their QR codes.", no_args_is_help=True)
app.add_typer(campaigns, name="campaign")


@campaigns.command("create")
def create_campaign(
    name: Annotated[str, typer.Argument(help="What you call it, in any script: up to 64 characters.")],
    qr: Annotated[
        Path | None, typer.Option("--qr", help="Write its QR code (FILE.png, FILE.svg) or a poster (FILE.pdf).")
    ] = None,
    language: Annotated[
        str | None,
        typer.Option(metavar="CODE", help="In which it meets people, such as en; unless given, that of their app."),
    ] = None,
) -> None:
    """Make a campaign and print its link; the same name again shows the one that is there."""
    from bot.campaign_commands import create

    create(_settings(), name, qr, typer.echo, language)


@campaigns.command("list")
def list_campaigns() -> None:
    """List the campaigns with their links, and how far people came."""
    from bot.campaign_commands import listed

    listed(_settings(), typer.echo)


@campaigns.command("archive")
def archive_campaign(name: Annotated[str, typer.Argument(help="Its name, or what its link carries.")]) -> None:
    """Put a campaign away; its links still start the survey."""
    from bot.campaign_commands import archive

    archive(_settings(), name, typer.echo)


@app.command()
def export(
    file: Annotated[
        Path, typer.Argument(help="The .xlsx or .csv file to write; one that exists is never overwritten.")
    ],
    first: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="The first day, such as 2026-10-01.")
    ] = None,
    last: Annotated[str | None, typer.Option("--to", metavar="DATE", help="The last day, itself included.")] = None,
    campaign: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only who came by this campaign's link; its name or slug.")
    ] = None,
) -> None:
    """Write the answers into a table, while the bot runs: under pseudonyms, with a codebook in an .xlsx file."""
    from bot.tables.commands import export_to

    typer.echo(asyncio.run(export_to(_settings(), file, first, last, campaign)))


@app.command(name="import")
def import_(file: Annotated[Path, typer.Argument(help="A table of labelled answers, .xlsx or .csv.")]) -> None:
    """Take labelled answers in, while the bot runs; a row whose ID is known already is brought up to date."""
    from bot.tables.commands import import_from

    done = asyncio.run(import_from(_settings(), file))
    if isinstance(done, str):
        typer.echo(done)
    else:
        raise UserError("\n".join(f"{file}: {fault}" for fault in done.lines))


def _settings() -> Settings:
    settings = read_settings()
    configure(settings.log_level, as_json=settings.log_json)
    return settings


def _run(settings: Settings) -> None:
    from bot.programs import serve_telegram

    if settings.bot_token is None:
        raise SettingsError(
            "BOT_TOKEN: not set; put BOT_TOKEN=<the token that @BotFather gave you> into the environment or .env, "
            "or try the bot without one: python -m bot local"
        )
    _to_the_end(serve_telegram(settings, settings.bot_token.get_secret_value(), typer.echo))


def _local(settings: Settings, port: int | None) -> None:
    from bot.programs import serve_page

    _to_the_end(serve_page(settings, port, typer.echo))


def _serve_bot_api(port: int | None) -> None:
    from bot.programs import serve_bot_api

    _to_the_end(serve_bot_api(port, typer.echo))


def _to_the_end(work: Coroutine[Any, Any, None]) -> None:
    """Run what a command does in the fastest event loop that there is for this system."""
    if sys.platform == "win32":
        asyncio.run(work)
        return
    import uvloop

    uvloop.run(work)


def main() -> None:
    """Run the command line; no traceback reaches a user who did not ask for it with LOG_LEVEL=DEBUG."""
    try:
        app()
    except (UserError, EngineError) as error:
        typer.echo(error, err=True)
        sys.exit(2)
    except Exception as error:
        logging.getLogger(__name__).debug("unexpected", exc_info=True)
        typer.echo(f"Something went wrong that should not: {place(error)}. LOG_LEVEL=DEBUG shows more.", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
