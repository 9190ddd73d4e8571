"""Language and appearance, which are remembered, and the developers' panel."""

from __future__ import annotations

import json

import pytest
from playwright.async_api import Page, expect

from bot.local.server import LocalServer
from tests.browser.steps import begin_anew, open_menu, start, write

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

BACKGROUND = "() => getComputedStyle(document.body).backgroundColor"
KHMER = "ខ្មែរ"


async def test_the_language_is_told_to_the_bot_spoken_by_the_page_and_remembered(
    page: Page, server: LocalServer
) -> None:
    await start(page, server)
    await write(page, "/language")
    await expect(page.get_by_text("Your app speaks: en-US")).to_be_visible()
    await page.get_by_role("button", name="Menu", exact=True).click()
    await page.get_by_role("button", name=KHMER).click()
    await page.keyboard.press("Escape")
    await expect(page.locator("html")).to_have_attribute("lang", "km")
    await expect(page.get_by_text("ថ្ងៃនេះ")).to_be_visible()

    field = page.get_by_label("សារ", exact=True)
    await field.fill("/language")
    await field.press("Enter")
    await expect(page.get_by_text("Your app speaks: km")).to_be_visible()
    await field.fill("/")
    await expect(page.get_by_role("button", name="/start ចាប់ផ្ដើម")).to_be_visible()
    await page.reload()
    await expect(page.get_by_role("status").first).to_have_text("អនឡាញ")


async def test_each_person_has_a_language_of_their_own(page: Page, server: LocalServer) -> None:
    await start(page, server, "/?as=Dara")
    await page.get_by_role("button", name="Menu", exact=True).click()
    await page.get_by_role("button", name=KHMER).click()
    await page.goto(f"{server.url}/?as=Sokha")
    await expect(page.get_by_role("status").first).to_have_text("online · you are Sokha")
    await page.goto(f"{server.url}/?as=Dara")

    await expect(page.get_by_role("status").first).to_have_text("អនឡាញ · អ្នកគឺ Dara")


async def test_every_language_has_every_word_and_the_same_places_in_it(page: Page, server: LocalServer) -> None:
    await page.goto(server.url)
    words = await page.evaluate("async () => (await import('/page/words.js')).WORDS")

    assert set(words) == {"en", "km"}
    assert words["km"].keys() == words["en"].keys()
    for key, text in words["en"].items():
        assert places(words["km"][key]) == places(text), key


def places(text: str) -> set[str]:
    return {part.partition("}")[0] for part in text.split("{")[1:]}


async def test_the_appearance_is_the_systems_until_one_is_chosen(page: Page, server: LocalServer) -> None:
    await page.emulate_media(color_scheme="dark")
    await page.goto(server.url)
    dark = await page.evaluate(BACKGROUND)
    await page.emulate_media(color_scheme="light")
    light = await page.evaluate(BACKGROUND)
    assert dark != light

    await open_menu(page, "Menu", "Dark")
    await expect(page.get_by_role("button", name="Dark")).to_have_attribute("aria-pressed", "true")
    assert await page.evaluate(BACKGROUND) == dark
    await page.reload()
    assert await page.evaluate(BACKGROUND) == dark
    await open_menu(page, "Menu", "System")
    assert await page.evaluate(BACKGROUND) == light


async def test_the_panel_shows_what_goes_over_the_wire_and_no_token(page: Page, server: LocalServer) -> None:
    await start(page, server)
    await open_menu(page, "Menu", "Updates and calls")
    panel = page.get_by_role("complementary", name="Updates and calls")
    await expect(panel.get_by_role("listitem")).to_contain_text(["message", "sendMessage"])
    await panel.get_by_text("sendMessage").click()
    await expect(panel.get_by_text('"callback_data": "daily"').first).to_be_visible()
    assert server.token not in await page.content()

    await page.reload()
    await expect(panel.get_by_role("listitem")).to_have_count(2)
    await page.keyboard.press("Escape")
    await panel.get_by_role("button", name="Close").click()
    await expect(panel).to_be_hidden()
    await page.reload()
    await expect(page.get_by_label("Message", exact=True)).to_be_visible()
    await expect(panel).to_be_hidden()


async def test_the_panel_is_filtered_paused_and_copied(page: Page, server: LocalServer) -> None:
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await page.set_viewport_size({"width": 1280, "height": 800})
    await start(page, server)
    await open_menu(page, "Menu", "Updates and calls")
    panel = page.get_by_role("complementary", name="Updates and calls")
    lines = panel.get_by_role("listitem")
    await expect(lines).to_have_count(2)
    await panel.get_by_role("button", name="Pause").click()
    await write(page, "hello")
    await expect(page.get_by_text("You said: hello")).to_be_visible()
    await expect(lines).to_have_count(2)
    await panel.get_by_role("button", name="Pause").click()
    await expect(lines).to_have_count(4)

    await panel.get_by_role("searchbox", name="Filter").fill("said: HELLO")
    await expect(lines).to_have_count(1)
    await panel.get_by_role("button", name="Copy all").click()
    await expect(page.get_by_text("Copied.")).to_be_visible()
    (copied,) = json.loads(await page.evaluate("() => navigator.clipboard.readText()"))
    assert (copied["name"], copied["body"]["text"]) == ("sendMessage", "You said: hello")
    assert copied["answer"]["ok"]


async def test_a_refused_call_stands_out_with_its_code(page: Page, server: LocalServer) -> None:
    await page.set_viewport_size({"width": 1280, "height": 800})
    await start(page, server)
    await open_menu(page, "Menu", "Updates and calls")
    await page.get_by_role("button", name="Daily").click()
    await page.get_by_role("button", name="Daily").click()

    await expect(page.get_by_role("listitem").filter(has_text="editMessageText").last).to_contain_text("400")


async def test_the_panel_covers_the_chat_on_a_phone_only(page: Page, server: LocalServer) -> None:
    await start(page, server)
    await open_menu(page, "Menu", "Updates and calls")
    chat = page.locator("#chat")
    await expect(chat).to_have_attribute("inert", "")
    await page.set_viewport_size({"width": 1280, "height": 800})
    await expect(chat).not_to_have_attribute("inert", "")
    await write(page, "beside it")
    await expect(page.get_by_text("You said: beside it").last).to_be_visible()
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.get_by_role("button", name="Close", exact=True).press("Escape")

    await expect(chat).not_to_have_attribute("inert", "")
    await expect(page.get_by_role("button", name="Menu", exact=True)).to_be_focused()


async def test_beginning_anew_is_asked_first_and_forgets_the_chat(page: Page, server: LocalServer) -> None:
    await start(page, server)
    await open_menu(page, "Menu", "New chat")
    await page.get_by_role("dialog", name="Begin anew?").get_by_role("button", name="Cancel").click()
    await expect(page.get_by_text("How often?")).to_be_visible()
    (chat,) = server.api.chats.values()
    await begin_anew(page)
    await expect(page.get_by_role("button", name="Start")).to_be_visible()

    with chat.follow(0) as changes:
        assert changes.empty()
