"""Who talks in the chat page: by which link they came, as whom, and with which menu."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, Page, expect

from bot.local.server import LocalServer
from tests.browser.steps import begin_anew, start, write

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_link_leads_to_start_again_where_there_was_talk(page: Page, server: LocalServer) -> None:
    await start(page, server)
    await page.goto(f"{server.url}/?start=market-day_2")
    await expect(page.get_by_text("How often? (campaign: )")).to_be_visible()
    await expect(page.get_by_label("Message", exact=True)).to_be_hidden()
    await page.get_by_role("button", name="Start", exact=True).click()

    await expect(page.get_by_text("/start market-day_2")).to_be_visible()
    await expect(page.get_by_text("How often? (campaign: market-day_2)")).to_be_visible()
    await expect(page.get_by_role("button", name="Start", exact=True)).to_be_hidden()
    await page.reload()
    await expect(page.get_by_label("Message", exact=True)).to_be_visible()


@pytest.mark.parametrize("parameter", ["", "market%20day", "x" * 65, "%3Cb%3E"])
async def test_what_no_link_of_telegram_can_carry_is_ignored(page: Page, server: LocalServer, parameter: str) -> None:
    await start(page, server, f"/?start={parameter}")
    await expect(page.get_by_text("How often? (campaign: )")).to_be_visible()
    await page.goto(f"{server.url}/?start={parameter}")

    await expect(page.get_by_label("Message", exact=True)).to_be_visible()
    await expect(page.get_by_role("button", name="Start", exact=True)).to_be_hidden()


async def test_a_name_in_the_address_is_one_person_in_every_tab(browser: Browser, server: LocalServer) -> None:
    context = await browser.new_context()
    owner, dara = [await context.new_page() for _ in range(2)]
    await start(owner, server, "/?as=Owner")
    await start(dara, server, "/?as=Dara%20%F0%9F%8C%BE")
    await write(dara, "it is me")
    await expect(dara.get_by_text("You said: it is me")).to_be_visible()
    await expect(dara.get_by_role("status").first).to_have_text("online · you are Dara 🌾")
    await dara.close()
    again = await context.new_page()
    await again.goto(f"{server.url}/?as=Dara%20%F0%9F%8C%BE")

    await expect(again.get_by_text("You said: it is me")).to_be_visible()
    await expect(owner.get_by_text("it is me")).to_have_count(0)
    assert sorted(chat.user["first_name"] for chat in server.api.chats.values()) == ["Dara 🌾", "Owner"]
    await context.close()


async def test_a_person_by_name_can_come_by_a_link_and_begin_anew(page: Page, server: LocalServer) -> None:
    await start(page, server, "/?as=Dara&start=market-day")
    await expect(page.get_by_text("How often? (campaign: market-day)")).to_be_visible()
    await begin_anew(page)
    await expect(page.get_by_role("button", name="Start")).to_be_visible()

    assert [chat.user["first_name"] for chat in server.api.chats.values()] == ["Dara", "Dara"]


async def test_a_menu_of_the_chat_comes_and_goes_while_the_page_is_open(page: Page, server: LocalServer) -> None:
    await start(page, server)
    menu = page.get_by_role("list", name="Commands")
    await write(page, "/admin")
    await page.get_by_role("button", name="Commands").click()
    await expect(menu).to_have_text("/retrain Train again")

    await write(page, "/resign")
    await page.get_by_role("button", name="Commands").click()
    await expect(menu).to_contain_text("What I can do")
    await expect(menu).not_to_contain_text("Train again")


async def test_who_looks_at_the_menu_stays_there_when_it_changes(page: Page, server: LocalServer) -> None:
    await start(page, server)
    await page.get_by_role("button", name="Commands").press("Enter")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("button", name="/help What I can do")).to_be_focused()
    (chat,) = server.api.chats.values()
    server.api.profile.set_commands(("chat", chat.id), "", [{"command": c, "description": c} for c in ("one", "two")])
    server.api.publish_profile()

    await expect(page.get_by_role("button", name="/two two")).to_be_focused()


async def test_the_people_menu_opens_a_tab_for_somebody_new_and_lists_them_from_then_on(
    page: Page, server: LocalServer
) -> None:
    await start(page, server, "/?as=Dara")
    await page.get_by_role("button", name="People").click()
    people = page.get_by_role("dialog", name="People")
    await expect(people.get_by_text("Dara")).to_be_visible()
    await expect(people.get_by_role("link")).to_have_text(["New guest"])
    await people.get_by_role("textbox").fill(" សុខា ")
    async with page.context.expect_page() as coming:
        await people.get_by_role("textbox").press("Enter")
    sokha = await coming.value
    await expect(sokha.get_by_role("status").first).to_have_text("online · you are សុខា")

    await page.get_by_role("button", name="People").click()
    await expect(people.get_by_role("link")).to_have_text(["សុខា", "New guest"])
    await expect(people.get_by_text("Owner")).to_have_count(0)
