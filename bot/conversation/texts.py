"""All of the bot's own words, by language and id; what the survey says stands in its definition."""

from __future__ import annotations

from collections.abc import Mapping

from bot.locales import LOCALES
from engine.translation import Texts, languages

ENGLISH: Mapping[str, str] = {
    # Welcome and consent
    "welcome": "{count} short questions; at the end you see what your answers say.",
    "asked_by": "Asked by {organisation}.",
    "never_asks": "I never ask for a password, a PIN or a code.",
    "never_asks_either": "I never ask for a password, a PIN, a code or {more}.",
    "consent": "Your answers are kept without your name.",
    "test_run": "TEST: what you answer in this round counts nowhere.",
    "how_to_agree": 'To agree to all of it, tap the first button or type "yes".',
    "declined": "All right, nothing is kept. Come back any time with /start.",
    "agree": "I agree: start",
    "agree_of_age": "I'm {age} or older: start",
    "agree_without_training": "Start, but without training",
    "agree_of_age_without_training": "I'm {age}+: start, no training",
    "uses": "What your answers are for:",
    "use_result": "your own result",
    "use_statistics": "statistics: comparing many people's answers, without names",
    "use_training": "training: the model learns from them to guess better",
    "may_refuse": "The last two you can refuse at any time and still get your result: /privacy",
    # Questions
    "progress": "Question {number} of {total}",
    "last_question": "Last one: you may skip it",
    "answered": "✓ {name}: {answer}",
    "tick_all": "Tick all that fit.",
    "type_number": "Type a number.",
    "type_number_between": "Type a number from {minimum} to {maximum}.",
    "type_number_from": "Type a number: {minimum} or more.",
    "type_number_up_to": "Type a number: {maximum} or less.",
    "unit": "Unit: {unit}",
    "none_of_these": "None",
    "done": "Done",
    "back": "Back",
    "skip": "Skip",
    "skipped": "skipped",
    "chosen": "{count} chosen",
    "before_i_guess": "Before I guess: what is your own answer? I won't use it for my guess.",
    "stated": "✓ Your own answer: {answer}",
    "thanks": "Thank you! Your answers are saved.",
    "review": "Review",
    "review_title": "Your answers so far:",
    "review_how": "To change one, tap it or type its number.",
    # When something else comes
    "not_understood": "Sorry, I can't match that to an answer. Tap one below or type it, such as {examples}.",
    "not_a_number": "Sorry, I need one number here, such as {example}.",
    "out_of_range": "Sorry, that is outside what I can note down here.",
    "use_buttons": "Please tap one of the buttons, or type what it says.",
    "nothing_to_answer": "Thank you! There is nothing more to answer; /start begins a new round.",
    "only_words": "Thank you, but I can only read words and taps. This is where we are:",
    "unknown_command": "I don't know that command; /help lists those I know. This is where we are:",
    "old_button": "That button is from earlier in our chat. This is where we are:",
    "questions_changed": "The questions have changed a little meanwhile; your answers are kept. This is where we are:",
    "welcome_changed": "What I tell you here has changed a little meanwhile. Please read it once more:",
    "lost_track": "Sorry, I have lost track of where we were, so we have to start again. What you told me before "
    "is kept safe.",
    "fault": "Sorry, something went wrong on my side and it is noted. Please try again, or send /start.",
    "not_understood_list": "Sorry, I can't match that to an answer. Tap all that fit or type them, such as {examples}.",
    "not_in_list": 'I can\'t match "{text}" to anything here. What I understood is ticked.',
    "not_listed": "Sorry, I can't match that to an answer. Type the number that it has in the list.",
    "offer_help": "Stuck? /help tells what I can do.",
    "quoted": '"{words}"',
    "did_you_mean": 'Did you mean "{answer}"?',
    "yes_that": "Yes",
    "something_else": "Something else",
    "no_sound": "Sorry, I can't listen to voice messages. Please tap, or type your answer. This is where we are:",
    "no_pictures": "Sorry, I can't look at pictures or videos. Please tap, or type your answer. This is where we are:",
    "no_files": "Sorry, I can't open files. Please tap, or type your answer. This is where we are:",
    "no_stickers": "Thank you, that is kind! For an answer I need a tap or a word. This is where we are:",
    "no_places": "I don't need to know where you are, and I don't keep it. This is where we are:",
    "no_contacts": "I don't need anybody's phone number, and I don't keep it. This is where we are:",
    "edited": "I don't read changes to earlier messages, so your answer stays as it was. To answer again, go back with "
    "/back, or write a new message. This is where we are:",
    "card_sent": "That looks like the number of a card. Please never send it to anybody, whoever they say they are. I "
    "don't keep it, and I have removed it from this chat if I could; if you still see it, please delete it.",
    "code_sent": "If that is a password, a PIN or a code: please never tell it to anybody, whoever they say they "
    "are. I don't keep it, and I have removed it from this chat if I could; if you still see it, please delete it.",
    "distress": "I am sorry to hear that. I only ask questions: I can't see your account, and I can't stop or change "
    "anything there. Please ask for help now. Who can help: {support}",
    "distress_alone": "I am sorry to hear that. I only ask questions: I can't see your account, and I can't stop "
    "or change anything there. Please ask for help now, where you have your account.",
    "distress_secrets": "Whoever truly helps you never asks for your password, your PIN or a code.",
    "here_we_are": "This is where we are:",
    "in_private": "I talk with people one at a time, in a chat of our own: {link}\nI read nothing here, so I am "
    "leaving this group again. Goodbye!",
    "open_survey": "Open the survey",
    # Commands
    "welcome_back": "Welcome back! Let's go on where we stopped.",
    "new_round": "Welcome back! Here is a new round.",
    "start_over": "Start over",
    "start_again": "Start again",
    "help": "I ask a few questions and then guess one answer of yours. Tap a button or type your answer.",
    "help_contact": "Who to ask: {contact}",
    "help_support": "When something is wrong: {support}",
    "privacy": "What I keep: your answers and when you gave them, what I guessed, the link you came by, your language, "
    "what you agreed to and when, my messages to you for two days, and your account's number in this app, "
    "encrypted, to reply to you. I keep no name, no phone number.",
    "privacy_more": "More about it: {url}",
    "one_language": "This survey speaks one language so far.",
    "which_language": "Which language shall we speak?",
    "confirm_delete": "Shall I erase everything I keep about you: your answers and where we are in the "
    "survey? This can't be undone.",
    "delete": "Yes, erase everything",
    "keep": "No, keep it",
    "unchanged": "All right, nothing has changed.",
    "deleted": "Done: everything I kept about you is erased.",
    "nothing_stored": "I keep nothing about you. /start begins the survey.",
    "cancelled": "We have stopped, and the answers of this round are gone. Come back any time.",
    "nothing_to_cancel": "There is nothing to stop just now.",
    "nothing_to_go_back": "There is nothing to go back to.",
    "nothing_to_review": "There are no answers to look through just now.",
    "finished": "You have answered everything. Thank you!",
    "command_start": "Begin, or go on where you stopped",
    "command_back": "Go back one question",
    "command_help": "What I can do",
    "command_language": "Change the language",
    "command_privacy": "What is kept about you, and what for",
    "command_delete": "Erase everything kept about you",
    "command_cancel": "Stop and drop this round's answers",
    "command_review": "See and change your answers",
    "nudge": "Hello again! You were at question {number} of {total}, {left}. Your answers are kept; go on here "
    "whenever you like:",
    "nudge_last": "Hello again! Your answers are kept, and only this last step is left; finish here whenever you like:",
    "minute_left": "with about a minute left",
    "minutes_left": "with about {minutes} minutes left",
    "no_reminders": "Don't remind me",
    "no_more_reminders": "All right, I won't remind you again. You can go on here any time; /delete erases "
    "everything I keep about you.",
    "command_mydata": "Show everything kept about you",
    "privacy_before": "Until you agree I keep only that number, your language and your link, for a day. Of "
    "whoever does not agree there stays only that somebody pressed START that day, by that link.",
    "privacy_until": "How long: until you erase it with /delete.",
    "privacy_days": "How long: until you erase it with /delete, or until {days} days have passed since your last "
    "message.",
    "privacy_who": "Who sees it: only those who run this survey, under a made-up number in place of you.",
    "privacy_rights": "/mydata shows you everything. /delete erases it; then there stay only that somebody came "
    "that day, and a code by which only I can tell that you were erased, so that no old backup brings you back.",
    "uses_now": "Your answers are used for:",
    "use_allowed": "✓ {use}",
    "use_refused": "✗ {use} (not allowed)",
    "uses_change": "You can change this at any time. Your result stays, and the next training goes by what you "
    "say here.",
    "use_changed": "Noted.",
    "refuse_statistics": "Leave me out of statistics",
    "allow_statistics": "Count me in statistics",
    "refuse_training": "Don't train with my answers",
    "allow_training": "You may train with my answers",
    "go_on": "Go on",
    "mydata_title": "Everything I keep about you. Times are those of {zone}.",
    "mydata_as_file": "The same as a file, with the words that you agreed to: /mydata_file",
    "mydata_caption": "Everything I keep about you",
    "mydata_person": "Known since {since}; last message {last}\nLanguage: {language}\nYour account's number in "
    "this app, encrypted\nYour number in the survey team's tables: {pseudonym}",
    "mydata_links": "The link you first came by: {first}; the latest: {last}",
    "mydata_gone": "Could not be reached on {moment}",
    "mydata_unreadable": "Earlier notes of where you were that I could not read: {number}",
    "mydata_messages": "Messages on their way to you: {waiting}; sent lately, kept for two days: {past}; in this "
    "chat and still editable: {cards}",
    "mydata_admin": "You help to run this bot, since {since}",
    "mydata_acts": "What you did for it, in its log: {number}",
    "mydata_erased": "You had yourself erased on {moment}; I keep that time and a code, so that no old backup "
    "brings you back.",
    "mydata_consents": "What you agreed to",
    "mydata_consent": "{moment}: {use}: {decision} ({language}, words {version})",
    "mydata_result": "your own result",
    "mydata_statistics": "statistics",
    "mydata_training": "training",
    "mydata_given": "yes",
    "mydata_refused": "no",
    "mydata_withdrawn": "no longer",
    "mydata_words": "The words {version}",
    "mydata_round": "Round {number}",
    "mydata_begun": "Begun {moment}",
    "mydata_agreed": "Agreed {moment}",
    "mydata_finished": "Finished {moment}",
    "mydata_unfinished": "Not finished",
    "mydata_test": "A test that counts nowhere",
    "mydata_spoken": "In {language}",
    "mydata_link": "By the link {link}",
    "mydata_answer": "• {question}: {answer}",
    "mydata_answer_at": "• {question}: {answer} ({time})",
    "mydata_answered_at": "• {question}: answered {time}, the answer is not kept",
    "mydata_ticked": "• ticked so far: {answer}",
    "mydata_stated": "Your own answer: {answer}",
    "mydata_set_aside": "Answers to what the survey no longer asks: {answers}",
    "mydata_told": "My guess, told {moment}: {guess}",
    "mydata_chances": "How likely each answer was: {chances}",
    "mydata_group": "Your group: {group}",
    "mydata_model": "By the model {version}",
    "mydata_imported": "Answers under your number that came back in the file {file}",
    "erased_at": "{moment} ({zone})",
    "erased_rounds": "Finished rounds: {number}",
    "erased_answers": "Answers: {number}",
    "erased_number": "Your number in the survey team's tables was {pseudonym}.",
    "erased_files": "Files that were made before still hold your answers; the team was told just now to take them out.",
    "erased_model": "A model that was trained before may have learnt from your answers; the next training goes "
    "without them.",
    "erased_chat": "The messages in this chat are yours: you can clear them in your app. /start begins anew.",
    # The result
    "result_ready": "Your result is ready.",
    "demonstration": "Demonstration: this guess comes from invented data.",
    "stated_same": 'You said "{stated}", and that is what I would have guessed.',
    "stated_other": 'You said "{stated}"; I would have guessed "{guess}".',
    "guess_only": 'I would guess that you answer "{guess}".',
    "chance": 'From your other answers I put the chance of "{best}" at {chance}: {words}.',
    "very_likely": "very likely",
    "likely": "likely",
    "about_even": "about as likely as not",
    "likeliest_yet_unsure": "the likeliest answer, yet far from certain",
    "rather_unlikely": "rather unlikely",
    "unlikely": "unlikely",
    "nearly_certain": "over 99%",
    "nearly_impossible": "under 1%",
    "every_chance": "All answers: {chances}.",
    "grade_chance": "{answer} {chance}",
    "grade": 'Grade {grade}, from {first} (likeliest) to {last}: my guess at how likely you are to say "{best}" to '
    '"{question}", not a mark for you.',
    "uninformative": "To be honest, these answers hardly tell people apart. Take this guess lightly.",
    "never_seen": "Nobody I learnt from answered like this, so my guess is less sure: {answers}.",
    "segment": "Your answers are most like those of {people}.",
    "suggestions": "Ideas for you:",
    "decides_nothing": "This guess decides nothing about you or any service you use.",
    "what_if": "What would change it",
    "details": "Details",
    "share": "Share",
    "result_follows": "Your result will follow here as soon as it is ready. Nothing more to do for you.",
    "no_result": "There is no result to show yet: your answers help to make the first ones.",
    "caption": "How the answers moved my guess: the longer a bar, the more it counted.",
    "caption_guess": 'Guess: {chance} for "{best}", grade {grade} from {first} (likeliest) to {last}; not a mark.',
    "decides_nothing_either": "This guess decides nothing about {more}.",
    "compared": 'Of {people} people who also answered "{answer}" to "{question}", {count} said "{best}".',
    "compared_ticked": 'Of {people} people who also ticked "{name}", {count} said "{best}".',
    "compared_unticked": 'Of {people} people who also left "{name}" unticked, {count} said "{best}".',
    "segment_mixed": "Your answers are a mix of your own: no group of people that I know answers quite like you.",
    "worked_out_anew": "The model that made your result is no longer here; a newer one makes this guess, so it may "
    "differ.",
    "share_invitation": "Take part, too: {title}",
    "share_no_link": "Sorry, I have no link to give just now. The one that you came by works for others, too.",
    # What would change it
    "what_if_title": "What would change my guess",
    "what_if_nothing": "None of the answers that you could change would lift it further.",
    "what_if_no_lift": "No small change would lift the grade. This would move the chance most:",
    "what_if_at_top": "It is {grade} already, the top of the scale. This would move the chance most:",
    "what_if_lead": "If you had answered",
    "changed": "{name}: {after} (not: {before})",
    "what_if_chance": 'the chance of "{best}" would be {chance} (now {now}), my guess {grade} as now.',
    "what_if_outcome": 'the chance of "{best}" would be {chance} (now {now}), my guess {grade} instead of '
    "{grade_now} (from {first}, likeliest, to {last}).",
    "what_if_caution": "This is what the model would say of such answers, not a promise.",
    "what_if_tap": "Tap an answer to try another one:",
    "what_if_answered": '{name}: you answered "{answer}".',
    "what_if_besides": "Tried already:",
    "what_if_had_answered": "What if you had answered",
    "named_answer": "{name}: {answer}",
    "change_one_more": "Change one more",
    "from_my_answers": "Start from my answers",
    "to_the_list": "Back to the list",
    "my_result": "My result",
    # Details
    "details_title": "How each answer moved my guess",
    "details_scale": 'The scale runs from 0 ("{worst}") to {top} ("{best}"). On average people are at {base}; '
    "your answers took you to {score}:",
    "impact": "{impact} {name}: {answer}",
    "smaller_impacts": "… and {count} more that counted less",
    "details_sure": 'How sure is it? {chance} for "{best}" is an estimate: it holds for many people together '
    "and can be wrong about any one of them.",
    "details_tested": "Tried on {people} people whose own answer it did not know, its grade fitted that answer for "
    "{right} in 100 (likely {low} to {high}); the same grade for everybody would have fitted for {without}.",
    "details_calibrated": "Its chances came true about as often as they say, as far as so many people can tell.",
    "details_off": "Its chances were about {points} in 100 away from how often they came true.",
    "details_model": "The model knows your answers to these questions and nothing else. It shows what tends to "
    "go together, not what causes what.",
    "details_version": "Model: {version}",
    "yes": "yes",
    "no": "no",
    "no_answer": "no answer",
}

TYPED: Mapping[str, str] = {
    "and": "and",
    "none": "none; none of these; none of them; nothing",
    "agree": "yes; i agree; agree; start; ok; okay",
    "stop": "stop; stop it; please stop; stop reminding me; don't remind me; do not remind me; no reminders; "
    "no more reminders; leave me alone; unsubscribe",
    "decline": "no; no thanks; no thank you; i don't agree; i do not agree",
    "yes": "yes; yeah; yep; yup; yes please; that's it",
    "no": "no; nope; nah; not that",
    "not": "not; no; never; none; nothing; nobody; nope; without; cannot; dont; doesnt; didnt; wasnt; isnt; arent; "
    "havent; hasnt; wont; cant; couldnt; wouldnt; dnt; don; hardly; non; un-; dis-; in-",
    "numbers": "one; two; three; four; five; six; seven; eight; nine; ten",
    "thousand": "k; thousand",
}
"""Words that people type, by what they mean.

"not" is what turns a text into its opposite, ending in "-" where it begins a word; "numbers" are ten, in order, each
with a slash between its forms; Khmer words stand there in both scripts.
"""

TEXTS = Texts(LOCALES, "conversation", ENGLISH)
TYPED_TEXTS = Texts(LOCALES, "typed", TYPED)


def phrase(name: str, language: str, /, **values: object) -> str:
    """Return one of the bot's phrases, in English where the language has none."""
    return TEXTS.text(name, language, **values)


def words_of_all(meaning: str) -> tuple[str, ...]:
    """Return the words that mean this in any language there is: people type another than the chat's, too."""
    return tuple(
        dict.fromkeys(word for language in ("en", *languages(LOCALES)) for word in vocabulary(meaning, language))
    )


def vocabulary(meaning: str, language: str) -> tuple[str, ...]:
    """Return the words that mean this, English always among them."""
    own, english = TYPED_TEXTS.text(meaning, language), TYPED[meaning]
    return tuple(f"{own}; {english}".split("; "))
