"""Somebody in the chat, over real HTTP: does what the page does, in words for tests and load."""

from __future__ import annotations

import asyncio
import io
import json
import mimetypes
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import aiohttp

PATIENCE = 60.0
"""Seconds that a person waits for what should come."""

_NEVER = aiohttp.ClientTimeout(total=None)


@dataclass(frozen=True, slots=True)
class Button:
    """One button of a keyboard."""

    label: str
    data: str | None
    url: str | None


@dataclass(frozen=True)
class Seen:
    """A message as the person sees it now; ``raw`` is the Bot API's Message object."""

    raw: dict[str, Any]

    @property
    def id(self) -> int:
        """The message's id."""
        return int(self.raw["message_id"])

    @property
    def mine(self) -> bool:
        """Whether the person wrote it, not the bot."""
        return not self.raw["from"]["is_bot"]

    @property
    def text(self) -> str:
        """The text, or the caption of a picture or file."""
        return str(self.raw.get("text") or self.raw.get("caption") or "")

    @property
    def keyboard(self) -> list[list[Button]]:
        """The buttons in their rows."""
        rows = self.raw.get("reply_markup", {}).get("inline_keyboard", [])
        return [[Button(b["text"], b.get("callback_data"), b.get("url")) for b in row] for row in rows]

    @property
    def buttons(self) -> list[Button]:
        """The buttons in reading order."""
        return [button for row in self.keyboard for button in row]

    @property
    def file_id(self) -> str | None:
        """The id of the picture (in its largest size) or file, if there is one."""
        media = (self.raw.get("photo") or [self.raw.get("document")])[-1]
        return media and str(media["file_id"])

    @property
    def album(self) -> str | None:
        """What names the album that the picture or file belongs to, if it belongs to one."""
        return self.raw.get("media_group_id")

    @property
    def file_name(self) -> str | None:
        """The name of the file, if there is one; a picture has none."""
        document = self.raw.get("document")
        return document and str(document["file_name"])


class Person:
    """A person who talks to the bot; use it with ``async with``.

    Parameters
    ----------
    url : str
        The server's address.
    language : str
        The language of the person's app.
    name : str
        What the person is called.
    chat_id : int, optional
        An earlier person's ``chat_id``, to come back as the same one.

    Attributes
    ----------
    chat_id : int
        The person's id, and their chat's.
    answers : list of dict
        What the bot answered to taps (answerCallbackQuery).
    actions : list of str
        What the bot showed itself doing, such as "typing".

    Examples
    --------
    ::

        async with LocalServer() as server, Person(server.url) as person:
            await person.start("market-day")
            card = await person.next_message()
            await person.tap("Daily")
            await person.wait_for(lambda chat: "Thank you" in chat[-1].text)
    """

    def __init__(self, url: str, *, language: str = "en", name: str = "Sokha", chat_id: int | None = None) -> None:
        self.chat_id = chat_id or 0
        self.answers: list[dict[str, Any]] = []
        self.actions: list[str] = []
        self._url = url
        self._profile = {"name": name, "language": language}
        self._messages: dict[int, Seen] = {}
        self._read = 0
        self._news = asyncio.Condition()

    @property
    def messages(self) -> list[Seen]:
        """Everything in the chat as it stands now, oldest first."""
        return [self._messages[message_id] for message_id in sorted(self._messages)]

    async def __aenter__(self) -> Self:
        """Join the chat and begin to look at it."""
        self._http = aiohttp.ClientSession()
        joined = await self._post("/chat/join", json={**self._profile, "chat_id": self.chat_id or None})
        self.chat_id = joined["chat_id"]
        self._looking = asyncio.create_task(self._look())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Look away."""
        self._looking.cancel()
        await asyncio.gather(self._looking, return_exceptions=True)
        await self._http.close()

    # -- what a person does -------------------------------------------------------------------------------------

    async def start(self, campaign: str = "") -> None:
        """Press START, having come by a campaign's link or not."""
        await self.say(f"/start {campaign}".strip())

    async def say(self, text: str) -> None:
        """Write a text."""
        await self._act("say", {"text": text})

    async def send(self, **content: Any) -> None:
        """Send something else, as the Bot API writes it: ``send(location={…})``."""
        await self._act("send", content)

    async def send_file(self, name: str, content: bytes, caption: str = "") -> None:
        """Send a file, such as an .xlsx with the caption "/retrain"."""
        form = aiohttp.FormData({"caption": caption}, quote_fields=False)  # names as browsers send them: plain UTF-8
        media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        form.add_field("file", io.BytesIO(content), filename=name, content_type=media_type)
        await self._post(f"/chat/{self.chat_id}/document", data=form)

    async def send_sticker(self) -> None:
        """Send a sticker."""
        size = {"width": 512, "height": 512, "is_animated": False, "is_video": False}
        await self.send(sticker={"file_id": "sticker", "file_unique_id": "s", "type": "regular", "emoji": "👍", **size})

    async def tap(self, label: str) -> None:
        """Press the button of that label on the newest message that has it, once there is one."""
        await self.wait_for(lambda chat: bool(_labelled(chat, label)))
        message, button = _labelled(self.messages, label)[-1]
        await self.tap_data(message.id, button.data or "")

    async def tap_data(self, message_id: int, data: str) -> None:
        """Press a button that is perhaps no longer, or never was, there."""
        await self._act("tap", {"message_id": message_id, "data": data})

    async def block(self) -> None:
        """Block the bot."""
        await self._act("block", {})

    async def unblock(self) -> None:
        """Let the bot write again."""
        await self._act("unblock", {})

    # -- what a person sees -------------------------------------------------------------------------------------

    async def next_message(self) -> Seen:
        """Return the bot's next message that was not returned before, once it is there."""

        def unread(chat: Sequence[Seen]) -> list[Seen]:
            return [message for message in chat if message.id > self._read and not message.mine]

        await self.wait_for(lambda chat: bool(unread(chat)))
        message = unread(self.messages)[0]
        self._read = message.id
        return message

    async def wait_for(self, condition: Callable[[Sequence[Seen]], bool], patience: float = PATIENCE) -> None:
        """Wait until the chat's messages fulfil ``condition``.

        Raises
        ------
        AssertionError
            When they do not within ``patience`` seconds; it shows the chat.
        """
        try:
            async with asyncio.timeout(patience), self._news:
                await self._news.wait_for(lambda: condition(self.messages))
        except TimeoutError:
            raise AssertionError(f"not within {patience:g} s; the chat is now:\n{self}") from None

    async def file(self, message: Seen) -> bytes:
        """Return the content of a message's file, or of its picture."""
        async with self._http.get(f"{self._url}/chat/file/{message.file_id}") as response:
            response.raise_for_status()
            return await response.read()

    picture = file

    def __str__(self) -> str:
        return "\n".join(_show(message) for message in self.messages) or "(empty)"

    # -- the wire -----------------------------------------------------------------------------------------------

    async def _act(self, what: str, body: dict[str, Any]) -> None:
        await self._post(f"/chat/{self.chat_id}/{what}", json=body)

    async def _post(self, path: str, **body: Any) -> dict[str, Any]:
        async with self._http.post(self._url + path, **body) as response:
            response.raise_for_status()
            reply: dict[str, Any] = await response.json()
            return reply

    async def _look(self) -> None:
        url = f"{self._url}/chat/{self.chat_id}/events"
        async with self._http.get(url, timeout=_NEVER) as stream:
            kind = ""
            async for line in stream.content:
                field, _, value = line.decode().strip().partition(": ")
                if field == "event":
                    kind = value
                elif field == "data":
                    await self._notice(kind, json.loads(value))

    async def _notice(self, kind: str, content: dict[str, Any]) -> None:
        async with self._news:
            if kind == "message":
                self._messages[content["message_id"]] = Seen(content)
            elif kind == "deleted":
                self._messages.pop(content["message_id"], None)
            elif kind == "answer":
                self.answers.append(content)
            elif kind == "action":
                self.actions.append(content["action"])
            self._news.notify_all()


def _labelled(chat: Sequence[Seen], label: str) -> list[tuple[Seen, Button]]:
    """Return the buttons of that label, each with its message."""
    return [(message, button) for message in chat for button in message.buttons if button.label == label]


def _show(message: Seen) -> str:
    buttons = "".join(f" [{button.label}]" for button in message.buttons)
    file = f" ({message.file_name or 'picture'})" if message.file_id else ""
    return f"{'person' if message.mine else 'bot'}: {message.text}{file}{buttons}"
