"""A person who answers the whole home survey in the chat page, tap by tap."""

from __future__ import annotations

from playwright.async_api import Page, expect

CHOICES = ("Daily", "$25–100 (up to 400,000៛)", "I trust it somewhat", "Yes, I have", "Somewhat")
BOXES = (("Send money", "Receive money", "Pay bills"), ("Low fees", "Security"))


async def begin(page: Page, url: str) -> None:
    """Open the page, press START and agree."""
    await page.goto(url)
    await page.get_by_role("button", name="Start", exact=True).click()
    await page.get_by_role("button", name="or older").click()
    await expect(page.get_by_text("Question 1 of 7")).to_be_visible()


async def answer_all(page: Page, stated: str) -> None:
    """Answer from the first question to the result's picture."""
    for number, choice in enumerate(CHOICES, 1):
        await expect(page.get_by_text(f"Question {number} of 7")).to_be_visible()
        await page.get_by_role("button", name=choice, exact=True).click()
    for number, boxes in enumerate(BOXES, len(CHOICES) + 1):
        await expect(page.get_by_text(f"Question {number} of 7")).to_be_visible()
        for box in boxes:
            await page.get_by_role("button", name=box).click()
            await expect(page.get_by_role("button", name=f"☑ {box}")).to_be_visible()
        await page.get_by_role("button", name="Done").click()
    await page.get_by_role("button", name=stated, exact=True).click()
    await expect(page.get_by_role("button", name="Picture").last).to_be_visible()
