"""All that the Bot API 10.1 can bring: each kind of update and each part of a message has its answer, or silence."""

from __future__ import annotations

from typing import Any

import pytest

from bot.conversation.events import SentSomethingElse, Typed
from bot.incoming import Incoming
from bot.telegram.updates import WANTED
from tests.bot.house import decode

ANSWERED = {
    "sound": "audio voice",
    "picture": "animation live_photo paid_media photo story video video_note",
    "sticker": "dice game gift gift_upgrade_sent sticker unique_gift",
    "place": "location venue",
    "contact": "chat_shared contact passport_data users_shared",
    "file": "document",
    "other": "checklist giveaway giveaway_winners invoice poll rich_message",
}
SILENT = """boost_added channel_chat_created chat_background_set chat_owner_changed chat_owner_left
    checklist_tasks_added checklist_tasks_done connected_website delete_chat_photo direct_message_price_changed
    forum_topic_closed forum_topic_created forum_topic_edited forum_topic_reopened general_forum_topic_hidden
    general_forum_topic_unhidden giveaway_completed giveaway_created group_chat_created left_chat_member
    managed_bot_created message_auto_delete_timer_changed migrate_from_chat_id migrate_to_chat_id new_chat_members
    new_chat_photo new_chat_title paid_message_price_changed pinned_message poll_option_added poll_option_deleted
    proximity_alert_triggered refunded_payment successful_payment suggested_post_approval_failed
    suggested_post_approved suggested_post_declined suggested_post_paid suggested_post_refunded
    supergroup_chat_created video_chat_ended video_chat_participants_invited video_chat_scheduled video_chat_started
    web_app_data write_access_allowed"""
BESIDE = """author_signature caption_entities direct_messages_topic edit_date effect_id entities external_reply
    forward_origin guest_bot_caller_chat guest_bot_caller_user guest_query_id has_media_spoiler has_protected_content
    is_automatic_forward is_from_offline is_paid_post is_topic_message link_preview_options message_thread_id
    paid_star_count quote reply_markup reply_to_checklist_task_id reply_to_message reply_to_poll_option_id
    reply_to_story sender_boost_count sender_business_bot sender_chat sender_tag show_caption_above_media
    suggested_post_info via_bot"""
"""What stands beside a text, such as what it replies to or where it was forwarded from, and changes nothing."""

CONTENTS: list[tuple[str, str | None]] = [
    *((name, kind) for kind, names in ANSWERED.items() for name in names.split()),
    *((name, None) for name in SILENT.split()),
]
UPDATES = """business_connection business_message channel_post chat_boost chat_join_request chat_member
    chosen_inline_result deleted_business_messages edited_business_message edited_channel_post guest_message
    managed_bot message_reaction message_reaction_count poll poll_answer pre_checkout_query purchased_paid_media
    removed_chat_boost shipping_query"""
"""Kinds of update that the bot does not ask for."""

HEAD = {"message_id": 5, "date": 1, "chat": {"id": 7, "type": "private"}, "from": {"id": 7, "is_bot": False}}
SOMETHING = {"file_id": "a", "id": "1", "total_count": 1}


def message(**content: Any) -> dict[str, Any]:
    return {"update_id": 42, "message": {**HEAD, **content}}


@pytest.mark.parametrize(("name", "kind"), CONTENTS)
def test_everything_that_a_message_can_carry_is_answered_in_its_kind_or_passed_over(
    name: str, kind: str | None
) -> None:
    update = decode(message(**{name: SOMETHING}))

    if kind is None:
        assert update is None
    else:
        assert isinstance(update, Incoming)
        assert isinstance(update.event, SentSomethingElse)
        assert update.event.kind == kind


@pytest.mark.parametrize(
    ("names", "kind"),
    [(("animation", "document"), "picture"), (("venue", "location"), "place"), (("live_photo", "photo"), "picture")],
)
def test_what_is_sent_twice_over_for_older_programs_is_what_it_is(names: tuple[str, str], kind: str) -> None:
    update = decode(message(**dict.fromkeys(names, SOMETHING)))

    assert isinstance(update, Incoming)
    assert isinstance(update.event, SentSomethingElse)
    assert (update.event.kind, update.event.file) == (kind, None)


@pytest.mark.parametrize("name", BESIDE.split())
def test_what_stands_beside_a_text_leaves_it_as_it_is(name: str) -> None:
    update = decode(message(text="every day", **{name: SOMETHING}))

    assert isinstance(update, Incoming)
    assert update.event == Typed("every day")


@pytest.mark.parametrize("content", [{}, {"something_of_tomorrow": SOMETHING}])
def test_what_nobody_knows_yet_is_something_else(content: dict[str, Any]) -> None:
    update = decode(message(**content))

    assert isinstance(update, Incoming)
    assert update.event == SentSomethingElse("other")


@pytest.mark.parametrize("kind", UPDATES.split())
def test_what_the_bot_does_not_ask_for_is_passed_over_should_it_come_all_the_same(kind: str) -> None:
    assert kind not in WANTED
    assert decode({"update_id": 42, kind: {**HEAD, **SOMETHING, "text": "x"}}) is None


def test_nothing_is_forgotten() -> None:
    contents = [name for name, _ in CONTENTS]
    common = ["message_id", "from", "date", "chat", "text", "caption", "media_group_id", "business_connection_id"]
    known = [*contents, *BESIDE.split(), *common]

    assert len(known) == len(set(known)) == FIELDS_OF_MESSAGE
    assert len({*UPDATES.split(), *WANTED}) == KINDS_OF_UPDATE


FIELDS_OF_MESSAGE, KINDS_OF_UPDATE = 115, 25
"""How many the Bot API 10.1 describes."""
