"""The analysis report in a real Chromium: it needs no network, shows every picture, and stays within a phone."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, ViewportSize, expect

import engine
from tests.surveys.make import FOLDER

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

COFFEE = FOLDER / "coffee"
EMPTY = "() => [...document.images].filter((image) => !image.complete || !image.naturalWidth).map((image) => image.alt)"
DRAWN = ("components", "components_3d", "associations", "roc", "swarm")
"""Pictures that can be explored: one of each kind."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The coffee survey's report."""
    out = tmp_path_factory.mktemp("report")
    made = await asyncio.to_thread(engine.report, COFFEE, COFFEE / "sample.csv", out, repeats=1)
    return made.html


async def open_report(page: Page, report: Path) -> list[str]:
    """Open the report and return the addresses of all that it loads from elsewhere."""
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url) if not request.url.startswith("data:") else None)
    await page.goto(report.as_uri())
    return loaded


async def test_it_needs_no_other_file_and_every_picture_is_there(page: Page, report: Path) -> None:
    loaded = await open_report(page, report)

    await expect(page.get_by_role("heading", level=1)).to_contain_text("the analysis")
    assert await page.evaluate(EMPTY) == []
    assert await page.locator("figure").count() >= 20
    assert loaded == [report.as_uri()]


@pytest.mark.parametrize("width", [320, 390, 1280])
async def test_nothing_reaches_over_the_edge(page: Page, report: Path, width: int) -> None:
    await page.set_viewport_size(ViewportSize(width=width, height=844))
    await open_report(page, report)
    await page.evaluate("() => document.querySelectorAll('details').forEach((one) => { one.open = true; })")

    assert await page.evaluate("document.documentElement.scrollWidth") == width


async def test_pictures_are_explored_and_put_back(page: Page, report: Path, complaints: list[str]) -> None:
    await open_report(page, report)
    for name in DRAWN:
        figure = page.locator(f"#picture-{name}")
        await figure.get_by_role("button", name="Explore this picture").click()
        await expect(figure.locator(".drawing .main-svg").first).to_be_visible()
        await expect(figure.get_by_role("img").first).to_be_visible()
        assert await figure.locator(".drawing").evaluate("(one) => one.scrollWidth <= one.clientWidth")
        await figure.get_by_role("button", name="Back to the picture").click()
        await expect(figure.locator(".picture img")).to_be_visible()
    complaints[:] = [line for line in complaints if "Canvas2D" not in line and "WebGL" not in line]  # of speed


async def test_every_entry_of_the_contents_leads_to_its_section(page: Page, report: Path) -> None:
    await open_report(page, report)
    targets = await page.locator("nav a").evaluate_all("(links) => links.map((link) => link.hash.slice(1))")

    assert targets == await page.locator("main > section").evaluate_all("(parts) => parts.map((part) => part.id)")


async def test_a_table_is_opened_by_a_tap_and_kept_as_csv(page: Page, report: Path) -> None:
    await open_report(page, report)
    table = page.locator("#table-pairs")
    await table.locator("summary").click()
    async with page.expect_download() as kept:
        await table.get_by_role("link", name="All of it as CSV").click()

    stored = (await (await kept.value).path()).read_bytes()
    assert stored == (report.parent / "tables" / "pairs.csv").read_bytes()


async def test_paper_shows_every_table_and_no_button(page: Page, report: Path) -> None:
    await open_report(page, report)
    await page.emulate_media(media="print")
    await page.evaluate("() => dispatchEvent(new Event('beforeprint'))")

    assert await page.locator("details:not([open])").count() == 0
    await expect(page.locator(".explore").first).to_be_hidden()
