"""The owner's tab: opened with one click, and a training on a table that is dropped into it."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pandas as pd
import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from engine import survey
from tests.bot.running import RunningBot
from tests.browser.steps import open_menu, write
from tests.engine.people import HOME, write_people

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

TRAINED = 300_000
"""Milliseconds: a training stands back behind everything else that wants the core, other tests among it."""


@pytest_asyncio.fixture(loop_scope="session")
async def bot(trained: Path, tmp_path: Path) -> AsyncIterator[RunningBot]:
    """Return a bot whose models may change."""
    shutil.copytree(trained, tmp_path / "versions")
    home = survey.load(HOME)
    async with RunningBot(home, tmp_path / "versions", f"sqlite:///{tmp_path / 'answers.db'}") as bot:
        yield bot


async def owners_tab(page: Page, bot: RunningBot) -> Page:
    """Open the owner's tab from somebody else's."""
    await page.goto(bot.server.url)
    await expect(page.get_by_role("button", name="Start")).to_be_visible()
    async with page.context.expect_page() as coming:
        await open_menu(page, "People", "Owner")
    return await coming.value


async def test_the_owner_trains_with_a_table_and_stays_the_owner(page: Page, bot: RunningBot, tmp_path: Path) -> None:
    pd.read_csv(write_people(tmp_path / "people.csv", rows=60)).to_excel(tmp_path / "people.xlsx", index=False)
    owner = await owners_tab(page, bot)
    await expect(owner.get_by_text("You run this bot now, as an owner.")).to_be_visible()
    await owner.get_by_label("Message", exact=True).fill("/retrain")
    async with owner.expect_file_chooser() as chooser:
        await open_menu(owner, "Attach", "File")
    await (await chooser.value).set_files(tmp_path / "people.xlsx")

    await expect(owner.get_by_text("Training on 60 labelled answers")).to_be_visible()
    await expect(owner.get_by_text("Trained on")).to_be_visible(timeout=TRAINED)
    await expect(owner.get_by_role("button", name="Picture").last).to_be_visible()
    again = await owners_tab(page, bot)
    await expect(again.get_by_text("You run this bot now")).to_have_count(1)
    await write(again, "/admins")
    await expect(again.get_by_text("Those who run the bot")).to_be_visible()
    await expect(again.get_by_text("/start own_")).to_have_count(1)
