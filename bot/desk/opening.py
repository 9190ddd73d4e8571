"""What the desk does when the bot starts: links get the bot's name, menus are put up, and an owner is looked for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.desk.access import OWNER
from bot.desk.commands import menu
from bot.desk.greeting import is_greeted, spoken_by
from bot.desk.staff import invitation
from bot.desk.visit import USERNAME, Office
from bot.store import admins, facts, outbox
from bot.store.letters import Address, Menu

FIRST_OWNER_VALID = timedelta(minutes=15)
"""How long the link works that the console shows: whoever reads it there need not wait."""


def open_desk(
    office: Office,
    username: str,
    say: Callable[[str], None],
    now: datetime,
    connection: Connection,
) -> list[Address]:
    """Get the desk ready; return the chats for which something new is in the outbox.

    Parameters
    ----------
    office : Office
    username : str
        What the bot is called.
    say : callable
        Writes a line to the person at the console, who may make somebody the owner where nobody is.
    now : datetime
    connection : Connection
    """
    facts.write(connection, USERNAME, username)
    if not office.access.owners(connection):
        admins.withdraw(connection, OWNER)
        link = invitation(office, connection, OWNER, now + FIRST_OWNER_VALID)
        say(f"Nobody owns this bot yet. Whoever opens this link within 15 minutes does:\n{link}")
    return _put_up_menus(office, now, connection)


def _put_up_menus(office: Office, now: datetime, connection: Connection) -> list[Address]:
    """Put up the menu of everybody who runs the bot anew: a new program has other commands."""
    everybody = office.access.everybody(connection)
    for who, role in everybody.items():
        if who in office.access.named and not is_greeted(connection, who, office):
            continue  # Telegram knows no chat with them before they press START
        language = spoken_by(connection, who, office)
        outbox.put(connection, who, [Menu(menu(role, language), language)], now)
    return list(everybody)
