"""Files in the chat page, both ways, in a real Chromium."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import FilePayload, Page, expect

from bot.local.server import LocalServer
from tests.browser.echo_bot import FILE, FILE_NAME
from tests.browser.steps import give, start, widest, write

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

TABLE = FilePayload(name="July answers.xlsx", mimeType="application/octet-stream", buffer=b"PK" * 700)


async def attach(page: Page, *files: FilePayload) -> None:
    await page.get_by_role("button", name="Attach").press("Enter")
    async with page.expect_file_chooser() as chooser:
        await page.get_by_role("button", name="File", exact=True).press("Enter")
    await (await chooser.value).set_files(list(files))


async def test_what_stands_in_the_text_field_becomes_the_caption(page: Page, server: LocalServer) -> None:
    await start(page, server)
    field = page.get_by_label("Message", exact=True)
    await field.fill("/retrain")
    await attach(page, TABLE)

    await expect(page.get_by_text("July answers.xlsx: 1400 bytes, with: /retrain")).to_be_visible()
    mine = page.get_by_role("article", name="You").last
    await expect(mine.get_by_role("link")).to_have_text("July answers.xlsx 2 kB")
    await expect(mine).to_contain_text("/retrain")
    await expect(field).to_have_value("")
    await expect(page.get_by_role("list", name="Commands")).to_be_hidden()
    await attach(page, TABLE)
    await expect(page.get_by_text("July answers.xlsx: 1400 bytes, with: None")).to_be_visible()


@pytest.mark.parametrize("event", ["drop", "paste"])
async def test_a_file_is_dropped_or_pasted(page: Page, server: LocalServer, event: str) -> None:
    await start(page, server)
    await page.get_by_label("Message", exact=True).fill("look")
    await give(page, event, "notes.txt", 3)

    await expect(page.get_by_text("notes.txt: 3 bytes, with: look")).to_be_visible()


async def test_nothing_is_sent_before_start(page: Page, server: LocalServer) -> None:
    await page.goto(server.url)
    await expect(page.get_by_role("button", name="Start")).to_be_visible()
    await give(page, "drop", "notes.txt", 3)

    await expect(page.get_by_text("Press Start first.")).to_be_visible()
    await expect(page.get_by_role("article")).to_have_count(0)


@pytest.mark.parametrize(
    ("size", "caption", "notice"),
    [
        (100 * 2**20 + 1, "/retrain", 'Not sent: "table.xlsx" has 100.1 MB; at most 100 MB can be sent here.'),
        (0, "/retrain", 'Not sent: "table.xlsx" is empty.'),
        (3, "x" * 1025, "Not sent: the text beside a file may have at most 1,024 characters."),
    ],
)
async def test_a_file_that_cannot_be_sent_is_named_and_the_text_kept(
    page: Page, server: LocalServer, size: int, caption: str, notice: str
) -> None:
    await start(page, server)
    before = await page.get_by_role("article").count()
    await page.get_by_label("Message", exact=True).fill(caption)
    await give(page, "drop", "table.xlsx", size)

    await expect(page.get_by_text(notice)).to_be_visible()
    await expect(page.get_by_label("Message", exact=True)).to_have_value(caption)
    await expect(page.get_by_role("article")).to_have_count(before)


async def test_a_file_over_20_megabytes_is_sent_but_the_bot_cannot_fetch_it(page: Page, server: LocalServer) -> None:
    await start(page, server)
    await give(page, "drop", "table.xlsx", 20 * 2**20 + 1)

    await expect(page.get_by_role("link", name="table.xlsx 20.1 MB")).to_be_visible()
    await expect(page.get_by_text("File is too big")).to_be_visible()


async def test_a_file_of_the_bot_is_downloaded_under_its_own_name(
    page: Page, server: LocalServer, tmp_path: Path
) -> None:
    await start(page, server)
    await write(page, "/file")
    await expect(page.get_by_text("All answers.")).to_be_visible()
    async with page.expect_download() as coming:
        await page.get_by_role("link", name="July").click()
    download = await coming.value

    assert download.suggested_filename == FILE_NAME
    await download.save_as(tmp_path / "answers.csv")
    assert (tmp_path / "answers.csv").read_bytes() == FILE


@pytest.mark.parametrize("width", [320, 390, 1280])
async def test_a_long_name_is_not_wider_than_the_screen(page: Page, server: LocalServer, width: int) -> None:
    await page.set_viewport_size({"width": width, "height": 640})
    await start(page, server)
    await give(page, "drop", f"{'answers' * 25}.xlsx", 3)

    await expect(page.get_by_text("3 bytes, with: None")).to_be_visible()
    assert await widest(page) <= width
