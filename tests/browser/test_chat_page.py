"""The chat page in a real Chromium, with a tiny bot behind it."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Browser, Page, Route, expect

from bot.local.server import LocalServer
from tests.browser.echo_bot import LONG, echo_bot
from tests.browser.steps import begin_anew, start, widest, write

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_conversation_from_start_to_picture(page: Page, server: LocalServer) -> None:
    await page.goto(f"{server.url}/?start=market-day")
    await expect(page.get_by_role("heading", name="Echo & <friends>")).to_be_visible()
    await expect(page.get_by_text("One card, a picture, and an echo.")).to_be_visible()
    await page.get_by_role("button", name="Start").click()
    await expect(page.get_by_text("How often? (campaign: market-day)")).to_be_visible()

    await page.get_by_role("button", name="Daily").click()
    await expect(page.get_by_text("You chose: daily")).to_be_visible()
    await expect(page.get_by_text("Noted: daily")).to_be_visible()
    await expect(page.get_by_text("How often?")).to_have_count(0)

    await write(page, "hello <b>there</b>")
    await expect(page.get_by_text("You said: hello <b>there</b>")).to_be_visible()

    await page.get_by_role("button", name="Send a picture").click()
    await page.get_by_role("button", name="Picture:").click()
    viewer = page.get_by_role("dialog", name="Picture")
    await expect(viewer.get_by_role("img")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(viewer).to_be_hidden()


async def test_what_begins_like_an_address_and_is_none_is_shown_as_it_was_written(
    page: Page, server: LocalServer
) -> None:
    await start(page, server)

    await write(page, "look: https://[here and https://example.org/a")

    await expect(page.get_by_text("You said: look: https://[here")).to_be_visible()
    await expect(page.get_by_role("link", name="https://example.org/a")).to_have_count(2)
    await expect(page.get_by_role("link")).to_have_count(2)


async def test_a_reload_resumes_in_order(page: Page, server: LocalServer) -> None:
    await start(page, server)
    await write(page, "hello")
    await expect(page.get_by_text("You said: hello")).to_be_visible()
    await page.get_by_role("button", name="Daily").click()
    await expect(page.get_by_text("You chose: daily")).to_be_visible()
    before = await page.get_by_role("log").inner_text()
    await page.reload()
    await expect(page.get_by_text("You said: hello")).to_be_visible()
    assert await page.get_by_role("log").inner_text() == before
    await expect(page.get_by_role("button", name="Start")).to_be_hidden()


async def test_a_new_chat_is_a_new_person(page: Page, server: LocalServer) -> None:
    await start(page, server)
    await begin_anew(page)
    await expect(page.get_by_role("button", name="Start")).to_be_visible()
    await expect(page.get_by_role("article")).to_have_count(0)
    assert len(server.api.chats) == 2


@pytest.mark.parametrize("width", [320, 390, 1280])
async def test_nothing_is_wider_than_the_screen(page: Page, server: LocalServer, width: int) -> None:
    await page.set_viewport_size({"width": width, "height": 640})
    await start(page, server)
    await write(page, "x" * 200 + " https://example.org/" + "y" * 200)
    await expect(page.get_by_text("You said:")).to_be_visible()
    await page.get_by_role("button", name="Send a picture").click()
    await expect(page.get_by_text("A picture.")).to_be_visible()
    assert await widest(page) <= width


async def test_a_long_label_wraps_whole(page: Page, server: LocalServer) -> None:
    await page.set_viewport_size({"width": 320, "height": 640})
    await start(page, server)
    button = page.get_by_role("button", name=LONG)
    clipped = await button.evaluate("b => b.scrollWidth > b.clientWidth || b.scrollHeight > b.clientHeight")
    assert not clipped


async def test_links_and_commands_in_a_text_are_live(page: Page, server: LocalServer) -> None:
    await start(page, server)
    await page.get_by_role("button", name="Send a picture").click()
    link = page.get_by_role("link", name="https://example.org/a?b=1")
    await expect(link).to_have_attribute("href", "https://example.org/a?b=1")
    await page.get_by_role("button", name="/help", exact=True).click()
    await expect(page.get_by_text("You said: /help")).to_be_visible()


async def test_the_commands_menu_is_used_by_keyboard(page: Page, server: LocalServer) -> None:
    await start(page, server)
    await page.get_by_role("button", name="Commands").press("Enter")
    await expect(page.get_by_role("button", name="/start Begin")).to_be_focused()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("You said: /help")).to_be_visible()
    await expect(page.get_by_label("Message", exact=True)).to_be_focused()


async def test_the_focus_stays_on_a_button_whose_card_is_redrawn(page: Page, server: LocalServer) -> None:
    await start(page, server)
    await page.get_by_role("button", name="Daily").press("Enter")
    await expect(page.get_by_text("You chose: daily")).to_be_visible()
    await expect(page.get_by_role("button", name="Daily")).to_be_focused()


async def test_the_beginning_of_an_answer_is_in_sight(page: Page, server: LocalServer) -> None:
    await start(page, server)
    await write(page, "first line\n" + "and so on\n" * 120)
    answer = page.get_by_role("article").last
    await expect(answer).to_contain_text("You said: first line")
    beginning, header = await answer.bounding_box(), await page.get_by_role("banner").bounding_box()
    assert beginning is not None
    assert header is not None
    assert beginning["y"] >= header["y"] + header["height"]


async def test_the_page_comes_back_when_the_server_does(page: Page, complaints: list[str]) -> None:
    async with LocalServer() as server, echo_bot(server):
        await start(page, server)
    await expect(page.get_by_role("status").first).to_have_text("Reconnecting…")
    port = int(server.url.rpartition(":")[2])
    async with LocalServer(port=port) as again, echo_bot(again):
        await expect(page.get_by_role("status").first).to_have_text("online")
        await page.get_by_role("button", name="Daily").click()
        await expect(page.get_by_text("Message to edit not found")).to_be_visible()
        await write(page, "still me")
        await expect(page.get_by_role("article").last).to_contain_text("You said: still me")
    complaints.clear()  # the browser's own, of a server that does not answer


async def test_what_could_not_be_sent_is_said_and_kept(page: Page, complaints: list[str]) -> None:
    async with LocalServer() as server, echo_bot(server):
        await start(page, server)
    await write(page, "into the void")
    await expect(page.get_by_text(re.compile("Not sent"))).to_be_visible()
    await expect(page.get_by_label("Message", exact=True)).to_have_value("into the void")
    complaints.clear()  # the browser's own, of a server that does not answer


async def test_a_second_enter_sends_nothing_twice(page: Page, server: LocalServer) -> None:
    await start(page, server)
    await page.get_by_label("Message", exact=True).fill("once")
    await page.evaluate("for (let time = 0; time < 2; time++) document.getElementById('composer').requestSubmit()")

    await expect(page.get_by_text("You said: once")).to_be_visible()
    await expect(page.get_by_role("article", name="You").filter(has_text="once")).to_have_count(1)


async def test_what_was_begun_while_a_text_could_not_be_sent_is_kept_too(
    page: Page, server: LocalServer, complaints: list[str]
) -> None:
    await start(page, server)

    async def refuse(route: Route) -> None:
        await page.get_by_label("Message", exact=True).fill("and another")
        await route.fulfill(status=500)

    await page.route("**/say", refuse)
    await write(page, "one thing")

    await expect(page.get_by_label("Message", exact=True)).to_have_value("one thing\nand another")
    complaints.clear()  # the browser's own, of the refusal


async def test_two_tabs_are_two_people(browser: Browser, server: LocalServer) -> None:
    context = await browser.new_context()
    pages = [await context.new_page() for _ in range(2)]
    for page, word in zip(pages, ("one", "two"), strict=True):
        await page.bring_to_front()
        await start(page, server)
        await write(page, word)
        await expect(page.get_by_text(f"You said: {word}")).to_be_visible()
    assert len(server.api.chats) == 2
    await context.close()
