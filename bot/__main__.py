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
    from bot.store import backup as backups

    settings = _settings()
    url = settings.database_url.get_secret_value()
    restored = backups.restore(url, file, backups.backup_folder(url, settings.backup_dir), utc_now())
    typer.echo(f"Restored from {file}: {restored.contents}.")
    if restored.before is not None:
        typer.echo(f"What was there before is in {restored.before}.")


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
