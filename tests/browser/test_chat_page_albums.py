"""Albums in the chat page: their pictures stand side by side, each with its caption, and each opens."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, Page, expect

from bot.local.server import LocalServer
from tests.browser.steps import start, widest, write

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def place(part: Locator) -> tuple[float, float, float]:
    """Return where a part of an album begins, from the left and from above, and how wide it is."""
    box = await part.bounding_box()
    assert box is not None
    return box["x"], box["y"], box["width"]


@pytest.mark.parametrize("width", [320, 390, 1280])
async def test_pictures_stand_two_by_two_and_an_odd_one_across(page: Page, server: LocalServer, width: int) -> None:
    await page.set_viewport_size({"width": width, "height": 844})
    await start(page, server)
    await write(page, "/album 3")
    parts = page.locator(".album").get_by_role("article")
    await expect(parts).to_have_count(3)
    (left, above, narrow), (right, beside, _), (under, below, wide) = [await place(part) for part in await parts.all()]

    assert above == beside < below
    assert left == under < right
    assert wide > 2 * narrow
    assert await widest(page) <= width


async def test_each_picture_has_its_caption_and_opens(page: Page, server: LocalServer) -> None:
    await start(page, server)
    await write(page, "/album 2")
    await expect(page.get_by_role("article").last).to_contain_text("Picture 1")
    await page.get_by_role("button", name="Picture: Picture 1").click()

    await expect(page.get_by_role("dialog", name="Picture").get_by_role("img", name="Picture 1")).to_be_visible()


async def test_a_reload_shows_an_album_once_and_what_was_said_behind_it(page: Page, server: LocalServer) -> None:
    await start(page, server)
    await write(page, "/album 2")
    await write(page, "thanks")
    await expect(page.get_by_text("You said: thanks")).to_be_visible()
    await page.reload()
    await expect(page.get_by_text("You said: thanks")).to_be_visible()

    await expect(page.locator(".album")).to_have_count(1)
    await expect(page.locator(".album").get_by_role("article")).to_have_count(2)
    around = page.locator(".message:has(+ .album), .album + .message")
    await expect(around).to_contain_text(["/album 2", "thanks"])
