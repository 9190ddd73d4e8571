"""Files go from a person to the bot and back, under their own names and within Telegram's limits."""

from __future__ import annotations

import io
from collections.abc import Callable
from urllib.parse import quote

import aiohttp
import pytest

from bot.local.chats import MAX_CAPTION
from bot.local.files import MAX_FETCHED, MAX_SENT
from bot.local.person import Person, Seen
from bot.local.server import LocalServer
from tests.bot.local.wire import Wire, next_update, picture

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


async def fetch(wired: Wire, server: LocalServer, file_id: str) -> bytes:
    """Download a file as a bot does."""
    path = (await wired.result("getFile", file_id=file_id))["file_path"]
    async with wired.http.get(f"{server.url}/file/bot{server.token}/{path}") as response:
        assert response.status == 200
        return await response.read()


async def test_a_file_and_its_caption_reach_the_bot(server: LocalServer, wired: Wire, person: Person) -> None:
    await person.send_file("ចម្លើយ 'July'.xlsx", b"PK answers", " /retrain now ")

    message = (await next_update(wired))["message"]
    document = message["document"]
    assert document.keys() == {"file_id", "file_unique_id", "file_name", "mime_type", "file_size"}
    assert (document["file_name"], document["mime_type"]) == ("ចម្លើយ 'July'.xlsx", XLSX)
    assert document["file_size"] == len(b"PK answers")
    assert message["caption"] == "/retrain now"
    assert message["caption_entities"] == [{"type": "bot_command", "offset": 0, "length": 8}]
    assert "text" not in message
    assert await fetch(wired, server, document["file_id"]) == b"PK answers"


async def test_a_file_without_a_caption_has_none(wired: Wire, person: Person) -> None:
    await person.send_file("notes.txt", b"x")

    message = (await next_update(wired))["message"]
    assert message.keys() & {"caption", "caption_entities", "text", "entities"} == set()


async def test_who_sent_a_file_sees_it_and_can_read_it_again(person: Person) -> None:
    await person.send_file("notes.txt", b"one line", "look")
    await person.wait_for(bool)

    (seen,) = person.messages
    assert (seen.mine, seen.file_name, seen.text) == (True, "notes.txt", "look")
    assert await person.file(seen) == b"one line"
    assert str(person) == "person: look (notes.txt)"


@pytest.mark.parametrize("name", ["../../etc/passwd", r"C:\Users\dara\passwd"])
async def test_a_file_has_a_name_and_no_path(wired: Wire, person: Person, name: str) -> None:
    await person.send_file(name, b"x")

    assert (await next_update(wired))["message"]["document"]["file_name"] == "passwd"


@pytest.mark.parametrize(("size", "refusal"), [(MAX_FETCHED, None), (MAX_FETCHED + 1, "Bad Request: file is too big")])
async def test_a_bot_fetches_files_of_up_to_20_megabytes(
    server: LocalServer, wired: Wire, person: Person, size: int, refusal: str | None
) -> None:
    await person.send_file("table.xlsx", bytes(size))
    document = (await next_update(wired))["message"]["document"]
    assert document["file_size"] == size

    if refusal:
        assert await wired.refusal("getFile", file_id=document["file_id"]) == refusal
    else:
        assert len(await fetch(wired, server, document["file_id"])) == size


def _form(fill: Callable[[aiohttp.FormData], None]) -> aiohttp.FormData:
    form = aiohttp.FormData()
    fill(form)
    return form


@pytest.mark.parametrize(
    ("fill", "status", "reason"),
    [
        (lambda form: form.add_field("caption", "alone"), 400, "file must be there"),
        (lambda form: form.add_field("file", b"", filename="empty.txt"), 400, "must not be empty"),
        (
            lambda form: form.add_fields(("caption", "x" * (MAX_CAPTION + 1)), ("file", io.BytesIO(b"x"))),
            400,
            "at most 1024 characters",
        ),
        (
            lambda form: form.add_field("file", io.BytesIO(bytes(MAX_SENT + 1)), filename="big"),
            413,
            "at most 104857600",
        ),
    ],
)
async def test_a_file_that_no_app_would_send_is_refused(
    server: LocalServer,
    wired: Wire,
    person: Person,
    fill: Callable[[aiohttp.FormData], None],
    status: int,
    reason: str,
) -> None:
    async with wired.http.post(f"{server.url}/chat/{person.chat_id}/document", data=_form(fill)) as response:
        assert response.status == status
        assert reason in await response.text()
    assert await wired.result("getUpdates") == []


async def test_another_page_cannot_send_a_file_for_a_person(server: LocalServer, wired: Wire, person: Person) -> None:
    form, foreign = aiohttp.FormData({"file": io.BytesIO(b"x")}), {"Origin": "http://evil.example"}
    url = f"{server.url}/chat/{person.chat_id}/document"

    async with wired.http.post(url, data=form, headers=foreign) as response:
        assert response.status == 403
    assert await wired.result("getUpdates") == []


@pytest.mark.parametrize("name", ["poster.pdf", "code.svg", "page.html", 'ចម្លើយ "July"; x=1.csv'])
async def test_a_file_of_the_bot_is_downloaded_under_its_own_name(
    server: LocalServer, wired: Wire, person: Person, name: str
) -> None:
    seen = await _shown(wired, person, name, b"<svg/>")
    assert seen.file_name == name

    async with wired.http.get(f"{server.url}/chat/file/{seen.file_id}") as response:
        assert response.content_type == "application/octet-stream"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        disposition = response.headers["Content-Disposition"]
        assert await response.read() == b"<svg/>"
    plain, encoded = f'attachment; filename="{name}"', f"attachment; filename*=utf-8''{quote(name)}"
    assert disposition == (plain if quote(name) == name else encoded)


async def _shown(wired: Wire, person: Person, name: str, content: bytes) -> Seen:
    form = aiohttp.FormData({"chat_id": str(person.chat_id)}, quote_fields=False)
    form.add_field("document", content, filename=name)
    async with wired.http.post(f"{wired.base}/sendDocument", data=form) as response:
        assert response.status == 200
    return await person.next_message()


async def test_a_picture_is_shown_and_not_downloaded(server: LocalServer, wired: Wire, person: Person) -> None:
    await wired.upload("sendPhoto", "photo", picture(), chat_id=person.chat_id)
    seen = await person.next_message()

    async with wired.http.get(f"{server.url}/chat/file/{seen.file_id}") as response:
        assert response.content_type == "image/png"
        assert "Content-Disposition" not in response.headers
    assert seen.file_name is None


async def test_files_are_gone_when_the_server_stops() -> None:
    async with LocalServer() as server, Person(server.url) as person:
        await person.send_file("answers.csv", b"private")
        await person.wait_for(bool)
        file = server.api.files.find(str(person.messages[0].file_id))
        assert file is not None
        assert file.place.read_bytes() == b"private"
    assert not file.place.exists()
