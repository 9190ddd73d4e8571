"""A survey about something else, from START to the result, without a line of code for it."""

from __future__ import annotations

from bot.conversation.effects import Store
from tests.bot.conversation.respondent import COFFEE, Respondent
from tests.bot.conversation.test_texts import MONEY


def test_a_whole_conversation_about_coffee_says_no_word_about_money() -> None:
    person = Respondent(COFFEE)
    seen: list[str] = []

    def see(*_: object) -> None:
        seen.extend((person.last.text, *person.last.labels))

    see(person.start("poster-7"))
    see(person.tap("I agree: start"))
    see(person.tap("Every day"))
    see(person.say("about three"))
    see(person.say("3 cups"))
    see(person.tap("2. Espresso: from a…"))
    see(person.tap("Yes"))
    see(person.send("sound"))
    see(person.say("oat"))
    see(person.tap("A good book"))
    see(person.tap("Done"))
    for command in ("help", "privacy", "language", "unknown"):
        see(person.command(command))
    see(person.start())
    see(person.tap("Skip"))
    see(person.tap("Yes, very much"))
    see(person.say("thank you"))

    assert person.stored == [
        Store(
            run="run-0001",
            answers={
                "Often": "Daily",
                "Cups": 3.0,
                "Brew": "Espresso",
                "Milk": "Yes",
                "Milk_Kind": "Oat",
                "With_Sugar": 0,
                "With_Spice": 0,
                "With_Book": 1,
            },
            stated="Yes",
            outcome="complete",
            campaign="poster-7",
        )
    ]
    assert [result.view for result in person.results] == ["result"]
    assert [text for text in seen if MONEY.search(text)] == []


def test_in_french_the_survey_speaks_french() -> None:
    person = Respondent(COFFEE)

    person.start(language="fr")
    person.say("yes")
    person.answer("tous les jours", "2,5 tasses", "poudre", "powder", "oui", "3", "sucre, un bon livre", "foncée")

    assert "Diriez-vous que vous aimez le café ?" in person.last.text
    assert person.state.answers == {
        "Often": "Daily",
        "Cups": 2.5,
        "Brew": "Instant",
        "Milk": "Yes",
        "Milk_Kind": "Soy",
        "With": ("With_Sugar", "With_Book"),
        "Roast": "Dark",
    }
