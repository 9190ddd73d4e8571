"""Campaigns at the desk: make one, list them, hand out their links, archive them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from bot.campaigns.naming import CampaignError, clean_name, name_key, short_code, slug_for, test_slug
from bot.campaigns.poster import post_text
from bot.conversation import layout
from bot.conversation.effects import Button, Keyboard, Say
from bot.desk.visit import PREFIX, USERNAME, Answer, Visit
from bot.store import campaigns, facts
from bot.store.campaigns import Campaign
from bot.store.letters import Report
from engine.translation import language_name


def campaign(visit: Visit) -> Answer:
    """Make a campaign, or show the one of that name."""
    if not visit.argument.strip():
        return (visit.say("campaign_needs_name"),)
    try:
        name = clean_name(visit.argument)
    except CampaignError as error:
        return (Say(str(error)),)
    known = campaigns.named(visit.connection, name_key(name))
    if known is None:
        known = make(visit.connection, name, visit.now)
        visit.log("campaign", known.name)
        return (visit.say("campaign_new", name=known.name), *kit(visit, known))
    return (visit.say("campaign_there", name=known.name), *kit(visit, known))


def make(connection: Connection, name: str, now: datetime, language: str | None = None) -> Campaign:
    """Store a new campaign under a name that is free."""
    taken = partial(campaigns.is_taken, connection)
    made = Campaign(
        id=0,
        name=name,
        slug=slug_for(name, taken),
        test_slug=test_slug(),
        code=short_code(taken),
        created_at=now,
        archived_at=None,
        language=language,
    )
    return campaigns.add(connection, made, name_key(name))


def kit(visit: Visit, found: Campaign) -> Answer:
    """Hand out a campaign's links, a text to post, its QR code and its poster."""
    links = visit.office.links(visit.connection, found)
    if links is None:
        return (visit.say("campaign_no_username"),)
    ways = visit.text(
        "campaign_links" if links.printable else "campaign_links_local",
        link=links.campaign,
        test=links.test,
        code=found.code,
        username=facts.read(visit.connection, USERNAME) or "",
    )
    archived = (visit.say("campaign_archived"),) if found.archived else ()
    files = (
        Report(kind, visit.language, {"slug": found.slug}) for kind in ("campaign_png", "campaign_svg", "campaign_pdf")
    )
    post = Say(post_text(visit.office.survey, links.campaign, found.language or visit.language))
    words = layout.paragraphs(ways, _spoken(visit, found))
    offers = (*_languages(visit, found), *_offers(visit, found))
    return (*archived, Say(words, offers), visit.say("campaign_post"), post, *files)


def listed(visit: Visit) -> Answer:
    """List the campaigns with how they do."""
    if not campaigns.everything(visit.connection):
        return (visit.say("campaigns_none"),)
    return (Report("campaigns", visit.language),)


def show(visit: Visit) -> Answer:
    """Hand out a campaign again."""
    found = tapped(visit)
    return (visit.say("campaign_gone"),) if found is None else kit(visit, found)


def speak(visit: Visit) -> Answer:
    """Let a campaign meet people in the language whose button was tapped, and hand out its poster again."""
    number, _, language = visit.argument.partition(":")
    found = tapped(replace(visit, argument=number))
    if found is None:
        return (visit.say("campaign_gone"),)
    if language not in ("", *visit.office.survey.languages):
        return (visit.say("campaign_language_gone"),)
    campaigns.speak(visit.connection, found.id, language or None)
    found = replace(found, language=language or None)
    visit.log("language", f"{found.name}: {language or 'as their app'}")
    return (
        visit.say("campaign_language_set", *_languages(visit, found), name=found.name, spoken=_spoken(visit, found)),
        Report("campaign_pdf", visit.language, {"slug": found.slug}),
    )


def archive(visit: Visit) -> Answer:
    """Archive a campaign."""
    found = tapped(visit)
    if found is None:
        return (visit.say("campaign_gone"),)
    campaigns.archive(visit.connection, found.slug, visit.now)
    visit.log("archive", found.name)
    return (visit.say("campaign_now_archived", [visit.button("button_reopen", "reopen", found.id)], name=found.name),)


def reopen(visit: Visit) -> Answer:
    """Take up an archived campaign again."""
    found = tapped(visit)
    if found is None:
        return (visit.say("campaign_gone"),)
    campaigns.archive(visit.connection, found.slug, None)
    visit.log("reopen", found.name)
    return (visit.say("campaign_now_open", name=found.name),)


def named(visit: Visit, given: str) -> Campaign | None:
    """Return the campaign that somebody names by its slug or its name."""
    return campaigns.find(visit.connection, given.strip(), name_key(given))


def tapped(visit: Visit) -> Campaign | None:
    """Return the campaign whose button was tapped, if it is still there."""
    number = visit.argument
    return campaigns.get(visit.connection, int(number)) if number.isascii() and number.isdigit() else None


def _spoken(visit: Visit, found: Campaign) -> str | None:
    """Return in which language a campaign meets people, where there is a choice."""
    if len(visit.office.survey.languages) == 1:
        return None
    if found.language is None:
        return visit.text("campaign_language_of_app")
    return visit.text("campaign_language", language=language_name(found.language))


def _languages(visit: Visit, found: Campaign) -> Keyboard:
    """Return the languages to choose from, two a row, the one that holds marked; nothing where there is no choice."""
    languages = visit.office.survey.languages
    if len(languages) == 1:
        return ()
    labels: dict[str | None, str] = {None: visit.text("button_language_of_app")}
    labels |= {language: language_name(language) for language in languages}
    first, *others = [
        Button(f"✓ {label}" if language == found.language else label, f"{PREFIX}:speak:{found.id}:{language or ''}")
        for language, label in labels.items()
    ]
    return ((first,), *(tuple(others[place : place + 2]) for place in range(0, len(others), 2)))


def _offers(visit: Visit, found: Campaign) -> Keyboard:
    change = ("button_reopen", "reopen") if found.archived else ("button_archive", "archive")
    return (
        (visit.button("button_funnel", "funnel", found.id),),
        (visit.button(*change, found.id),),
    )
