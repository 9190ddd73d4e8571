"""The page breaks none of axe's rules, whatever is open, on a phone and on a desktop, light and dark."""

from __future__ import annotations

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from bot.local.server import LocalServer
from tests.browser.steps import open_menu, start, widest, write

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def faults(page: Page, width: int) -> list[str]:
    """Return which rules are broken and where, and what reaches beyond the screen."""
    response = (await Axe().run(page)).response
    broken = [f"{rule['id']}: {node['target']}" for rule in response["violations"] for node in rule["nodes"]]
    reach = await widest(page)
    return [*broken, *([f"{reach} pixels wide"] if reach > width else [])]


@pytest.mark.parametrize(
    ("scheme", "width", "language"), [("light", 320, "ខ្មែរ"), ("dark", 390, "English"), ("dark", 1280, "ខ្មែរ")]
)
async def test_nothing_is_out_of_reach(page: Page, server: LocalServer, scheme: str, width: int, language: str) -> None:
    await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    await page.set_viewport_size({"width": width, "height": 700})
    await page.goto(server.url)
    found = {"fresh": await faults(page, width)}
    await start(page, server)
    for entry in ("Contact", "Sticker", "Voice message"):
        await open_menu(page, "Attach", entry)
        await expect(page.get_by_text("You sent")).to_have_count(1)
        await page.get_by_text("You sent").evaluate("told => told.textContent = 'Told'")
    for text in ("/file", "a text with /help, https://example.org and +855 12 345 678"):
        await write(page, text)
    await page.get_by_role("button", name="Send a picture").click()
    await expect(page.get_by_role("button", name="Picture:")).to_be_visible()
    await page.get_by_role("button", name="Edit", exact=True).click()
    await page.get_by_role("button", name="Menu", exact=True).click()
    await page.get_by_role("button", name=language).click()
    found["options"] = await faults(page, width)
    await page.keyboard.press("Escape")

    found["chat"] = await faults(page, width)
    for opener in ("people", "attachments"):
        await page.locator(f"[popovertarget={opener}]").click()
        found[opener] = await faults(page, width)
        await page.keyboard.press("Escape")
    await page.locator("#menu").click()
    found["commands"] = await faults(page, width)
    await page.keyboard.press("Escape")
    await page.locator(".picture").click()
    found["picture"] = await faults(page, width)
    await page.keyboard.press("Escape")
    await page.locator("[popovertarget=more]").click()
    await page.locator("#reset").click()
    found["question"] = await faults(page, width)
    await page.keyboard.press("Escape")
    await page.locator("[popovertarget=more]").click()
    await page.locator("#panel-switch").click()
    await page.locator("#wire summary").last.click()
    found["panel"] = await faults(page, width)
    assert {place: broken for place, broken in found.items() if broken} == {}
