"""The methods by which a bot receives: polling, webhook, and files."""

from __future__ import annotations

import re
from typing import Any

from bot.local.call import Call
from bot.local.errors import bad_request, conflict
from bot.local.files import MAX_FETCHED
from bot.local.state import LocalBotApi
from bot.local.webhook import DEFAULT_CONNECTIONS, MOST_CONNECTIONS

_SECRET = re.compile(r"[A-Za-z0-9_-]{0,256}")


async def get_updates(api: LocalBotApi, call: Call) -> Any:
    """Confirm the updates before ``offset`` and return the next, waiting ``timeout`` seconds for the first."""
    if api.webhook.url:
        raise conflict(
            "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
        )
    _allow(api, call)
    return await api.updates.poll(call.integer("offset"), call.integer("limit", 100), call.integer("timeout"))


async def set_webhook(api: LocalBotApi, call: Call) -> Any:
    """Have updates posted to a URL; plain http will do here, as nothing leaves the machine."""
    url, secret = call.text("url"), call.text("secret_token")
    if url and not url.startswith(("http://", "https://")):
        raise bad_request("bad webhook: invalid webhook URL specified")
    connections = call.integer("max_connections", DEFAULT_CONNECTIONS)
    if not 1 <= connections <= MOST_CONNECTIONS:
        raise bad_request(f"max_connections must be 1 to {MOST_CONNECTIONS}")
    if not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    if call.flag("drop_pending_updates"):
        api.updates.clear()
    _allow(api, call)
    await api.webhook.set(url, secret, connections)
    return True


async def delete_webhook(api: LocalBotApi, call: Call) -> Any:
    """Go back to polling."""
    if call.flag("drop_pending_updates"):
        api.updates.clear()
    await api.webhook.set("")
    return True


async def get_webhook_info(api: LocalBotApi, call: Call) -> Any:
    """Tell where updates go."""
    return api.webhook.info()


async def get_file(api: LocalBotApi, call: Call) -> Any:
    """Tell where a file can be downloaded."""
    file = api.files.find(call.text("file_id"))
    if file is None:
        raise bad_request("invalid file_id")
    if file.size > MAX_FETCHED:
        raise bad_request("file is too big")
    return file.file()


def _allow(api: LocalBotApi, call: Call) -> None:
    """Note which types of updates the bot wants; without the parameter the former choice stays."""
    if call.params.get("allowed_updates") is not None:
        api.updates.allow(map(str, call.array("allowed_updates")))
