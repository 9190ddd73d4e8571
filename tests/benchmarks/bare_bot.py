"""What ours is compared with: a bot as the library's examples write it, state in memory, nothing ever committed.

``python -m tests.benchmarks.bare_bot [--concurrent]`` with BOT_TOKEN and TELEGRAM_API_URL set.
"""

from __future__ import annotations

import os
import sys
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, ContextTypes

ANSWERS = ("Daily", "A few times a week", "Once a week", "A few times a month", "Rarely")

answers: dict[int, list[str]] = {}


def question(number: int, last: str | None) -> str:
    progress = f"Question {number % 7 + 1} of 7  {'●' * (number % 7 + 1)}{'○' * (6 - number % 7)}"
    receipt = f"\n✓ Usage frequency: {last}" if last else ""
    return f"{progress}{receipt}\n\nHow often do you use mobile money?"


def keyboard(number: int) -> InlineKeyboardMarkup:
    rows = [[InlineKeyboardButton(text, callback_data=f"{number}:{place}")] for place, text in enumerate(ANSWERS)]
    return InlineKeyboardMarkup(rows)


async def start(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.effective_user is not None
    assert update.message is not None
    answers[update.effective_user.id] = []
    await update.message.reply_text(question(0, None), reply_markup=keyboard(0))


async def tap(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    query = update.callback_query
    assert query is not None
    assert query.data is not None
    await query.answer()
    given = answers[query.from_user.id]
    given.append(ANSWERS[int(query.data.split(":")[1])])
    await query.edit_message_text(question(len(given), given[-1]), reply_markup=keyboard(len(given)))


def main() -> None:
    application: Any = (
        Application.builder()
        .token(os.environ["BOT_TOKEN"])
        .base_url(f"{os.environ['TELEGRAM_API_URL']}/bot")
        .concurrent_updates("--concurrent" in sys.argv)
        .build()
    )
    application.add_handler(CommandHandler("start", start))
    application.add_handler(CallbackQueryHandler(tap))
    application.run_polling()


if __name__ == "__main__":
    main()
