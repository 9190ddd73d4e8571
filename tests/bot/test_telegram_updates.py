from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.conversation.events import Commanded, Edited, Event, File, SentSomethingElse, Started, Tapped, Typed
from bot.incoming import Incoming, Presence, Unreadable
from bot.store.letters import Address
from bot.telegram.updates import tap_id, update_id
from tests.bot.house import address_of, decode

SOKHA = {"id": 7, "is_bot": False, "first_name": "Sokha", "language_code": "km"}
PRIVATE = {"id": 7, "type": "private", "first_name": "Sokha"}
GROUP = {"id": -5, "type": "group", "title": "Market"}
SOKHAS = address_of(7)


def message(chat: Any = PRIVATE, **content: Any) -> dict[str, Any]:
    body = {"message_id": 1, "date": 1, "chat": chat, "from": SOKHA, **content}
    return {"update_id": 42, "message": body}


def tap(data: str | None, chat: dict[str, Any] = PRIVATE) -> dict[str, Any]:
    card = {"message_id": 1, "date": 1, "chat": chat, "text": "question"}
    query = {"id": "99", "from": SOKHA, "chat_instance": "1", "message": card}
    return {"update_id": 42, "callback_query": query if data is None else {**query, "data": data}}


STICKER = {
    "file_id": "a",
    "file_unique_id": "b",
    "type": "regular",
    "width": 1,
    "height": 1,
    "is_animated": False,
    "is_video": False,
}


@pytest.mark.parametrize(
    ("update", "event"),
    [
        (message(text="every day"), Typed("every day")),
        (message(text="/start"), Started(None, "km")),
        (message(text="/start market-day"), Started("market-day", "km")),
        (message(text="/START@survey_bot  market-day "), Started("market-day", "km")),
        (message(text="/help"), Commanded("help")),
        (message(text="/Language@survey_bot km"), Commanded("language", "km")),
        (message(text="/start\nmarket-day"), Started("market-day", "km")),
        (message(text="/help" + "x" * 4091), Commanded("help" + "x" * 4091)),
        (message(text="/start " + "ណ" * 4089), Started("ណ" * 4089, "km")),
        (message(text="\u200f\u2067/help\u2069"), Commanded("help")),
        (message(text="every\u200b day\u202c\u00ad"), Typed("every day")),
        (message(text="\u3164\u2800\u200b"), Typed("")),
        (message(text="D\x00aily\ud83d"), Typed("Daily")),
        (message(text="1\n3"), Typed("1\n3")),
        (message(text="e" + "\u0301" * 4095), Typed("e" + "\u0301" * 8)),
        (message(text="/"), Typed("/")),
        (message(text="/@survey_bot"), Typed("/@survey_bot")),
        (message(text="3 / 4"), Typed("3 / 4")),
        (message(sticker=STICKER), SentSomethingElse("sticker")),
        (message(photo=[{}], caption="\u200eme "), SentSomethingElse("picture", words="me")),
        (message(photo=[{}], media_group_id="123"), SentSomethingElse("picture", album="123")),
        (message(text="no", forward_origin={}, reply_to_message={}), Typed("no")),
        (tap("run:1:0:choose:3"), Tapped("run:1:0:choose:3")),
    ],
)
def test_what_a_person_does_becomes_an_event(update: dict[str, Any], event: Event) -> None:
    written = None if isinstance(event, Tapped) else "1"

    assert decode(update) == Incoming(SOKHAS, 42, event, written, "km")


def test_a_changed_text_is_known_by_what_it_says_now() -> None:
    update = {"update_id": 42, "edited_message": message(text="every week")["message"]}

    assert decode(update) == Incoming(SOKHAS, 42, Edited("every week"), "1")


@pytest.mark.parametrize(("status", "gone"), [("kicked", True), ("member", False)])
def test_who_blocks_the_bot_is_gone_until_they_let_it_write_again(status: str, gone: bool) -> None:
    change = {"chat": PRIVATE, "from": SOKHA, "date": 1, "old_chat_member": {}, "new_chat_member": {"status": status}}

    assert decode({"update_id": 42, "my_chat_member": change}) == Presence(SOKHAS, 42, gone)


@pytest.mark.parametrize(
    "update",
    [
        pytest.param(message(GROUP, text="every day"), id="words in a group"),
        pytest.param(tap("run:1:0:choose:3", GROUP), id="a tap in a group"),
        pytest.param({"update_id": 42, "edited_message": message(location={})["message"]}, id="a place that moves"),
        pytest.param({"update_id": 42, "edited_message": message(GROUP, text="x")["message"]}, id="an edit in a group"),
        pytest.param(message(text="x", **{"from": {**SOKHA, "is_bot": True}}), id="words of another bot"),
        pytest.param(message(text="x", business_connection_id="1"), id="words to somebody's business"),
        pytest.param(tap(None), id="a game's button"),
        pytest.param({"update_id": 42, "something_of_tomorrow": {}}, id="a kind that does not exist yet"),
    ],
)
def test_what_is_nothing_to_one_persons_conversation_is_passed_over(update: dict[str, Any]) -> None:
    assert decode(update) is None


@pytest.mark.parametrize(
    ("update", "address"),
    [
        ({"update_id": 42, "message": {"chat": PRIVATE, "text": "secret"}}, SOKHAS),
        ({"update_id": 42, "message": {"chat": GROUP, "text": "secret"}}, None),
        ({"update_id": 42, "message": "secret"}, None),
        (message(text={"secret": 1}), SOKHAS),
        (message(text="secret", chat={"id": 2**63, "type": "private"}), None),
        (message(text="secret", chat={"id": "7", "type": "private"}), None),
        (message(text="secret", **{"from": {"language_code": ["secret"]}}), SOKHAS),
    ],
)
def test_what_does_not_parse_is_unreadable_and_quotes_nothing(update: dict[str, Any], address: Address | None) -> None:
    unreadable = decode(update)

    assert isinstance(unreadable, Unreadable)
    assert (unreadable.update, unreadable.kind, unreadable.address) == (42, "message", address)
    assert "secret" not in unreadable.error


def test_a_tap_that_does_not_parse_is_unreadable_and_its_sender_known() -> None:
    query = {**tap("secret")["callback_query"], "data": ["secret"]}

    unreadable = decode({"update_id": 42, "callback_query": query})

    assert isinstance(unreadable, Unreadable)
    assert (unreadable.kind, unreadable.address) == ("callback_query", SOKHAS)
    assert "secret" not in unreadable.error


def test_an_update_that_nobody_expects_an_answer_to_is_not_answered_where_it_does_not_parse() -> None:
    for kind in ("edited_message", "my_chat_member"):
        unreadable = decode({"update_id": 42, kind: {"chat": PRIVATE, "text": ["secret"]}})

        assert isinstance(unreadable, Unreadable)
        assert (unreadable.kind, unreadable.address) == (kind, None)


def test_a_document_is_known_by_its_name_its_size_and_what_is_written_below_it() -> None:
    document = {"file_id": "a", "file_name": "Answers.xlsx", "file_size": 24_566}

    file = File("a", "Answers.xlsx", 24_566, "/retrain")
    assert decode(message(document=document, caption="/retrain")) == Incoming(
        SOKHAS, 42, SentSomethingElse("file", file, "/retrain"), "1", "km"
    )


def test_a_document_of_which_nothing_is_told_is_a_document_all_the_same() -> None:
    assert decode(message(document={"file_id": "a"})) == Incoming(
        SOKHAS, 42, SentSomethingElse("file", File("a", "", 0)), "1", "km"
    )
    assert decode(message(document={"thumbnail": {}})) == Incoming(SOKHAS, 42, SentSomethingElse("file"), "1", "km")


@pytest.mark.parametrize("raw", [None, 7, "x", [], {}, {"update_id": "42"}, {"update_id": True}, {"update_id": 2**63}])
def test_without_a_number_that_can_be_remembered_it_is_no_update(raw: object) -> None:
    assert update_id(raw) is None


WORDS = st.sampled_from(
    ["message", "callback_query", "chat", "from", "id", "type", "text", "data", "date", "message_id", "language_code"]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just("private"),
    lambda part: st.lists(part, max_size=3) | st.dictionaries(WORDS | st.text(max_size=5), part, max_size=8),
)
NUMBERS = st.integers(-(2**63), 2**63 - 1)


@given(JSON)
def test_anything_at_all_may_be_asked_for_its_number(raw: object) -> None:
    assert update_id(raw) is None or isinstance(raw, dict)


@given(NUMBERS, WORDS | st.text(max_size=5), JSON)
@example(42, "message", {"chat": PRIVATE, "message_id": 1, "date": 1, "from": None, "text": "x"})
@example(42, "callback_query", {"message": None, "data": 1, "from": 1, "id": 1})
def test_whatever_an_update_holds_is_read_or_told_to_be_unreadable(number: int, kind: str, content: object) -> None:
    raw = {"update_id": number, kind: content} if kind != "update_id" else {"update_id": number}

    update = decode(raw)

    assert update is None or update.update == number
    assert tap_id(raw) is None or kind == "callback_query"


@given(st.dictionaries(WORDS, JSON, max_size=6))
def test_a_message_with_anything_strange_in_it_is_read_or_told_to_be_unreadable(strange: dict[str, object]) -> None:
    for raw in (message(**strange), {"update_id": 42, "callback_query": {**tap("x")["callback_query"], **strange}}):
        update = decode(raw)

        assert update is None or update.update == 42


def test_only_taps_are_acknowledged() -> None:
    assert tap_id(tap("x")) == "99"
    assert tap_id(message(text="x")) is None
