"""The methods that send: text, photos, documents, albums, and "typing"."""

from __future__ import annotations

from typing import Any

from bot.local.call import Call
from bot.local.chats import MAX_CAPTION, MAX_TEXT, Chat, Message
from bot.local.errors import BLOCKED, ApiError, bad_request
from bot.local.files import StoredFile
from bot.local.ids import random_id
from bot.local.methods.keyboards import read_keyboard
from bot.local.state import LocalBotApi

ALBUM_SIZES = range(2, 11)
ACTIONS = frozenset(
    {
        "choose_sticker",
        "find_location",
        "record_video",
        "record_video_note",
        "record_voice",
        "typing",
        "upload_document",
        "upload_photo",
        "upload_video",
        "upload_video_note",
        "upload_voice",
    }
)


async def send_message(api: LocalBotApi, call: Call) -> Any:
    """Send a text."""
    text = read_text(call, too_long="message is too long")
    return _send(api, call, {"text": text})


async def send_photo(api: LocalBotApi, call: Call) -> Any:
    """Send a picture, uploaded or by its file id."""
    photo = _photo(api, call, "photo")
    return _send(api, call, {"photo": [photo.photo_size()], **_caption(call)})


async def send_document(api: LocalBotApi, call: Call) -> Any:
    """Send a file, uploaded or by its file id."""
    document = _document(api, call, "document")
    return _send(api, call, {"document": document.document(), **_caption(call)})


async def send_media_group(api: LocalBotApi, call: Call) -> Any:
    """Send two to ten pictures, or files, as an album."""
    media = call.array("media")
    if len(media) not in ALBUM_SIZES or not all(isinstance(item, dict) for item in media):
        raise bad_request('parameter "media" must hold 2 to 10 Objects')
    if len(kinds := {str(item.get("type")) for item in media}) > 1 and "document" in kinds:
        raise bad_request("document can't be mixed with other media types")
    chat = writable_chat(api, call)
    album = {"media_group_id": str(random_id())}
    contents = [_album_item(api, Call(call.method, item, call.uploads)) for item in media]
    return [api.send(chat, {**content, **album}) for content in contents]


async def send_chat_action(api: LocalBotApi, call: Call) -> Any:
    """Show for a moment what the bot is doing."""
    action = call.text("action")
    if action not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    writable_chat(api, call).signal("action", {"action": action})
    return True


def find_chat(api: LocalBotApi, call: Call) -> Chat:
    """Return the chat that the call names."""
    name = call.text("chat_id")
    if not name:
        raise bad_request("chat_id is empty")
    chat = api.find_chat(int(name)) if name.isdecimal() else None
    if chat is None:
        raise bad_request("chat not found")
    return chat


def writable_chat(api: LocalBotApi, call: Call) -> Chat:
    """Return the chat that the call names, unless its person has blocked the bot."""
    chat = find_chat(api, call)
    if chat.blocked:
        raise ApiError(*BLOCKED)
    return chat


def read_text(call: Call, *, too_long: str) -> str:
    """Return the text of the call as it will stand in the chat."""
    text = call.text("text")
    if not text:
        raise bad_request("message text is empty")
    text = _trim(text)
    if not text:
        raise bad_request("text must be non-empty")
    if len(text) > MAX_TEXT:
        raise bad_request(too_long)
    return text


def read_caption(call: Call, *, too_long: str) -> str | None:
    """Return the caption of the call, if it has one."""
    caption = _trim(call.text("caption"))
    if len(caption) > MAX_CAPTION:
        raise bad_request(too_long)
    return caption or None


def _trim(text: str) -> str:
    """Drop blanks and empty lines around a text, as Telegram does."""
    return text.strip(" \n\r\t")


def _send(api: LocalBotApi, call: Call, content: dict[str, Any]) -> Any:
    keyboard = read_keyboard(call)
    chat = writable_chat(api, call)
    return api.send(chat, {**content, "reply_to_message": _replied(call, chat), "reply_markup": keyboard})


def _replied(call: Call, chat: Chat) -> Message | None:
    """Return the message that this one replies to."""
    parameters = call.object("reply_parameters")
    if not parameters:
        return None
    message = chat.find(Call(call.method, parameters, {}).integer("message_id"))
    if message is None and not parameters.get("allow_sending_without_reply"):
        raise bad_request("message to be replied not found")
    return message and {field: value for field, value in message.items() if field != "reply_to_message"}


def _caption(call: Call) -> dict[str, Any]:
    return {"caption": read_caption(call, too_long="message caption is too long")}


def _album_item(api: LocalBotApi, item: Call) -> dict[str, Any]:
    kind = item.text("type")
    if kind == "photo":
        return {"photo": [_photo(api, item, "media").photo_size()], **_caption(item)}
    if kind == "document":
        return {"document": _document(api, item, "media").document(), **_caption(item)}
    raise bad_request(f"albums of {kind!r} are unknown to this local server")


def _photo(api: LocalBotApi, call: Call, field: str) -> StoredFile:
    upload = call.upload(field)
    return api.files.add_photo(upload) if upload else _known_file(api, call, field)


def _document(api: LocalBotApi, call: Call, field: str) -> StoredFile:
    upload = call.upload(field)
    return api.files.add_document(upload) if upload else _known_file(api, call, field)


def _known_file(api: LocalBotApi, call: Call, field: str) -> StoredFile:
    file_id = call.text(field)
    if not file_id:
        raise bad_request(f"there is no {field} in the request")
    file = api.files.find(file_id)
    if file is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    return file
