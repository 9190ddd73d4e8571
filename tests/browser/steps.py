"""What tests of the chat page do again and again."""

from __future__ import annotations

from playwright.async_api import Page, expect

from bot.local.server import LocalServer

_GIVE = """([event, name, size]) => {
  const data = new DataTransfer();
  data.items.add(new File([new Uint8Array(size)], name));
  const options = { bubbles: true, cancelable: true };
  const where = document.getElementById(event === "paste" ? "text" : "scroller");
  where.dispatchEvent(
    event === "paste"
      ? new ClipboardEvent(event, { ...options, clipboardData: data })
      : new DragEvent(event, { ...options, dataTransfer: data }),
  );
}"""


async def start(page: Page, server: LocalServer, query: str = "") -> None:
    """Open the page and press START."""
    await page.goto(server.url + query)
    await page.get_by_role("button", name="Start").click()
    await expect(page.get_by_text("How often?").last).to_be_visible()


async def write(page: Page, text: str) -> None:
    """Write a text and send it."""
    await page.get_by_label("Message", exact=True).fill(text)
    await page.keyboard.press("Enter")


async def open_menu(page: Page, name: str, entry: str) -> None:
    """Open one of the menus, such as "Menu" or "People", and press what stands there."""
    await page.get_by_role("button", name=name, exact=True).click()
    await page.get_by_role("dialog", name=name).get_by_text(entry, exact=True).click()


async def begin_anew(page: Page) -> None:
    """Leave the chat and become somebody new, as the page asks."""
    await open_menu(page, "Menu", "New chat")
    await page.get_by_role("dialog", name="Begin anew?").get_by_role("button", name="Begin anew").click()


async def give(page: Page, event: str, name: str, size: int) -> None:
    """Drop a file of that size into the page, or paste it: ``event`` says which."""
    await page.evaluate(_GIVE, [event, name, size])


async def widest(page: Page) -> int:
    """How far the page and everything in it reaches to the right, in pixels."""
    reach = """() => Math.max(document.documentElement.scrollWidth,
        ...[...document.querySelectorAll("body *")].map((e) => Math.ceil(e.getBoundingClientRect().right)))"""
    return int(await page.evaluate(reach))
