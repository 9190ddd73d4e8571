"""Make the README's pictures: python -m tests.browser.screenshots (needs Chromium and a trained version)."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from playwright.async_api import async_playwright

from engine import survey
from tests.bot.running import RunningBot
from tests.browser.chromium import FLAGS, find_chromium
from tests.browser.respondent import answer_all, begin
from tests.engine.people import HOME

DOCS = Path(__file__).parents[2] / "docs"


async def main() -> None:
    """Play the home survey in the page at a phone's size and keep three moments."""
    DOCS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        bot = RunningBot(survey.load(HOME), HOME / "versions", f"sqlite:///{folder}/answers.db")
        async with bot, async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
            page = await browser.new_page(viewport={"width": 390, "height": 844})
            await begin(page, bot.server.url)
            await page.wait_for_timeout(500)
            await page.screenshot(path=DOCS / "question.png")
            await answer_all(page, "Yes")
            await page.wait_for_timeout(500)
            await page.screenshot(path=DOCS / "result.png")
            await page.get_by_role("button", name="Picture").last.click()
            await page.wait_for_timeout(500)
            await page.screenshot(path=DOCS / "picture.png")
            await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
