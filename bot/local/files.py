"""The files that went through the chat, by their ids."""

from __future__ import annotations

import asyncio
import io
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from bot.local.call import Upload
from bot.local.errors import bad_request
from bot.local.ids import random_name

MAX_SENT = 100 * 1024 * 1024
"""Bytes of a file that a person may send here (Telegram takes 2 GB: more than a try-out needs)."""
MAX_FETCHED = 20 * 1024 * 1024
"""Bytes of a file that a bot can download."""
MAX_PHOTO = 10 * 1024 * 1024
"""Bytes of a photo; a document may be as large as a call's body."""
MAX_SIDES = 10_000
"""Pixels: width and height of a photo together."""
MAX_RATIO = 20
"""How many times longer one side of a photo may be than the other."""
_SLASH = re.compile(r"[/\\]")


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file with what Telegram tells about it; ``width`` and ``height`` are 0 unless it is a photo."""

    id: str
    name: str
    media_type: str
    size: int
    place: Path = field(repr=False)
    width: int = 0
    height: int = 0

    @property
    def path(self) -> str:
        """Where the bot downloads it, below ``/file/bot<token>/``."""
        return f"{'photos' if self.width else 'documents'}/{self.id}"

    def file(self) -> dict[str, Any]:
        """Return the File object."""
        return {**self._common(), "file_path": self.path}

    def photo_size(self) -> dict[str, Any]:
        """Return the PhotoSize object."""
        return {**self._common(), "width": self.width, "height": self.height}

    def document(self) -> dict[str, Any]:
        """Return the Document object."""
        return {**self._common(), "file_name": self.name, "mime_type": self.media_type}

    def _common(self) -> dict[str, Any]:
        return {"file_id": self.id, "file_unique_id": self.id[:12], "file_size": self.size}


class FileStore:
    """Keeps files in a temporary folder, for as long as the server runs."""

    def __init__(self) -> None:
        self._files: dict[str, StoredFile] = {}
        self._folder: TemporaryDirectory[str] | None = None

    def close(self) -> None:
        """Remove the files."""
        if self._folder:
            self._folder.cleanup()

    def find(self, file_id: str) -> StoredFile | None:
        """Return the file of that id, if there is one."""
        return self._files.get(file_id)

    def add_photo(self, upload: Upload) -> StoredFile:
        """Keep a picture; refuse what Telegram refuses as a photo."""
        if len(upload.content) > MAX_PHOTO:
            raise bad_request("file is too big")
        width, height, media_type = _measure(upload.content)
        if width + height > MAX_SIDES or max(width, height) > MAX_RATIO * min(width, height):
            raise bad_request("PHOTO_INVALID_DIMENSIONS")
        return self._write(upload, media_type, width, height)

    def add_document(self, upload: Upload) -> StoredFile:
        """Keep a file of any kind."""
        if not upload.content:
            raise bad_request("file must be non-empty")
        return self._write(upload, upload.media_type)

    async def add_sent(self, name: str, media_type: str, content: BinaryIO) -> StoredFile:
        """Keep what a person sends: it may be large, so it is copied aside and never wholly in memory."""
        file_id, place = self._new_place()
        await asyncio.to_thread(_copy, content, place)
        own_name = _SLASH.split(name)[-1] or "file"
        return self._keep(StoredFile(file_id, own_name, media_type, place.stat().st_size, place))

    def _write(self, upload: Upload, media_type: str, width: int = 0, height: int = 0) -> StoredFile:
        file_id, place = self._new_place()
        size = place.write_bytes(upload.content)
        return self._keep(StoredFile(file_id, upload.name, media_type, size, place, width, height))

    def _new_place(self) -> tuple[str, Path]:
        self._folder = self._folder or TemporaryDirectory(prefix="chat-files-")
        file_id = random_name()
        return file_id, Path(self._folder.name, file_id)

    def _keep(self, file: StoredFile) -> StoredFile:
        self._files[file.id] = file
        return file


def _copy(content: BinaryIO, place: Path) -> None:
    with place.open("xb") as copy:
        shutil.copyfileobj(content, copy)


def _measure(content: bytes) -> tuple[int, int, str]:
    """Width, height and media type of a picture, from its header."""
    from PIL import Image, UnidentifiedImageError  # only those who send pictures pay for it

    try:
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG", "WEBP")) as image:
            return image.width, image.height, str(image.get_format_mimetype())
    except UnidentifiedImageError:
        raise bad_request("IMAGE_PROCESS_FAILED") from None
