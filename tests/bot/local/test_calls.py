"""A call is read however it is sent, and refused in Telegram's words; faults can be put around it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import aiohttp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.local.bot_side import Proceed
from bot.local.call import Call
from bot.local.errors import ApiError
from bot.local.methods import METHODS, UNSUPPORTED
from bot.local.person import Person
from bot.local.server import LocalServer
from bot.local.state import LocalBotApi
from tests.bot.local.wire import Wire, wire

WORDS = ("inline_keyboard", "text", "url", "callback_data", "type", "media", "message_id", "command", "description")


async def test_parameters_come_in_the_query_string(wired: Wire, person: Person) -> None:
    async with wired.http.get(f"{wired.base}/sendMessage?chat_id={person.chat_id}&text=hello") as response:
        assert response.status == 200
    assert (await person.next_message()).text == "hello"


async def test_parameters_come_as_a_form_with_nested_json(wired: Wire, person: Person) -> None:
    form = {"chat_id": str(person.chat_id), "text": "hello"}
    form["reply_markup"] = '{"inline_keyboard": [[{"text": "A", "callback_data": "a"}]]}'
    async with wired.http.post(f"{wired.base}/sendMessage", data=form) as response:
        assert response.status == 200
    assert [button.data for button in (await person.next_message()).buttons] == ["a"]


async def test_parameters_come_as_multipart(wired: Wire, person: Person) -> None:
    with aiohttp.MultipartWriter("form-data") as form:
        for name, value in {"chat_id": str(person.chat_id), "text": "hello"}.items():
            form.append(value).set_content_disposition("form-data", name=name)
    async with wired.http.post(f"{wired.base}/sendMessage", data=form) as response:
        assert response.status == 200
    assert (await person.next_message()).text == "hello"


async def test_a_body_that_is_no_json_object_is_refused(wired: Wire) -> None:
    headers = {"Content-Type": "application/json"}
    async with wired.http.post(f"{wired.base}/getMe", data="[1]", headers=headers) as response:
        assert response.status == 400
        assert (await response.json())["description"].startswith("Bad Request: can't parse")


async def test_the_case_of_a_method_does_not_matter(wired: Wire) -> None:
    assert await wired.result("GETME") == await wired.result("getMe")


async def test_an_unknown_method_is_not_found(wired: Wire) -> None:
    assert await wired.refusal("sendMesage") == "Not Found: method not found"


async def test_a_misspelt_parameter_is_named(wired: Wire) -> None:
    assert 'answerCallbackQuery has no parameter "query_id"' in await wired.refusal("answerCallbackQuery", query_id="1")


async def test_a_parameter_that_would_be_ignored_here_is_refused(wired: Wire, person: Person) -> None:
    refusal = await wired.refusal("sendMessage", chat_id=person.chat_id, text="<b>x</b>", parse_mode="HTML")
    assert refusal == 'Bad Request: parameter "parse_mode" is not supported by the local server'


@pytest.mark.parametrize(
    ("token", "status", "description"),
    [("123456:" + "x" * 35, 401, "Unauthorized"), ("nonsense", 404, "Not Found")],
)
async def test_a_wrong_token_is_refused(
    server: LocalServer, wired: Wire, token: str, status: int, description: str
) -> None:
    for path in (f"/bot{token}/getMe", f"/file/bot{token}/photos/x"):
        async with wired.http.get(server.url + path) as response:
            assert response.status == status
            assert await response.json() == {"ok": False, "error_code": status, "description": description}


async def test_a_token_can_be_given_and_names_the_bot() -> None:
    token = "4711:" + "x" * 35
    async with LocalServer(token=token) as server, wire(server) as wired:
        assert server.token == token
        assert (await wired.result("getMe"))["id"] == 4711


@settings(deadline=None)
@given(st.data())
def test_whatever_is_sent_is_carried_out_or_refused(data: st.DataObject) -> None:
    scalar = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=5))
    anything = st.recursive(
        scalar, lambda part: st.lists(part, max_size=3) | st.dictionaries(st.sampled_from(WORDS), part, max_size=3)
    )
    name = data.draw(st.sampled_from(sorted(METHODS.keys() - {"getUpdates", "setWebhook"})))
    names = sorted(METHODS[name].parameters - UNSUPPORTED)
    params = data.draw(st.dictionaries(st.sampled_from(names), anything)) if names else {}
    api = LocalBotApi()
    chat = api.join(None, "Sokha", "en")
    api.send(chat, {"text": "a card"})

    async def carry_out() -> None:
        with suppress(ApiError):
            await METHODS[name].run(api, Call(name, {"chat_id": chat.id, **params}, {}))

    asyncio.run(carry_out())


async def test_faults_can_be_put_around_a_call() -> None:
    async def applied_but_lost(call: Call, proceed: Proceed) -> Any:
        await proceed()
        raise ApiError(429, "Too Many Requests: retry after 3", retry_after=3)

    async with LocalServer(intercept=applied_but_lost) as server, wire(server) as wired, Person(server.url) as person:
        reply = await wired.call("sendMessage", chat_id=person.chat_id, text="hello")
        assert reply["parameters"] == {"retry_after": 3}
        assert (await person.next_message()).text == "hello"
