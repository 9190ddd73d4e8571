"""Where messages stand: by days, in groups, and with a way back to the newest."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, Page, expect

from bot.local.chats import Chat, Message
from bot.local.server import LocalServer
from tests.browser.steps import start, write

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

DAY = 24 * 60 * 60
LONG = "\n".join(["and so on"] * 80)
UP = "() => { document.getElementById('scroller').scrollTop = 0; }"


def say(server: LocalServer, chat: Chat, text: str, days_ago: int = 0) -> Message:
    """Let the bot say something, perhaps some days ago."""
    message = server.api.send(chat, {"text": text})
    return chat.put({**message, "date": message["date"] - days_ago * DAY}) if days_ago else message


async def test_each_day_is_named_once_above_its_messages(page: Page) -> None:
    async with LocalServer() as server:
        chat = server.api.join(None, "Dara", "en")
        third = say(server, chat, "third")
        for text, days in (("first", 1), ("second", 1), ("long ago", 40)):
            say(server, chat, text, days)
        await page.goto(server.url)
        await page.evaluate("id => sessionStorage.setItem('chat_id', id)", chat.id)
        await page.reload()
        await expect(page.get_by_text("third")).to_be_visible()
        lines = (await page.get_by_role("log").inner_text()).splitlines()

        told = [line for line in lines if line in {"long ago", "Yesterday", "first", "second", "Today", "third"}]
        assert told == ["long ago", "Yesterday", "first", "second", "Today", "third"]
        chat.delete(third["message_id"])
        await expect(page.get_by_text("Today")).to_have_count(0)


async def test_who_reads_above_is_told_of_new_messages_and_led_to_them(page: Page, server: LocalServer) -> None:
    await start(page, server)
    (chat,) = server.api.chats.values()
    newest = page.get_by_role("button", name="Jump to the newest message")
    await expect(newest).to_be_hidden()
    say(server, chat, LONG)
    await write(page, "/help")
    await expect(page.get_by_text("You said: /help")).to_be_visible()
    await page.evaluate(UP)
    await expect(newest).to_be_visible()
    say(server, chat, "one more")
    await expect(newest).to_have_accessible_name("Jump to the newest message: 1 new")

    await newest.click()
    await expect(page.get_by_text("one more")).to_be_in_viewport()
    await expect(newest).to_be_hidden()


async def test_who_likes_motion_glides_to_what_is_new_and_no_further_than_where_reading_begins(
    browser: Browser, server: LocalServer
) -> None:
    context = await browser.new_context(viewport={"width": 390, "height": 600}, reduced_motion="no-preference")
    page = await context.new_page()
    await start(page, server)
    (chat,) = server.api.chats.values()
    for number in range(30):
        server.api.edit(chat, say(server, chat, "…"), {"text": f"line {number}"})
    await expect(page.get_by_role("button", name="Daily")).to_be_in_viewport()
    await page.get_by_role("button", name="Jump to the newest message").click()
    await expect(page.get_by_text("line 29", exact=True)).to_be_in_viewport()
    say(server, chat, "line 30")

    await expect(page.get_by_text("line 30", exact=True)).to_be_in_viewport()
    await expect(page.get_by_role("button", name="Jump to the newest message")).to_be_hidden()
    await context.close()


async def test_links_lead_where_they_say_and_those_to_the_bot_to_this_page(page: Page, server: LocalServer) -> None:
    await start(page, server)
    (chat,) = server.api.chats.values()
    keyboard = [[{"text": "Share", "url": "tg://resolve?domain=local_survey_bot&start=by_friend"}]]
    text = "https://t.me/local_survey_bot?start=market t.me/somebody +855 12 345 678, 12-34 /help។"
    server.api.send(chat, {"text": text, "reply_markup": {"inline_keyboard": keyboard}})
    log = page.get_by_role("log")

    for name, target in {
        "https://t.me/local_survey_bot?start=market": "/?start=market",
        "t.me/somebody": "https://t.me/somebody",
        "+855 12 345 678": "tel:+85512345678",
        "Share": "/?start=by_friend",
    }.items():
        await expect(log.get_by_role("link", name=name, exact=True)).to_have_attribute("href", target)
    await expect(log.get_by_role("link")).to_have_count(4)
    await expect(log.get_by_role("button", name="/help")).to_be_visible()


async def test_the_commands_are_narrowed_by_what_is_typed(page: Page, server: LocalServer) -> None:
    await start(page, server)
    field = page.get_by_label("Message", exact=True)
    entries = page.get_by_role("list", name="Commands").get_by_role("button")
    await field.fill("/")
    await expect(entries).to_have_count(2)
    await field.fill("/he")
    await expect(entries).to_have_text(["/help What I can do"])
    await field.press("ArrowDown")
    await expect(entries.first).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("You said: /help")).to_be_visible()
    await expect(field).to_have_value("")

    await field.fill("/nothing")
    await expect(entries).to_have_count(0)


async def test_a_menu_is_walked_with_the_arrows_and_left_with_escape(page: Page, server: LocalServer) -> None:
    await start(page, server)
    opener = page.get_by_role("button", name="Attach", exact=True)
    await opener.press("Enter")
    await expect(page.get_by_role("button", name="Photo", exact=True)).to_be_focused()
    await page.keyboard.press("ArrowUp")
    await expect(page.get_by_role("button", name="Voice message")).to_be_focused()
    await page.keyboard.press("Escape")

    await expect(page.get_by_role("dialog", name="Attach")).to_be_hidden()
    await expect(opener).to_be_focused()


async def test_shift_and_enter_break_the_line(page: Page, server: LocalServer) -> None:
    await start(page, server)
    field = page.get_by_label("Message", exact=True)
    await field.fill("one")
    await field.press("Shift+Enter")
    await page.keyboard.type("two")
    await field.press("Enter")

    await expect(page.get_by_text("You said: one\ntwo")).to_be_visible()
