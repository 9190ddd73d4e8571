"""What the server knows: the bot, its people and their chats, the updates on their way and the files."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Mapping
from typing import Any

from bot.local.call import Call
from bot.local.chats import ChangeNumbers, Chat, Message
from bot.local.errors import bad_request
from bot.local.files import FileStore
from bot.local.ids import Sequence, may_be_random, random_id
from bot.local.profile import Profile
from bot.local.updates import Update, UpdateQueue
from bot.local.webhook import Webhook

_COMMAND = re.compile(r"/[A-Za-z0-9_]{1,32}(@\w+)?(?=\s|$)")
_NUMBER = re.compile(r"\d+")

GUEST = "Guest"
"""Who gives no name."""


class LocalBotApi:
    """One bot and everybody who talks to it, in memory.

    The bot's side is `bot.local.methods`, the people's side `bot.local.person_side`; both meet here.
    """

    def __init__(self, token: str | None = None) -> None:
        self.token = token or f"{random_id()}:{secrets.token_urlsafe(26)[:35]}"
        self.updates = UpdateQueue(self._note_received)
        self.webhook = Webhook(self.updates)
        self.files = FileStore()
        self.chats: dict[int, Chat] = {}
        self.profile = Profile()
        self._message_ids = Sequence()
        self._change_numbers = ChangeNumbers()
        self._open_queries: dict[str, Chat] = {}

    @property
    def bot(self) -> dict[str, Any]:
        """Return the bot's own User object."""
        bot_id = self.token.partition(":")[0]
        return {
            "id": int(bot_id) if bot_id.isdigit() else 1,
            "is_bot": True,
            "first_name": self.profile.text("name") or "Survey bot",
            "username": "local_survey_bot",
        }

    # -- what the bot does --------------------------------------------------------------------------------

    def send(self, chat: Chat, content: Mapping[str, Any]) -> Message:
        """Show a new message of the bot in ``chat``."""
        return chat.put(self._message(chat, self.bot, content))

    def edit(self, chat: Chat, message: Message, content: Mapping[str, Any]) -> Message:
        """Replace parts of a message of the bot; None removes a part."""
        edited = _without_none({**message, **content})
        if edited == message:
            raise bad_request(
                "message is not modified: specified new message content and reply markup are exactly "
                "the same as a current content and reply markup of the message"
            )
        return chat.put({**edited, "edit_date": _now()})

    def answer(self, query_id: str, answer: Mapping[str, Any]) -> None:
        """Answer a tap; each can be answered once."""
        chat = self._open_queries.pop(query_id, None)
        if chat is None:
            raise bad_request("query is too old and response timeout expired or query ID is invalid")
        chat.signal("answer", {"callback_query_id": query_id, **answer})

    def publish_profile(self) -> None:
        """Tell everybody that the bot's name, description or commands changed."""
        for chat in self.chats.values():
            chat.signal("profile", self.profile_for(chat))

    def profile_for(self, chat: Chat) -> dict[str, Any]:
        """Return what the person of ``chat`` sees of the bot."""
        return {
            "name": self.profile.text("name", chat.language) or self.bot["first_name"],
            "username": self.bot["username"],
            "description": self.profile.text("description", chat.language),
            "commands": self.profile.commands_for(chat),
            "blocked": chat.blocked,
        }

    def concerned(self, call: Call) -> Chat | None:
        """Return the chat that a call of the bot is about, if it is about one."""
        if query := self._open_queries.get(call.text("callback_query_id")):
            return query
        named = call.text("chat_id") or str(call.params.get("scope") or "")
        number = _NUMBER.search(named)
        return self.chats.get(int(number[0])) if number else None

    # -- what people do --------------------------------------------------------------------------------

    def join(self, chat_id: int | None, name: str, language: str) -> Chat:
        """Open a chat, or find it again; an id of before a restart gets its chat back, though empty."""
        chat_id = chat_id or random_id()
        chat = self.chats.get(chat_id)
        if chat is None:
            chat = self.chats[chat_id] = Chat(chat_id, name, language, self._change_numbers)
        elif (chat.name, chat.language) != (name, language):
            chat.name, chat.language = name, language
            chat.signal("profile", self.profile_for(chat))
        return chat

    def find_chat(self, chat_id: int) -> Chat | None:
        """Return a chat; one of before a restart is there again before its person is."""
        chat = self.chats.get(chat_id)
        return self.join(chat_id, GUEST, "en") if chat is None and may_be_random(chat_id) else chat

    def receive(self, chat: Chat, content: Mapping[str, Any]) -> Message:
        """Take a message of the person and make an update of it."""
        if chat.blocked:
            self.unblock(chat)
        message = chat.put(self._message(chat, chat.user, {**content, **_marks(content)}))
        self._update(chat, "message", message)
        return message

    def rewrite(self, chat: Chat, message_id: int, text: str) -> Message | None:
        """Let the person change a text of theirs; None where there is no such text."""
        message = chat.find(message_id)
        if message is None or message["from"]["is_bot"] or "text" not in message:
            return None
        content = {"text": text, "edit_date": _now()}
        edited = chat.put(_without_none({**message, **content, **_marks(content)}))
        self._update(chat, "edited_message", edited)
        return edited

    def tap(self, chat: Chat, message_id: int, data: str) -> str:
        """Press a button: make a callback query and return its id."""
        message = chat.find(message_id) or {"chat": chat.chat, "message_id": message_id, "date": 0}
        query_id = str(random_id())
        self._open_queries[query_id] = chat
        self._update(
            chat,
            "callback_query",
            {
                "id": query_id,
                "from": chat.user,
                "message": message,
                "chat_instance": str(chat.id),
                "data": data,
            },
        )
        return query_id

    def block(self, chat: Chat) -> None:
        """The person blocks the bot."""
        self._set_blocked(chat, True)

    def unblock(self, chat: Chat) -> None:
        """The person lets the bot write again."""
        self._set_blocked(chat, False)

    def _set_blocked(self, chat: Chat, blocked: bool) -> None:
        if chat.blocked == blocked:
            return
        chat.blocked = blocked
        chat.signal("profile", self.profile_for(chat))
        kicked = {"status": "kicked", "user": self.bot, "until_date": 0}
        member = {"status": "member", "user": self.bot}
        self._update(
            chat,
            "my_chat_member",
            {
                "chat": chat.chat,
                "from": chat.user,
                "date": _now(),
                "old_chat_member": member if blocked else kicked,
                "new_chat_member": kicked if blocked else member,
            },
        )

    def _update(self, chat: Chat, kind: str, content: dict[str, Any]) -> None:
        update = self.updates.put(kind, content)
        if update is not None:
            chat.trace.note_update(kind, update)

    def _note_received(self, update: Update) -> None:
        """Tell a person that the bot has taken a message."""
        match update:
            case {"message": {"message_id": int(number), "chat": {"id": int(identity)}}} if identity in self.chats:
                chat = self.chats[identity]
                chat.received = number
                chat.signal("received", {"message_id": number})

    def _message(self, chat: Chat, sender: dict[str, Any], content: Mapping[str, Any]) -> Message:
        head = {"message_id": self._message_ids.next(), "from": sender, "chat": chat.chat, "date": _now()}
        return _without_none({**head, **content})

    async def close(self) -> None:
        """Let go everybody who waits."""
        self.updates.close()
        await self.webhook.close()
        for chat in self.chats.values():
            chat.signal("closed", {})
            chat.trace.close()


def _marks(content: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "entities": _commands(content.get("text", "")),
        "caption_entities": _commands(content.get("caption") or ""),
    }


def _commands(text: str) -> list[dict[str, Any]] | None:
    """Mark a command at the beginning of a text or caption, as the apps do."""
    command = _COMMAND.match(text)
    return [{"type": "bot_command", "offset": 0, "length": command.end()}] if command else None


def _without_none(message: Mapping[str, Any]) -> Message:
    return {field: value for field, value in message.items() if value is not None}


def _now() -> int:
    return int(time.time())
