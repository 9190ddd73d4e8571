"""Who runs the bot: links that make somebody an owner or an admin, the list of them, and the log of what they did."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.desk.access import ADMIN, OWNER
from bot.desk.visit import Answer, Office, Visit
from bot.store import admins, outbox
from bot.store.letters import Address, Menu, Message

PAYLOADS = {OWNER: "own_", ADMIN: "adm_"}
"""How the payloads of invitations begin."""
VALID = timedelta(hours=24)
LISTED = 20
"""Acts of the audit log that are shown, and people who can be removed by a button."""


def show_admins(visit: Visit) -> Answer:
    """List those who run the bot, with buttons to invite and remove."""
    named = visit.office.access.named
    lines = [visit.text("admins")]
    lines += [visit.text("admins_named", who=_called(visit, who)) for who in sorted(named, key=lambda one: one.chat)]
    stored = [admin for admin in admins.everybody(visit.connection) if admin.address not in named]
    lines += [
        visit.text(
            "admins_line",
            who=_called(visit, admin.address),
            role=visit.text(f"role_{admin.role}"),
            since=visit.shown(admin.since),
        )
        for admin in stored
    ]
    invite = [visit.button(f"button_invite_{role}", "invite", role) for role in (ADMIN, OWNER)]
    remove = [
        [visit.button("button_dismiss", "dismiss", _id(admin.address), who=admin.address.chat)]
        for admin in stored[:LISTED]
        if admin.address != visit.who
    ]
    return (visit.say_words("\n".join(lines), *([one] for one in invite), *remove),)


def invite(visit: Visit) -> Answer:
    """Make a link that gives a role once."""
    role = visit.argument if visit.argument in PAYLOADS else ADMIN
    link = invitation(visit.office, visit.connection, role, visit.now + VALID)
    if link is None:
        return (visit.say("campaign_no_username"),)
    visit.log("invite", role)
    return (visit.say("invite", role=visit.text(f"role_{role}"), hours=VALID // timedelta(hours=1), link=link),)


def invitation(office: Office, connection: Connection, role: str, expires_at: datetime) -> str | None:
    """Return a new link that gives a role, once and until then; None while the bot does not know its own name."""
    secret = secrets.token_urlsafe(16)
    link = office.link(connection, PAYLOADS[role] + secret)
    if link is not None:
        admins.invite(connection, secret, role, expires_at)
    return link


def accept(office: Office, connection: Connection, who: Address, payload: str, now: datetime) -> str | None:
    """Give somebody the role of the invitation that they came by; None where that is used, too old or forged."""
    beginning = next((each for each in PAYLOADS.values() if payload.startswith(each)), "")
    role = admins.redeem(connection, payload.removeprefix(beginning), now)
    if role is not None:
        admins.appoint(connection, who, role, now)
        admins.log(connection, who, "accept", role, now)
    return role


def ask_dismiss(visit: Visit) -> Answer:
    """Ask whether somebody shall no longer run the bot."""
    who = _named(visit)
    yes = visit.button("button_yes_dismiss", "dismiss_yes", _id(who))
    return (visit.say("dismiss_sure", [yes], [visit.button("button_no", "nothing")], who=who.chat),)


def dismiss(visit: Visit) -> Answer:
    """Take somebody's role away, and their menu."""
    who, access = _named(visit), visit.office.access
    if who in access.named:
        return (visit.say("dismiss_named", who=who.chat),)
    if access.role(visit.connection, who) == OWNER and access.owners(visit.connection) == [who]:
        return (visit.say("dismiss_last"),)
    if not admins.dismiss(visit.connection, who):
        return (visit.say("dismissed_already", who=who.chat),)
    visit.log("dismiss", who.chat)
    told: list[Message] = [visit.say("dismissed_told"), Menu((), visit.language)]
    if who == visit.who:
        return told
    outbox.put(visit.connection, who, told, visit.now)  # the next look around sends it
    return (visit.say("dismissed", who=who.chat),)


def nothing(visit: Visit) -> Answer:
    """Take a no."""
    return (visit.say("unchanged"),)


def show_audit(visit: Visit) -> Answer:
    """List who did what."""
    acts = admins.latest(visit.connection, LISTED)
    if not acts:
        return (visit.say("audit_none"),)
    lines = [
        visit.text(
            "audit_line", at=visit.shown(act.at), who=_called(visit, act.by), act=act.act, detail=act.detail
        ).rstrip()
        for act in acts
    ]
    return (visit.say_words("\n".join([visit.text("audit"), "", *lines])),)


def _called(visit: Visit, who: Address) -> str:
    return visit.text("admins_you", who=who.chat) if who == visit.who else who.chat


def _id(who: Address) -> str:
    return f"{who.channel}:{who.chat}"


def _named(visit: Visit) -> Address:
    """Return whom a button is about; those of earlier releases, still in the chat, name people by their numbers."""
    channel, _, chat = visit.argument.partition(":")
    return Address(channel, visit.office.pseudonyms.seals.sealed(channel, chat))
