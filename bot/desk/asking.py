"""Figures, files and models at the desk: what is made when it is sent."""

from __future__ import annotations

from bot.desk.campaigning import named, tapped
from bot.desk.visit import Answer, Visit
from bot.store import parked
from bot.store.letters import Report


def funnel(visit: Visit) -> Answer:
    """Show how far people come, in all or of one campaign."""
    if not visit.argument.strip():
        return (Report("funnel", visit.language),)
    found = named(visit, visit.argument)
    if found is None:
        return (visit.say("campaign_unknown", name=visit.argument.strip()[:64]),)
    return (Report("funnel", visit.language, {"slug": found.slug, "name": found.name}),)


def funnel_of(visit: Visit) -> Answer:
    """Show the funnel of the campaign whose button was tapped."""
    found = tapped(visit)
    if found is None:
        return (visit.say("campaign_gone"),)
    return (Report("funnel", visit.language, {"slug": found.slug, "name": found.name}),)


def stats(visit: Visit) -> Answer:
    """Show answers, grades, groups and how good the guesses are."""
    return (Report("stats", visit.language),)


def export(visit: Visit) -> Answer:
    """Send the answers as a file."""
    visit.log("export", visit.argument.strip())
    return (visit.say("export_making"), Report("export", visit.language, {"argument": visit.argument.strip()[:256]}))


def models(visit: Visit) -> Answer:
    """List the trained models."""
    return (Report("models", visit.language),)


def rollback(visit: Visit) -> Answer:
    """Go back to an earlier model; without its name, list them."""
    version = visit.argument.strip()
    if not version:
        return models(visit)
    visit.log("rollback", version)
    return (Report("rollback", visit.language, {"version": version[:64]}),)


def show_parked(visit: Visit) -> Answer:
    """List what could not be handled or delivered."""
    updates, messages = parked.updates(visit.connection), parked.messages(visit.connection)
    if not updates and not messages:
        return (visit.say("parked_none"),)
    lines = [visit.text("parked")]
    for title, found in (("parked_updates", updates), ("parked_messages", messages)):
        if found:
            lines += ["", visit.text(title), *(_parked_line(visit, each) for each in found)]
    clear = visit.button("button_clear", "clear_parked")
    return (visit.say_words("\n".join(lines), [clear]),)


def _parked_line(visit: Visit, each: parked.Parked) -> str:
    return visit.text(
        "parked_line", number=each.number, kind=each.kind, reason=each.reason, at=visit.shown(each.last_at)
    )


def clear_parked(visit: Visit) -> Answer:
    """Forget what was set aside."""
    parked.clear(visit.connection)
    visit.log("clear parked")
    return (visit.say("parked_cleared"),)
