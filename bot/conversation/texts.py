"""All of the bot's own words, by language and id; what the survey says stands in its definition."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from bot.locales import LOCALES
from engine.translation import Texts

ENGLISH: Mapping[str, str] = {
    # Welcome and consent
    "welcome": "{count} short questions; at the end you see what your answers say.",
    "asked_by": "Asked by {organisation}.",
    "never_asks": "I never ask for a password, a PIN or a code.",
    "never_asks_either": "I never ask for a password, a PIN, a code or {more}.",
    "more_privacy": "More: /privacy",
    "consent": "Your answers are kept without your name.",
    "test_run": "TEST: what you answer in this round counts nowhere.",
    "how_to_agree": 'To agree, tap the button or type "yes".',
    "declined": "All right, nothing is kept. Come back any time with /start.",
    "agree": "I agree: start",
    "agree_of_age": "I'm {age} or older: start",
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
    "go_on": "Go on",
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
    "did_you_mean": 'Did you mean "{answer}"?',
    "yes_that": "Yes",
    "something_else": "Something else",
    # Commands
    "welcome_back": "Welcome back! Let's go on where we stopped.",
    "new_round": "Welcome back! Here is a new round.",
    "start_over": "Start over",
    "start_again": "Start again",
    "help": "I ask a few questions and then guess one answer of yours. Tap a button or type your answer.",
    "help_contact": "Who to ask: {contact}",
    "help_support": "When something is wrong: {support}",
    "privacy": "I keep your answers, when you gave them, and your account's number in this app to reply to you: no "
    "name, no phone number. /delete erases it all at any time.",
    "privacy_more": "More about it: {url}",
    "one_language": "This survey speaks one language so far.",
    "which_language": "Which language shall we speak?",
    "confirm_delete": "Shall I erase everything I keep about you: your answers and where we are in the "
    "survey? This can't be undone.",
    "delete": "Yes, erase everything",
    "keep": "No, keep it",
    "unchanged": "All right, nothing has changed.",
    "deleted": "Done: everything I kept about you is erased. The messages in this chat are yours: you can "
    "clear them in your app. /start begins anew.",
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
    "command_privacy": "What is kept about you",
    "command_delete": "Erase everything kept about you",
    "command_cancel": "Stop and drop this round's answers",
    "command_review": "See and change your answers",
    # The result
    "result_ready": "Your result is ready.",
    "demonstration": "Demonstration: this guess comes from invented data.",
    "stated_same": 'You said "{stated}", and that is what I would have guessed.',
    "stated_other": 'You said "{stated}"; I would have guessed "{guess}".',
    "guess_only": 'I would guess that you answer "{guess}".',
    "chance": 'From your answers, the chance of "{best}" is {chance}: {words}.',
    "very_likely": "very likely",
    "likely": "likely",
    "about_even": "about as likely as not",
    "rather_unlikely": "rather unlikely",
    "unlikely": "unlikely",
    "nearly_certain": "over 99%",
    "nearly_impossible": "under 1%",
    "every_chance": "How likely I think each answer is:",
    "grade_chance": "{grade} ({answer}): {chance}",
    "grade": 'Grade {grade}, on a scale from {first} ("{best}") to {last} ("{worst}"), is my guess at how you '
    'compare with other people on "{question}". It is not a mark for you.',
    "uninformative": "To be honest, these answers hardly tell people apart. Take this guess lightly.",
    "never_seen": "Nobody I learnt from answered like this, so my guess is less sure: {answers}.",
    "segment": "Your answers are most like those of {people}.",
    "suggestions": "Ideas for you:",
    "decides_nothing": "This guess decides nothing about you or any service you use.",
    "what_if": "What would change it",
    "details": "Details",
    "result_follows": "Your result will follow here as soon as it is ready. Nothing more to do for you.",
    "no_result": "There is no result to show yet: your answers help to make the first ones.",
    "caption": "How your answers moved my guess: the longer a bar, the more that answer counted.",
    "caption_guess": '"{question}" Grade {grade}, from {first} ("{best}") to {last} ("{worst}"); the chance of '
    '"{best}" is {chance}.',
    # What would change it
    "what_if_title": "What would change my guess",
    "what_if_nothing": "None of the answers that you could change would lift it further.",
    "what_if_no_lift": "No small change would lift the grade. This would move the chance most:",
    "what_if_at_top": "It is {grade} already, the top of the scale. This would move the chance most:",
    "what_if_lead": "If you had answered",
    "changed": "{name}: {after} (not: {before})",
    "what_if_chance": 'the chance of "{best}" would be {chance} (now {now}).',
    "what_if_outcome": 'the grade would be {grade} (now {grade_now}), the chance of "{best}" {chance} (now {now}).',
    "what_if_caution": "This is what the model would say of such answers, not a promise.",
    # Details
    "details_title": "How each answer moved my guess",
    "details_scale": 'The scale runs from 0 ("{worst}") to {top} ("{best}"). On average people are at {base}; '
    "your answers took you to {score}:",
    "impact": "{impact} {name}: {answer}",
    "smaller_impacts": "… and {count} more that counted less",
    "details_sure": 'How sure is it? {chance} for "{best}" is an estimate: it holds for many people together '
    "and can be wrong about any one of them.",
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


def vocabulary(meaning: str, language: str) -> tuple[str, ...]:
    """Return the words that mean this, English always among them."""
    own, english = TYPED_TEXTS.text(meaning, language), TYPED[meaning]
    return tuple(f"{own}; {english}".split("; "))


@cache
def language_name(language: str) -> str:
    """Return how a language's own speakers call it."""
    from babel import Locale, UnknownLocaleError

    try:
        name = Locale.parse(language, sep="-").get_language_name(language)
    except (UnknownLocaleError, ValueError):
        name = None
    return name[:1].upper() + name[1:] if name else language
