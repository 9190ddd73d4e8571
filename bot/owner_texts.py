"""What the owners are told, in plain words: what is the matter, and what they can do about it."""

from __future__ import annotations

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "disk_low": "⚠️ Little disk space is left on {machine}: {free}, where {what} is kept. Once it is full, no answer "
    "can be stored. Delete what is no longer needed there, such as old backups, or get a bigger disk.",
    "disk_again": "✅ There is enough disk space on {machine} again: {free}, where {what} is kept.",
    "stuck": "⚠️ Messages are stuck: chats that have waited for more than five minutes: {chats}. Perhaps Telegram can't "
    "be reached from the server; the bot's log says so. Nothing is lost: all of them are sent as soon as that works.",
    "stuck_no_longer": "✅ Messages reach people again.",
    "messages_parked": "⚠️ Messages that were refused for good and set aside, in the last 24 hours: {number}\n{list}\n"
    "The people concerned can go on with /start. Please show this to whoever looks after the program.",
    "messages_no_longer": "✅ No message was refused in the last 24 hours.",
    "updates_parked": "⚠️ What people sent that the bot could not handle, in the last 24 hours: {number}\n{list}\n"
    "It told them so and went on. Please show this to whoever looks after the program.",
    "updates_no_longer": "✅ Whatever people sent in the last 24 hours, the bot could handle it.",
    "more_kinds": "… and {count} more kinds",
    "model_refused": "⚠️ The trained model can't be used: {reason}\nMeanwhile answers are stored, and the results "
    "follow as soon as there is a model again.",
    "model_again": "✅ The bot has a model again; results that had to wait are on their way.",
    "training_failed": "⚠️ Training a model did not work (exit code {code}); the bot's log says why. "
    "`python -m engine train --data FILE` on the server trains one. Meanwhile answers are stored.",
    "training_again": "✅ There is a trained model now.",
    "labels_missing": "ℹ️ Answers are being collected: {number} labelled so far. {missing}",
    "labels_enough": "✅ There are enough labelled answers to learn from, {number}: send /retrain.",
    "erased_from_exports": "ℹ️ A person asked to be erased, and their answers are gone from here. These exported files "
    "hold them, under the ID {pseudonym}:\n{files}\nPlease delete that person's rows there too, and from copies.",
    "database_away": "ℹ️ The database did not answer for {seconds} seconds, and does again. People had to wait; nothing "
    "is lost. If that happens often, look at the database's log, its disk and its memory.",
}


def owner_text(name: str, /, **values: object) -> str:
    """Return one of the texts."""
    return TEXTS[name].format(**values)
