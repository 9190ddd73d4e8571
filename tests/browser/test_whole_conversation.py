"""The home survey in a real Chromium, from START to the picture, with the whole bot behind the page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from engine import survey
from tests.bot.running import RunningBot
from tests.browser.respondent import answer_all, begin
from tests.engine.people import HOME

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def bot(trained: Path, tmp_path: Path) -> AsyncIterator[RunningBot]:
    async with RunningBot(survey.load(HOME), trained, f"sqlite:///{tmp_path / 'answers.db'}") as bot:
        yield bot


async def test_a_person_reaches_the_result_and_opens_the_picture(page: Page, bot: RunningBot) -> None:
    await begin(page, bot.server.url)

    await answer_all(page, stated="Not sure")

    log = page.get_by_role("log")
    await expect(log).to_contain_text('You said "Not sure"')
    await expect(log).to_contain_text("All answers: Yes")
    await page.get_by_role("button", name="Picture").last.click()
    picture = page.get_by_role("dialog", name="Picture").get_by_role("img")
    await expect(picture).to_be_visible()
    assert await picture.evaluate("image => image.naturalWidth") > 600


async def test_what_would_change_it_is_a_dialogue_in_one_message_and_the_link_comes_as_a_picture(
    page: Page, bot: RunningBot
) -> None:
    await begin(page, bot.server.url)
    await answer_all(page, stated="Yes")
    messages, last = page.get_by_role("article"), page.get_by_role("article").last
    before = await messages.count()

    await page.get_by_role("button", name="What would change it").last.click()
    await expect(last).to_contain_text("What would change my guess")
    await page.get_by_role("button", name="Problems met").click()
    await expect(last).to_contain_text("Problems met: No, never (not: Yes, I have)")
    await page.get_by_role("button", name="Change one more").click()
    await expect(page.get_by_role("button", name="✓ 1. Problems met")).to_be_visible()
    await page.get_by_role("button", name="Details").click()
    await expect(last).to_contain_text("How each answer moved my guess")
    await expect(messages).to_have_count(before + 1)
    await page.get_by_role("button", name="Share").click()
    await expect(last).to_contain_text("?start=s_X")
    await expect(messages).to_have_count(before + 2)


@pytest.mark.parametrize(("width", "height"), [(320, 640), (390, 844), (1280, 800)])
async def test_nothing_is_clipped_at_any_size(browser: Browser, bot: RunningBot, width: int, height: int) -> None:
    page = await browser.new_page(viewport={"width": width, "height": height})

    await begin(page, bot.server.url)
    await answer_all(page, stated="Yes")

    clipped = await page.evaluate(
        """() => [...document.querySelectorAll("button, article, img")]
            .filter((e) => e.getBoundingClientRect().right > innerWidth || e.scrollWidth > e.clientWidth + 1)
            .map((e) => e.innerText || e.alt)"""
    )
    await page.close()
    assert clipped == []
