"""Those who run the bot: their roles, the links that make somebody one of them, and the log of what they did."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, tuple_

from bot.store.dialects import Upsert
from bot.store.letters import Address
from bot.store.schema import admins, audit, invitations

OWNER, ADMIN = "owner", "admin"


@dataclass(frozen=True, slots=True)
class Admin:
    """Somebody who runs the bot, and since when."""

    address: Address
    role: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Act:
    """Something that one of them did."""

    at: datetime
    by: Address
    act: str
    detail: str


def roles(connection: Connection, addresses: Collection[Address]) -> dict[Address, str]:
    """Return the roles of those among these people who have one."""
    if not addresses:
        return {}
    keys = [(address.channel, address.chat) for address in addresses]
    query = select(admins.c.channel, admins.c.user_id, admins.c.role)
    found = connection.execute(query.where(tuple_(admins.c.channel, admins.c.user_id).in_(keys)))
    return {Address(row.channel, row.user_id): row.role for row in found}


def everybody(connection: Connection) -> list[Admin]:
    """Return all of them, the first one first."""
    rows = connection.execute(select(admins).order_by(admins.c.since, admins.c.user_id))
    return [Admin(Address(row.channel, row.user_id), row.role, row.since) for row in rows]


def appoint(connection: Connection, address: Address, role: str, now: datetime) -> None:
    """Give somebody a role; an owner is not made less by an admin's link."""
    if roles(connection, [address]).get(address) != OWNER:
        values = {"channel": address.channel, "user_id": address.chat, "role": role, "since": now}
        _APPOINT.execute(connection, [values])


_APPOINT = Upsert(admins, ("channel", "user_id"), replaces=("role", "since"))


def dismiss(connection: Connection, address: Address) -> bool:
    """Take somebody's role away; False where they had none."""
    return connection.execute(delete(admins).where(_is(address))).rowcount > 0


def _is(address: Address) -> ColumnElement[bool]:
    return (admins.c.channel == address.channel) & (admins.c.user_id == address.chat)


# -- invitations ----------------------------------------------------------------------------------------------


def invite(connection: Connection, secret: str, role: str, expires_at: datetime) -> None:
    """Remember that whoever knows a secret may have a role, once and until then; the secret itself is not kept."""
    values = {"digest": _digest(secret), "role": role, "expires_at": expires_at}
    connection.execute(insert(invitations).values(values))


def redeem(connection: Connection, secret: str, now: datetime) -> str | None:
    """Use a secret up, and return the role that it gives; None where it is unknown, used or too old."""
    connection.execute(delete(invitations).where(invitations.c.expires_at <= now))
    used = delete(invitations).where(invitations.c.digest == _digest(secret)).returning(invitations.c.role)
    return connection.scalar(used)


def withdraw(connection: Connection, role: str) -> None:
    """Make the links that give a role, and were not used, useless."""
    connection.execute(delete(invitations).where(invitations.c.role == role))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


# -- the log --------------------------------------------------------------------------------------------------


def log(connection: Connection, by: Address, act: str, detail: str, now: datetime) -> None:
    """Write down what somebody did."""
    values = {"at": now, "channel": by.channel, "user_id": by.chat, "act": act[:32], "detail": detail[:512]}
    connection.execute(insert(audit).values(values))


def acts_of(connection: Connection, who: Address) -> int:
    """Count what somebody did."""
    theirs = (audit.c.channel == who.channel) & (audit.c.user_id == who.chat)
    return connection.scalar(select(func.count()).select_from(audit).where(theirs)) or 0


def latest(connection: Connection, most: int) -> Sequence[Act]:
    """Return the latest acts, the newest first."""
    rows = connection.execute(select(audit).order_by(audit.c.id.desc()).limit(most))
    return [Act(row.at, Address(row.channel, row.user_id), row.act, row.detail) for row in rows]
