"""What a message of the Bot API may carry, sorted by what the conversation makes of it."""

from __future__ import annotations

from collections.abc import Mapping

_FAMILIES = {
    "sound": "voice audio",
    # for programs of before they existed some of these are files, photos or places as well: so these come first
    "picture": "animation live_photo paid_media photo story video video_note",
    "place": "venue location",
    "sticker": "sticker dice game gift gift_upgrade_sent unique_gift",
    "contact": "contact users_shared chat_shared passport_data",
    "file": "document",
}
FAMILIES: Mapping[str, str] = {name: family for family, names in _FAMILIES.items() for name in names.split()}
"""Fields that hold what a person sent, with the kind that is told of it; what stands in no list is of kind "other"."""

_SERVICE = """
    boost_added channel_chat_created chat_background_set chat_owner_changed chat_owner_left checklist_tasks_added
    checklist_tasks_done connected_website delete_chat_photo direct_message_price_changed forum_topic_closed
    forum_topic_created forum_topic_edited forum_topic_reopened general_forum_topic_hidden general_forum_topic_unhidden
    giveaway_completed giveaway_created group_chat_created left_chat_member managed_bot_created
    message_auto_delete_timer_changed migrate_from_chat_id migrate_to_chat_id new_chat_members new_chat_photo
    new_chat_title paid_message_price_changed pinned_message poll_option_added poll_option_deleted
    proximity_alert_triggered refunded_payment successful_payment suggested_post_approval_failed suggested_post_approved
    suggested_post_declined suggested_post_paid suggested_post_refunded supergroup_chat_created video_chat_ended
    video_chat_participants_invited video_chat_scheduled video_chat_started web_app_data write_access_allowed
"""
SERVICE = frozenset(_SERVICE.split())
"""Fields of messages that note something about the chat itself: nobody said anything, and nothing is to be answered."""
