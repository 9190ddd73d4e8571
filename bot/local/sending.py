"""What people send as a file, read from the form of a page and written as the Bot API writes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from bot.local.call import Upload
from bot.local.chats import MAX_CAPTION
from bot.local.errors import ApiError
from bot.local.files import MAX_SENT, FileStore, StoredFile

KINDS = ("document", "photo", "voice", "sticker")
"""What a file can be sent as."""
TOO_LARGE = f"a file may have at most {MAX_SENT} bytes"
LONGEST_VOICE = 3600
"""Seconds."""


async def read_content(files: FileStore, kind: str, form: FormData) -> dict[str, Any]:
    """Keep the form's ``file`` and return the content of the message that carries it as ``kind``.

    Raises
    ------
    HTTPException
        Saying what is wrong with the file or its caption.
    """
    file, caption = form.get("file"), str(form.get("caption") or "").strip()
    if not isinstance(file, UploadFile) or not file.size:
        raise HTTPException(400, "file must be there and must not be empty")
    if file.size > MAX_SENT:
        raise HTTPException(413, TOO_LARGE)
    if len(caption) > MAX_CAPTION:
        raise HTTPException(400, f"caption must have at most {MAX_CAPTION} characters")
    name, media_type = file.filename or "file", file.content_type or "application/octet-stream"
    if kind in ("photo", "sticker"):
        try:
            picture = files.add_photo(Upload(name, media_type, await file.read()))
        except ApiError as error:
            raise HTTPException(400, error.description) from None
        return {"photo": [picture.photo_size()], "caption": caption or None} if kind == "photo" else _sticker(picture)
    sent = await files.add_sent(name, media_type, file.file)
    if kind == "voice":
        return {"voice": {**_bare(sent), "duration": _seconds(form), "mime_type": media_type}}
    return {"document": sent.document(), "caption": caption or None}


def _sticker(picture: StoredFile) -> dict[str, Any]:
    looks = {"type": "regular", "is_animated": False, "is_video": False, "emoji": "👍"}
    return {"sticker": {**picture.photo_size(), **looks}}


def _bare(file: StoredFile) -> Mapping[str, Any]:
    return {"file_id": file.id, "file_unique_id": file.id[:12], "file_size": file.size}


def _seconds(form: FormData) -> int:
    duration = str(form.get("duration") or "1")
    if not duration.isdecimal() or int(duration) > LONGEST_VOICE:
        raise HTTPException(400, f"duration must be a number of seconds, at most {LONGEST_VOICE}")
    return int(duration)
