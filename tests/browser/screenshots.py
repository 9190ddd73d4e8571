"""Make the README's pictures: python -m tests.browser.screenshots (needs Chromium and a trained version)."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from playwright.async_api import Browser, Page, ViewportSize, async_playwright, expect

import engine
from engine import survey
from tests.bot.running import RunningBot
from tests.browser.chromium import FLAGS, find_chromium
from tests.browser.respondent import answer_all, begin
from tests.browser.steps import open_menu, write
from tests.engine.people import HOME

DOCS = Path(__file__).parents[2] / "docs"


PHONE = ViewportSize(width=390, height=844)
DESKTOP = ViewportSize(width=1080, height=600)
TALL = ViewportSize(width=1280, height=900)


async def main() -> None:
    """Play the home survey in the page and keep some moments."""
    DOCS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        bot = RunningBot(survey.load(HOME), HOME / "versions", f"sqlite:///{folder}/answers.db")
        async with bot, async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
            await _on_a_phone(browser, bot.server.url)
            await _on_a_desktop(browser, bot.server.url)
            await _of_the_report(browser, Path(folder) / "analysis")
            await browser.close()


async def _on_a_phone(browser: Browser, url: str) -> None:
    """Keep a question, the result and its picture."""
    page = await browser.new_page(viewport=PHONE, reduced_motion="reduce")
    await begin(page, url)
    await _keep(page, "question")
    await answer_all(page, "Yes")
    await _keep(page, "result")
    await page.get_by_role("button", name="Picture").last.click()
    await _keep(page, "picture")


async def _on_a_desktop(browser: Browser, url: str) -> None:
    """Keep the owner's tab in the dark, with the developers' panel beside it."""
    page = await browser.new_page(viewport=DESKTOP, reduced_motion="reduce", color_scheme="dark")
    await page.goto(f"{url}/?as=Owner&owner")
    await expect(page.get_by_text("You own this bot")).to_be_visible()
    await write(page, "/campaign Market day")
    await expect(page.get_by_role("button", name="Picture").first).to_be_visible()
    await open_menu(page, "Menu", "Updates and calls")
    await _keep(page, "owner")


async def _of_the_report(browser: Browser, folder: Path) -> None:
    """Keep a part of the sample's analysis."""
    made = await asyncio.to_thread(engine.report, HOME, HOME / "sample.xlsx", folder)
    page = await browser.new_page(viewport=TALL, reduced_motion="reduce")
    await page.goto(made.html.as_uri())
    await page.evaluate("document.querySelector('#components').scrollIntoView()")
    await _keep(page, "report")


async def _keep(page: Page, name: str) -> None:
    await page.wait_for_timeout(500)  # nothing moves any longer
    await page.screenshot(path=DOCS / f"{name}.png")


if __name__ == "__main__":
    asyncio.run(main())
