"""What a phone can send besides texts and files, edits, and blocking the bot."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import FilePayload, Page, expect

from bot.local.server import LocalServer
from tests.browser.echo_bot import picture
from tests.browser.steps import open_menu, start, write

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest.mark.parametrize(
    ("entry", "answer", "shown"),
    [
        ("Contact", "You sent the number +855 12 345 678 of You", "link"),
        ("Location", "You sent the place 11.5564, 104.9282", "link"),
        ("Sticker", "You sent a sticker 512 wide, True", "img"),
    ],
)
async def test_something_of_each_kind_is_sent_by_the_attach_menu(
    page: Page, server: LocalServer, entry: str, answer: str, shown: str
) -> None:
    await start(page, server)
    await open_menu(page, "Attach", entry)

    await expect(page.get_by_text(answer)).to_be_visible()
    mine = page.get_by_role("article", name="You").last
    await expect(mine.get_by_role("link" if shown == "link" else "img").first).to_be_visible()


async def test_a_voice_message_is_sent_and_can_be_heard(page: Page, server: LocalServer) -> None:
    await start(page, server)
    await open_menu(page, "Attach", "Voice message")

    await expect(page.get_by_text("You sent a voice in audio/ogg, True")).to_be_visible()
    player = page.get_by_label("Voice message", exact=True).last
    seconds = await player.evaluate(
        """player => new Promise((heard, failed) => {
            player.onloadedmetadata = () => heard(player.duration);
            player.onerror = () => failed(player.error.message);
            player.load();
            player.preload = "metadata";
        })"""
    )
    assert seconds == pytest.approx(1, abs=0.1)


async def test_a_photo_is_sent_as_one_with_what_was_written_as_its_caption(page: Page, server: LocalServer) -> None:
    await start(page, server)
    await page.get_by_label("Message", exact=True).fill("look")
    async with page.expect_file_chooser() as chooser:
        await open_menu(page, "Attach", "Photo")
    await (await chooser.value).set_files([FilePayload(name="a.png", mimeType="image/png", buffer=picture())])

    await expect(page.get_by_text("You sent a photo 1200 wide with: look")).to_be_visible()
    await expect(page.get_by_role("button", name="Picture: look")).to_be_visible()


async def test_what_is_no_picture_is_refused_as_a_photo(page: Page, server: LocalServer, complaints: list[str]) -> None:
    await start(page, server)
    async with page.expect_file_chooser() as chooser:
        await open_menu(page, "Attach", "Photo")
    await (await chooser.value).set_files([FilePayload(name="a.png", mimeType="image/png", buffer=b"no picture")])

    await expect(page.get_by_text("Not sent: Bad Request: IMAGE_PROCESS_FAILED")).to_be_visible()
    complaints.clear()  # the browser's own, of the refusal


async def test_the_last_text_is_edited_with_the_button_or_the_arrow_up(page: Page, server: LocalServer) -> None:
    await start(page, server)
    await write(page, "helo")
    await expect(page.get_by_text("You said: helo")).to_be_visible()
    await expect(page.get_by_role("button", name="Edit", exact=True)).to_have_count(1)
    await page.get_by_role("button", name="Edit", exact=True).click()
    await expect(page.get_by_label("Message", exact=True)).to_have_value("helo")
    await write(page, "hello")
    await expect(page.get_by_text("You changed it to: hello")).to_be_visible()

    await page.keyboard.press("ArrowUp")
    await expect(page.get_by_text("You are editing your message")).to_be_visible()
    await expect(page.get_by_label("Message", exact=True)).to_have_value("hello")
    await page.keyboard.press("Escape")
    await expect(page.get_by_text("You are editing your message")).to_be_hidden()
    await expect(page.get_by_label("Message", exact=True)).to_have_value("")
    await expect(page.get_by_role("article", name="You").last).to_contain_text(re.compile("hello.*edited", re.DOTALL))


async def test_what_was_begun_is_there_again_after_an_edit(page: Page, server: LocalServer) -> None:
    await start(page, server)
    await write(page, "hello")
    await expect(page.get_by_text("You said: hello")).to_be_visible()
    await page.get_by_label("Message", exact=True).fill("half a sen")
    await page.get_by_role("button", name="Edit", exact=True).click()
    await page.get_by_role("button", name="Cancel", exact=True).click()

    await expect(page.get_by_label("Message", exact=True)).to_have_value("half a sen")
    await expect(page.get_by_label("Message", exact=True)).to_be_focused()


async def test_who_blocks_the_bot_can_only_unblock_it(page: Page, server: LocalServer) -> None:
    await start(page, server)
    await open_menu(page, "Menu", "Block the bot")
    unblock = page.get_by_role("contentinfo").get_by_role("button", name="Unblock the bot")
    await expect(unblock).to_be_visible()
    await expect(page.get_by_label("Message", exact=True)).to_be_hidden()
    await page.reload()
    await unblock.click()

    await expect(page.get_by_text("You let me write again.")).to_be_visible()
    await expect(page.get_by_label("Message", exact=True)).to_be_visible()


async def test_ticks_tell_how_far_a_message_has_come(page: Page) -> None:
    async with LocalServer() as server:
        await page.goto(server.url)
        await page.get_by_role("button", name="Start").click()
        await expect(page.get_by_role("img", name="Sent")).to_be_visible()

        (update,) = await server.api.updates.poll(0, 100, 0)
        await server.api.updates.poll(update["update_id"] + 1, 100, 0)
        await expect(page.get_by_role("img", name="Taken by the bot")).to_be_visible()
        await page.reload()
        await expect(page.get_by_role("img", name="Taken by the bot")).to_be_visible()
