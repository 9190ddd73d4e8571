"""What the desk says to those who run the bot, by id."""

from __future__ import annotations

from collections.abc import Mapping

from bot.locales import LOCALES
from engine.translation import Texts

ENGLISH: Mapping[str, str] = {
    # The menu
    "command_campaign": "A link, a QR code and a poster: /campaign NAME",
    "command_campaigns": "Your campaigns, and how they do",
    "command_funnel": "How far people come, in all or of one campaign",
    "command_stats": "Answers, grades, groups, and how good the guesses are",
    "command_report": "The whole analysis as a page, with its main pictures and findings",
    "command_retrain": "Train on the answers so far; send an .xlsx along to add its rows",
    "command_models": "The trained models",
    "command_rollback": "Go back to an earlier model: /rollback VERSION",
    "command_export": "The answers as a file: xlsx or csv, dates, a campaign",
    "command_parked": "What could not be delivered or handled",
    "command_admins": "Who runs the bot; invite and remove",
    "command_audit": "Who did what",
    "command_help": "What I can do",
    "help_admin": "You also run this bot. For that there are:",
    "role_only_owner": "Only an owner can do that.",
    # Campaigns
    "campaign_new": 'The campaign "{name}" is ready.',
    "campaign_there": 'The campaign "{name}" is there already; this is it.',
    "campaign_archived": "It is archived: its links still start the survey.",
    "campaign_links": "Its link:\n{link}\n\nWho cannot scan finds @{username} in Telegram and types {code} as "
    "the first message.\n\nTo try it out, use this link instead; what is answered there counts nowhere:\n{test}",
    "campaign_links_local": "Its link (not for print: it works on this machine only):\n{link}\n\nWho cannot scan "
    "types {code} as the first message.\n\nTo try it out, use this link instead; what is answered there counts "
    "nowhere:\n{test}",
    "campaign_post": "Below is a text to post, then the QR code and a poster to print.",
    "campaign_needs_name": "Tell me its name: /campaign Market Day. I then make its link, its QR code and a poster.",
    "campaign_unknown": 'There is no campaign "{name}"; /campaigns lists them.',
    "campaign_gone": "That campaign is no longer there; /campaigns lists them.",
    "campaign_no_username": "I don't know my own @username yet, so I can't make a link. Please try again in a minute.",
    "campaigns_none": "There is no campaign yet: /campaign NAME makes one, with its link, QR code and poster.",
    "campaign_caption": '"{name}": {link}',
    "campaign_svg": "The QR code for your own designs, sharp at any size",
    "campaign_pdf": "The poster: print it on A4",
    "campaign_pdf_local": "The poster, to look at; not for print: the link works on this machine only",
    "campaign_now_archived": '"{name}" is archived. Its links and codes still start the survey, and the funnel '
    "shows who comes by them.",
    "campaign_now_open": '"{name}" is open again.',
    "button_funnel": "Funnel",
    "button_archive": "Archive it",
    "button_reopen": "Open it again",
    "campaign_language": "Who first comes by it meets the bot in this language: {language}. They can change it at "
    "any time.",
    "campaign_language_of_app": "Who first comes by it meets the bot in the language of their app. To meet them "
    "in another one, choose it below.",
    "campaign_language_set": 'Done, for "{name}". {spoken} Its poster follows.',
    "campaign_language_gone": "The survey no longer speaks that language; /campaigns lists the campaigns.",
    "button_language_of_app": "As their app",
    # Who may
    "invited": "You run this bot now, as {role}. /help lists what you can do.",
    "role_owner": "an owner",
    "role_admin": "an admin",
    "link_over": "This link has been used, or is too old. Ask for a new one.",
    "admins": "Those who run the bot:",
    "admins_line": "• {who}: {role} since {since}",
    "admins_named": "• {who}: an owner by the setting ADMIN_IDS",
    "admins_you": "{who} (you)",
    "invite": "This link makes one person {role}, once, within {hours} hours. Pass it on to that person only:\n{link}",
    "dismiss_sure": "Shall {who} no longer run the bot?",
    "dismissed": "{who} no longer runs the bot.",
    "dismissed_already": "{who} does not run the bot any more.",
    "dismissed_told": "You no longer run this bot. You can still answer the survey.",
    "dismiss_named": "{who} is named by the setting ADMIN_IDS: take the number out there and restart the bot.",
    "dismiss_last": "You are the only owner: invite another one first.",
    "button_invite_admin": "Invite an admin",
    "button_invite_owner": "Invite an owner",
    "button_dismiss": "Remove {who}",
    "button_yes_dismiss": "Yes, remove",
    "button_no": "No",
    "unchanged": "All right, nothing has changed.",
    "audit": "Who did what, the newest first:",
    "audit_line": "{at}  {who}: {act} {detail}",
    "audit_none": "Nobody has done anything yet.",
    "checklist": "You own this bot. What I set up by myself: my menu of commands, my description, and how "
    "messages reach me.\n\nWhat only @BotFather can do (/mybots, then this bot):\n• Edit Bot → Edit Botpic: your "
    "logo\n• Edit Bot → Edit Name: what people see\n• Bot Settings → Allow Groups? → Turn off: the survey is for "
    "one person at a time\n\nThen:\n1. Answer the survey yourself with /start: your own answers are a test and "
    "count nowhere.\n2. /campaign NAME makes a link, a QR code and a poster.\n3. /help lists the rest.",
    "checklist_demonstration": "The model in use has learnt from invented answers, and every result says so. "
    "Once you have answers of your own, /retrain learns from them.",
    "checklist_no_model": "There is no model yet: answers are collected, and results follow once /retrain has "
    "enough of them. Labelled so far: {number}. {missing}",
    "checklist_collecting": "COLLECT_ONLY is set: answers are collected, and nobody is told a result. Labelled "
    "so far: {number}. {missing}",
    # Parked
    "parked_none": "Nothing is set aside: everything was handled and delivered.",
    "parked": "Set aside. The people concerned were told so and can go on; please show this to whoever looks "
    "after the program.",
    "parked_updates": "What people sent that could not be handled:",
    "parked_messages": "Messages that were refused for good:",
    "parked_line": "• {number} × {kind}: {reason} (last {at})",
    "parked_cleared": "Done: the list is empty.",
    "button_clear": "Clear the list",
    # Export
    "export_making": "I'm making the file; with many answers that takes half a minute.",
    "export_failed": "The export did not work: {reason}",
    "export_file_xlsx": "Filters: {filters}. It holds people's answers under pseudonyms: keep it safe. The sheet "
    "Codebook explains the columns.",
    "export_file_csv": "Filters: {filters}. It holds people's answers under pseudonyms: keep it safe.",
    "stats_caption": "Answers so far; tests are left out.",
    # Training
    "training_begins": "Training begins …",
    "training_behind": "Another training is under way; this one begins when that is over.",
    "training_behind_analysis": "A report is being made; the training begins when that is over.",
    "training_already": "A training is under way already; its progress stands further up. Cancel it there to "
    "begin anew.",
    "training_of_another": "Somebody else's training is under way; try again when it is over.",
    "training_receiving": "Reading {name} …",
    "training_progress": "Training on {labels} labelled answers\n{bar} {percent} %",
    "training_cancelling": "Breaking off …",
    "training_cancelled": "The training is broken off; nothing has changed.",
    "training_over": "That training is over.",
    "training_kept": "All right: the model in use stays. The new one is kept as well; /models lists it.",
    "training_cut_off": "The training was cut off, because the bot was restarted; nothing has changed. Answers "
    "and imported rows are all there.",
    "training_failed": "The training did not work; nothing has changed: {reason}",
    "training_of_dismissed": "The training that {who} had asked for is over; as they no longer run the bot, this "
    "is for you.",
    "training_done": "✅ Trained on {labels} labelled answers, in {seconds} s.",
    "button_cancel_training": "Cancel",
    "button_again": "Train again",
    "button_import": "Import it and train",
    "button_promote": "Use the new one anyway",
    "button_keep": "Keep the one in use",
    "table_what_for": "Shall I add the rows of {name} to the labelled answers, and train on all of them?",
    "table_wrong_kind": "{name} is no table that I can read: send an .xlsx or a .csv file. Nothing has changed.",
    "table_too_large": "{name} has {size} MB, and Telegram lets a bot download 20 MB at most. On the server, "
    "`python -m bot import FILE` takes it in; then send /retrain. Nothing has changed.",
    "table_all_faults": "All {number} faults",
    "outcome_promote": "The new model is in use from now on.",
    "outcome_ask": "The choice is yours: the new model is stored, and the one in use stays until you decide.",
    "outcome_too_few": "Nothing was trained, and nothing has changed: there are too few labelled answers.",
    "numbers": "How well the new one guesses people whom it had not seen (95 % intervals):",
    "numbers_beside": "How well they guess people whom they had not seen, new | in use (95 % intervals):",
    "number": "• {metric}: {new}",
    "number_beside": "• {metric}: {new} | {old}",
    "difference": "• new less in use, in log-loss: {difference}",
    "metric_log_loss": "log-loss (less is better)",
    "metric_accuracy": "share guessed right",
    "metric_balanced_accuracy": "the same, each grade counting alike",
    "metric_quadratic_weighted_kappa": "agreement (kappa; 0 is chance)",
    "recall": "Of those who gave each answer, how many it recognises:",
    "recall_line": "• {grade} ({answer}): {new} of {rows}",
    "recall_beside": "• {grade} ({answer}): {new} | {old} of {rows}: {verdict}",
    "recall_cannot_tell": "• {grade} ({answer}): cannot tell from {rows}",
    "verdict_better": "better",
    "verdict_worse": "worse",
    "verdict_no_difference_seen": "no difference seen",
    "rows_by_source": "Where the labelled answers come from ({labels}; new: {new}):",
    "rows_of_source": "• {source}: {rows}",
    "rows_of_others": "• others: {rows}",
    "self_selected": "People who come by a link chose themselves to answer: what is true of them need not be "
    "true of all your customers.",
    "changes": "What is different:",
    "groups_changed": "• the groups: {after} (before: {before})",
    "groups_same": "• the groups are the same: {after}",
    "nothing_before": "none",
    "matters_most": "• what matters most now: {names}",
    "confusion_caption": "What people said, and what the new model would have guessed of them.",
    # The analysis report
    "analysis_begins": "The report is being made …",
    "analysis_behind_training": "A training is under way; the report begins when that is over.",
    "analysis_already": "A report is being made already; its progress stands further up.",
    "analysis_of_another": "Somebody else's report is being made; try again when it is done.",
    "analysis_progress": "Analysing {rows} labelled answers\n{bar} {percent} %",
    "analysis_progress_learnt": "Analysing the {rows} rows that the model in use learnt from\n{bar} {percent} %",
    "analysis_done": "✅ The report on {rows} labelled answers is ready, made in {seconds} s.",
    "analysis_done_learnt": "✅ The report is ready, made in {seconds} s. It is about the {rows} rows that the model "
    "in use learnt from, since there are too few labelled answers of people who agreed to statistics and training: "
    "{missing}",
    "analysis_invented": "⚠️ Those rows are invented: they show what a report looks like, and say nothing about real "
    "people.",
    "analysis_too_few": "There are too few labelled answers for a report: {missing}",
    "analysis_sections": "How far people come, by which links, and whether answers drift: these sections are about the "
    "people who use this bot.",
    "analysis_summary": "What was found, and what not to conclude:",
    "analysis_page": "The whole report: save it and open it in the browser; it needs no network. It is made of "
    "people's answers: pass it on with care.",
    "analysis_too_large": "The page has {size} MB, and a bot may send 50 MB at most. On the server, "
    "`python -m engine report` writes it.",
    "analysis_cancelling": "Breaking off …",
    "analysis_cancelled": "The report is broken off.",
    "analysis_over": "That report is over; /report makes a new one.",
    "analysis_cut_off": "The report was cut off, because the bot was restarted.",
    "analysis_failed": "The report could not be made: {reason}",
    "analysis_gone": "The report's files are no longer kept; /report makes it anew.",
    "analysis_of_dismissed": "The report that {who} had asked for is over; as they no longer run the bot, this is for "
    "you.",
    "button_analysis_again": "Make it again",
    # Models
    "models_none": "There is no trained model yet; /retrain trains one once there are enough answers.",
    "models": "The trained models, the newest first:",
    "model_line": "{mark} {id}\n   {rows} rows from {source}{synthetic}",
    "model_synthetic": " (invented)",
    "model_gain": "   log-loss {left} of what the class shares have ({gain} saved, {low} to {high})",
    "model_no_gain": "   tells no more than the class shares",
    "model_erased": "   people who asked to be erased since it was trained: {number}; the next training goes "
    "without them",
    "model_withdrawn": "   people who withdrew their answers from training since then: {number}; the next "
    "training goes without them",
    "model_more": "… and {number} older ones",
    "button_use": "Use {id}",
    "rollback_done": "{id} is the model in use from now on.",
    "rollback_same": "{id} is the model in use already.",
    "rollback_failed": "Nothing has changed: {reason}",
    "rollback_unknown": "There is no model {id}; nothing has changed. /models lists those that are there.",
    "rollback_many": "Several models begin with {id}; nothing has changed. /models lists them.",
}

TEXTS = Texts(LOCALES, "desk", ENGLISH)


def desk_text(name: str, language: str, /, **values: object) -> str:
    """Return one of the desk's texts, in English where the language has none."""
    return TEXTS.text(name, language, **values)
