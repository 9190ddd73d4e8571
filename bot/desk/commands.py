"""The desk's commands: one table for the menu, the help text, who may, and what each of them does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.conversation import layout
from bot.conversation.commands import MENU as RESPONDENTS
from bot.conversation.commands import help_text
from bot.conversation.commands import menu as respondents_menu
from bot.desk import analysing, asking, campaigning, retraining, staff, waiting
from bot.desk.access import ADMIN, OWNER
from bot.desk.texts import desk_text
from bot.desk.visit import Answer, Handler, Visit
from bot.store.letters import Menu

LEVELS = {ADMIN: 1, OWNER: 2}


@dataclass(frozen=True, slots=True)
class Command:
    """A command, and the role that one needs for it."""

    run: Handler
    needs: str = ADMIN


def show_help(visit: Visit) -> Answer:
    """Say what one can do, as a respondent and as somebody who runs the bot."""
    lines = "\n".join(f"/{name} – {description}" for name, description in _own(visit.role, visit.language))
    words = layout.paragraphs(help_text(visit.office.survey, visit.language), visit.text("help_admin"), lines)
    return (visit.say_words(words), Menu(menu(visit.role, visit.language), visit.language))


COMMANDS: Mapping[str, Command] = {
    "campaign": Command(campaigning.campaign),
    "campaigns": Command(campaigning.listed),
    "funnel": Command(asking.funnel),
    "stats": Command(asking.stats),
    "report": Command(analysing.analyse),
    "retrain": Command(retraining.retrain),
    "models": Command(asking.models),
    "rollback": Command(asking.rollback),
    "export": Command(asking.export),
    "parked": Command(asking.show_parked),
    "admins": Command(staff.show_admins, OWNER),
    "audit": Command(staff.show_audit, OWNER),
    "help": Command(show_help),
}

BUTTONS: Mapping[str, Command] = {
    "show": Command(campaigning.show),
    "speak": Command(campaigning.speak),
    "archive": Command(campaigning.archive),
    "reopen": Command(campaigning.reopen),
    "funnel": Command(asking.funnel_of),
    "use": Command(asking.rollback),
    "clear_parked": Command(asking.clear_parked),
    "import": Command(retraining.import_asked),
    "cancel": Command(waiting.cancel),
    "again": Command(retraining.retrain),
    "analysis": Command(analysing.analyse),
    "promote": Command(retraining.promote),
    "keep": Command(retraining.keep),
    "invite": Command(staff.invite, OWNER),
    "dismiss": Command(staff.ask_dismiss, OWNER),
    "dismiss_yes": Command(staff.dismiss, OWNER),
    "nothing": Command(staff.nothing),
}


def menu(role: str, language: str) -> tuple[tuple[str, str], ...]:
    """Return everything that the menu of somebody who runs the bot lists, their own commands first."""
    return (*_own(role, language), *(one for one in respondents_menu(language) if one[0] not in COMMANDS))


def _own(role: str, language: str) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name, desk_text(f"command_{name}", language))
        for name, command in COMMANDS.items()
        if LEVELS[role] >= LEVELS[command.needs] and name not in RESPONDENTS
    )
