"""A message that the bot edits every moment leaves the person in peace."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from bot.local.chats import Chat, Message
from bot.local.server import LocalServer
from tests.browser.steps import start, write

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

CANCEL = {"inline_keyboard": [[{"text": "Cancel", "callback_data": "cancel"}]]}
LONG = "\n".join(["and so on"] * 60)
PLACE = "() => document.getElementById('scroller').scrollTop"
TO_END = (
    "() => { const s = document.getElementById('scroller'); return s.scrollHeight - s.scrollTop - s.clientHeight; }"
)


async def progress(page: Page, server: LocalServer) -> tuple[Chat, Message]:
    """A long chat whose last message, the answer to what the person wrote, tells how far something is."""
    await start(page, server)
    (chat,) = server.api.chats.values()
    server.api.send(chat, {"text": LONG})
    await write(page, "/begin")
    await expect(page.get_by_text("You said: /begin")).to_be_visible()
    answer = chat.find(int(await page.get_by_role("article").last.get_attribute("data-id") or 0))
    assert answer is not None
    message = server.api.edit(chat, answer, {"text": "0 %", "reply_markup": CANCEL})
    await expect(page.get_by_text("0 %")).to_be_visible()
    return chat, message


async def scroll(page: Page, pixels_from_end: int) -> None:
    """Look at what stands so far from the end, and let the page notice."""
    await page.evaluate(
        """(distance) => new Promise((noticed) => {
            const scroller = document.getElementById("scroller");
            scroller.scrollTop = 0;
            scroller.scrollTop = scroller.scrollHeight - scroller.clientHeight - distance;
            requestAnimationFrame(() => requestAnimationFrame(noticed));
        })""",
        pixels_from_end,
    )


@pytest.mark.parametrize("distance", [60, 600])
async def test_an_edit_does_not_move_who_reads_above(page: Page, server: LocalServer, distance: int) -> None:
    chat, message = await progress(page, server)
    await scroll(page, distance)
    before = await page.evaluate(PLACE)

    server.api.edit(chat, message, {"text": "50 %\nof 104 rows\nand more"})
    await expect(page.get_by_text("of 104 rows")).to_be_attached()
    assert await page.evaluate(PLACE) == before


async def test_who_stands_at_the_end_stays_there_when_the_message_grows(page: Page, server: LocalServer) -> None:
    chat, message = await progress(page, server)
    await scroll(page, 0)

    server.api.edit(chat, message, {"text": "50 %\nof 104 rows\nand more"})
    await expect(page.get_by_text("of 104 rows")).to_be_visible()
    assert await page.evaluate(TO_END) < 2


async def test_what_comes_after_an_edited_answer_is_in_sight(page: Page, server: LocalServer) -> None:
    chat, _ = await progress(page, server)
    for number in range(8):
        server.api.send(chat, {"text": f"line {number}"})

    await expect(page.get_by_text("line 7")).to_be_in_viewport()


async def test_an_edit_takes_the_focus_from_nothing(page: Page, server: LocalServer) -> None:
    chat, message = await progress(page, server)
    field = page.get_by_label("Message", exact=True)
    await field.fill("half a sen")
    server.api.edit(chat, message, {"text": "50 %"})
    await expect(page.get_by_text("50 %")).to_be_visible()
    await expect(field).to_be_focused()
    await page.keyboard.type("tence")
    await expect(field).to_have_value("half a sentence")

    await page.get_by_role("button", name="Cancel").focus()
    server.api.edit(chat, message, {"text": "75 %"})
    await expect(page.get_by_text("75 %")).to_be_visible()
    await expect(page.get_by_role("button", name="Cancel")).to_be_focused()


async def test_a_button_is_busy_until_its_tap_is_answered_whatever_is_edited_meanwhile(page: Page) -> None:
    async with LocalServer() as server:
        chat = await _joined(page, server)
        message = server.api.send(chat, {"text": "0 %", "reply_markup": CANCEL})
        button = page.get_by_role("button", name="Cancel")
        await button.click()
        await expect(button).to_have_attribute("aria-busy", "true")
        server.api.edit(chat, message, {"text": "50 %"})
        await expect(page.get_by_text("50 %")).to_be_visible()
        await expect(button).to_have_attribute("aria-busy", "true")

        tap = (await server.api.updates.poll(0, 100, 0))[-1]
        server.api.answer(tap["callback_query"]["id"], {"text": ""})
        await expect(button).not_to_have_attribute("aria-busy", "true", timeout=2_000)


async def test_a_button_that_is_never_answered_is_not_busy_for_ever(page: Page) -> None:
    async with LocalServer() as server:
        chat = await _joined(page, server)
        server.api.send(chat, {"text": "0 %", "reply_markup": CANCEL})
        button = page.get_by_role("button", name="Cancel")
        await button.click()
        await expect(button).to_have_attribute("aria-busy", "true")
        await expect(button).not_to_have_attribute("aria-busy", "true", timeout=10_000)


async def _joined(page: Page, server: LocalServer) -> Chat:
    """Open the page where no bot answers."""
    await page.goto(server.url)
    await page.get_by_role("button", name="Start").click()
    await expect(page.get_by_text("/start")).to_be_visible()
    (chat,) = server.api.chats.values()
    return chat
