"""The report's own words: its head, its summary, and what stands around tables and pictures."""

from __future__ import annotations

from engine.locales import LOCALES
from engine.translation import Texts

ENGLISH = {
    "title": "{survey}: the analysis",
    "about": "{source} · {rows} labelled answers · made on {day}",
    "synthetic": "Demonstration: nobody gave these answers. They are invented, so nothing here is true of real people.",
    "contents": "Contents",
    "explore": "Explore this picture",
    "back_to_picture": "Back to the picture",
    "table": "{title} (rows: {rows})",
    "as_csv": "All of it as CSV",
    "more_rows": "{shown} of {all} rows are shown.",
    "left_out": "Left out: {title}.",
    # -- the summary --
    "summary": "In plain language",
    "data": "These are the answers of {rows} people to {questions} questions. They were asked: “{target}”",
    "best": "{share} say “{best}” (with 95% certainty between {low} and {high} of all people like these).",
    "few": "With only {rows} people most numbers are uncertain: read the intervals, not the numbers alone.",
    "leaks": "Take care: {names} all but gives the answer away. Was it known before? If not, the model's numbers are "
    "too good to be true.",
    "segments": "They fall into {count} groups: {names}.",
    "one_segment": "They do not fall into groups: no two kinds of people can be told apart.",
    "weak_segments": "The groups are not sharply apart. They describe these people; they are no kinds of people.",
    "signal": "From the other answers one can guess what somebody will say, better than by chance alone: the guess is "
    "right for {accuracy} of people it has not seen ({low} to {high}).",
    "beyond": "Always guessing the most frequent answer would be right for {share}: what the model adds is to know for "
    "whom that is unlikely.",
    "no_signal": "From the other answers one cannot guess what somebody will say: the model is not surely better than "
    "knowing only how frequent each answer is.",
    "matters": "What matters most to the guess: {names}.",
    "not_cause": "What not to conclude: nothing here is a cause. People who answer one thing more often answer "
    "another, too; changing the one need not change the other.",
    "not_all": "These people are not all people. They are those who were asked and who answered.",
    "not_one": "Nothing here decides anything about one person. A share of a group is no fact about its members.",
    "not_many": "Of many comparisons some look striking by chance. Where that was corrected for, it is said.",
}

TEXTS = Texts(LOCALES, "report", ENGLISH)
