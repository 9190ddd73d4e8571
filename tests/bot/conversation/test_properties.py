"""Any order of answers, mistakes, steps back, stops, doubled, late and forged taps keeps the conversation right.

The model of a conversation is a dict of answers, the question gone back to, the place from which the answers are looked
through, and whether something is asked back. Between every two steps the
session goes through its stored form, and the respondent holds each step to its price in calls.
"""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.conversation.callbacks import Action, Callback
from bot.conversation.path import locate
from bot.conversation.screens import current_card
from bot.conversation.session import Answer
from engine.survey import Question
from tests.bot.conversation.respondent import COFFEE, Respondent

MAYBE = st.booleans()
SELDOM = st.sampled_from([False, False, False, True])


SLIPS: dict[str, list[tuple[str, Answer]]] = {
    "Often": [("evry day", "Daily"), ("every weak", "Weekly"), ("i drink it rarely", "Rarely")],
    "Brew": [("expresso", "Espresso"), ("instent", "Instant")],
    "Milk": [("yess", "Yes"), ("noo", "No")],
    "Milk_Kind": [("oats", "Oat"), ("from cow", "Dairy")],
    "With": [("sugr", ("With_Sugar",)), ("cinnamon and cloves", ("With_Spice",))],
    "Roast": [("lihgt", "Light"), ("medum", "Medium")],
}
"""Near misses by question, each with what it means."""


def expected_path(answers: dict[str, Answer]) -> list[str]:
    """Return the coffee survey's path, worked out by hand."""
    if answers.get("Often") == "Never":
        return ["Often"]
    milk_kind = ["Milk_Kind"] if answers.get("Milk") == "Yes" else []
    return ["Often", "Cups", "Brew", "Milk", *milk_kind, "With", "Roast"]


class Conversation(RuleBasedStateMachine):
    """A person and, beside them, what should have been noted down."""

    def __init__(self) -> None:
        super().__init__()
        self.person = Respondent(COFFEE)
        self.answers: dict[str, Answer] = {}
        self.at: str | None = None
        self.asks: str = "consent"
        self.review: str | None = None
        self.in_doubt = False
        self.taps: list[str] = []
        self.allowed = {"train": True, "statistics": True}

    # -- where the person should be ---------------------------------------------------------------------------

    @property
    def current(self) -> str | None:
        """Id of the question to answer, None where all are answered."""
        path = expected_path(self.answers)
        return self.at or next((name for name in path if name not in self.answers), None)

    @property
    def previous(self) -> str | None:
        path = expected_path(self.answers)
        place = path.index(self.current) if self.current else len(path)
        return path[place - 1] if place else None

    @property
    def review_is_due(self) -> bool:
        """Whether nothing is left to answer before the place from which the answers are looked through."""
        path = expected_path(self.answers)
        if self.review is None or self.at is not None:
            return False
        if self.current is None or self.review not in path:
            return self.current is None or self.review != ""
        return path.index(self.current) >= path.index(self.review)

    @property
    def listed(self) -> list[int]:
        """Places of the answers that can be looked through."""
        return [place for place, name in enumerate(expected_path(self.answers)) if name in self.answers]

    def question(self) -> Question:
        assert self.current is not None
        return COFFEE.by_id[self.current]

    def note(self, answer: Answer) -> None:
        self.answers[self.question().id] = answer
        self.go_on()

    def go_on(self) -> None:
        self.at, self.in_doubt = None, False
        if self.answers.get("Often") == "Never":
            self.asks, self.review = "ended", None
        elif self.review_is_due:
            self.asks = "review"
        else:
            self.asks = "label" if self.current is None else "question"

    def begin(self, *, consented: bool) -> None:
        self.answers, self.at, self.review, self.in_doubt = {}, None, None, False
        self.asks = "question" if consented else "consent"

    def do_tap(self, label: str) -> None:
        if self.in_doubt and label not in self.person.last.labels:
            self.person.say("no")
            self.in_doubt = False
        self.taps.append(self.person.button(label))
        self.person.tap(label)

    # -- what the person does ---------------------------------------------------------------------------------

    @initialize(at_once=MAYBE)
    def start(self, at_once: bool) -> None:
        self.person.start("market-day")
        if at_once:
            self.consent(typing=False)

    @precondition(lambda self: self.asks == "consent")
    @rule(typing=MAYBE, training=MAYBE)
    def consent(self, typing: bool, training: bool = True) -> None:
        if not training:
            label = "Start, but without training"
            self.person.say(label) if typing else self.do_tap(label)
        else:
            self.person.say("yes") if typing else self.do_tap("I agree: start")
        self.allowed = {"train": training, "statistics": True}
        self.begin(consented=True)

    @precondition(lambda self: self.asks == "question")
    @rule(data=st.data(), count=st.integers(1, 7))
    def answer_straight_on(self, data: st.DataObject, count: int) -> None:
        """Reach the later questions, to which single steps with so many mishaps between them seldom lead."""
        for _ in range(count):
            if self.asks != "question":
                break
            if self.question().kind == "single":
                self.choose(data, data.draw(MAYBE), ends=False)
            elif self.question().kind == "number":
                self.type_an_amount(data.draw(st.integers(0, 20)))
            else:
                self.confirm_the_boxes()

    @precondition(lambda self: self.asks == "question" and self.question().kind == "single")
    @rule(data=st.data(), typing=MAYBE)
    def choose(self, data: st.DataObject, typing: bool, ends: bool = True) -> None:
        question = self.question()
        choices = [choice for choice in question.choices if ends or choice.ends is None]
        place = data.draw(st.sampled_from(range(len(choices))))
        if self.in_doubt and not typing:
            self.do_tap("Something else")
            self.in_doubt = False
        if typing:
            self.person.say(str(place + 1) if self.in_doubt else data.draw(self.words(place)))
        else:
            self.do_tap(self.person.last.labels[place])
        self.note(question.choices[place].value)

    def words(self, place: int) -> st.SearchStrategy[str]:
        return st.sampled_from([self.question().choices[place].value, str(place + 1)])

    @precondition(lambda self: self.asks == "question" and self.question().id in SLIPS)
    @rule(data=st.data(), reply=st.sampled_from(["tap", "yes", "tap other", "no", None]))
    def answer_nearly(self, data: st.DataObject, reply: str | None) -> None:
        text, meant = data.draw(st.sampled_from(SLIPS[self.question().id]))
        if isinstance(meant, tuple):
            ticked = {*meant, *self.person.state.ticked}
            meant = tuple(column for column in self.question().columns if column in ticked)
        self.person.say(text)
        assert "Did you mean" in self.person.last.text
        self.in_doubt = reply is None
        if reply == "tap":
            self.do_tap(self.person.last.labels[0])
        elif reply == "tap other":
            self.do_tap("Something else")
        elif reply is not None:
            self.person.say(reply)
        if reply == "tap" or (reply == "yes" and meant != "No"):
            self.note(meant)

    @precondition(lambda self: self.asks in ("question", "label") and bool(self.listed))
    @rule(typing=MAYBE)
    def look_through_the_answers(self, typing: bool) -> None:
        typing = typing or self.asks == "question"
        self.person.command("review") if typing else self.do_tap("Review")
        self.at = None
        self.review = self.current or ""
        self.go_on()
        assert self.asks == "review"

    @precondition(lambda self: self.asks == "review")
    @rule(data=st.data(), typing=MAYBE)
    def open_an_answer(self, data: st.DataObject, typing: bool) -> None:
        place = data.draw(st.sampled_from(self.listed))
        name = expected_path(self.answers)[place]
        self.person.say(str(place + 1)) if typing else self.do_tap(f"{place + 1}. {COFFEE.by_id[name].name.to('en')}")
        self.at, self.asks = name, "question"

    @precondition(lambda self: self.asks == "review")
    @rule(way=st.sampled_from(["tap", "type", "command"]))
    def leave_the_review(self, way: str) -> None:
        if way == "tap":
            self.do_tap("Go on")
        else:
            self.person.say("go on") if way == "type" else self.person.command("back")
        self.review = None
        self.go_on()

    @precondition(lambda self: self.asks == "question" and self.question().kind == "number")
    @rule(amount=st.integers(0, 20))
    def type_an_amount(self, amount: int) -> None:
        self.person.say(f"{amount} cups")
        self.note(float(amount))

    @precondition(lambda self: self.asks == "question" and self.question().kind == "multi")
    @rule(place=st.sampled_from(range(3)))
    def tick_or_untick(self, place: int) -> None:
        if self.in_doubt:
            self.do_tap("Something else")
            self.in_doubt = False
        self.do_tap(self.person.last.labels[place])

    @precondition(lambda self: self.asks == "question" and self.question().kind == "multi")
    @rule()
    def confirm_the_boxes(self) -> None:
        if self.in_doubt:
            self.do_tap("Something else")
            self.in_doubt = False
        ticked = [row[0].label for row in self.person.last.keyboard[:3]]
        columns = self.question().columns
        answer = tuple(column for column, label in zip(columns, ticked, strict=True) if label.startswith("☑"))
        self.do_tap("Done" if answer else "None")
        self.note(answer)

    @precondition(lambda self: self.asks == "question" and not self.question().required)
    @rule(typing=MAYBE)
    def skip(self, typing: bool) -> None:
        self.person.say("skip") if typing else self.do_tap("Skip")
        self.note(None)

    @precondition(lambda self: self.asks in ("question", "label") and self.can_go_back)
    @rule(way=st.sampled_from(["tap", "type", "command"]))
    def go_back(self, way: str) -> None:
        if way == "tap":
            self.do_tap("Back")
        elif way == "type":
            self.person.say("back")
        else:
            self.person.command("back")
        self.in_doubt = False
        if self.review is not None and self.at is not None:
            self.go_on()
        else:
            self.at, self.asks = self.previous, "question"

    @property
    def can_go_back(self) -> bool:
        return self.previous is not None or (self.review is not None and self.at is not None)

    @precondition(lambda self: self.asks == "label")
    @rule(grade=st.sampled_from(["Yes, very much", "A little", "Not really", "Skip"]), typing=MAYBE)
    def finish(self, grade: str, typing: bool) -> None:
        self.person.say(grade) if typing else self.do_tap(grade)
        self.asks = "finished"

    @precondition(lambda self: self.asks == "finished")
    @rule(view=st.sampled_from(["Details", "What would change it", "Share"]))
    def read_more(self, view: str) -> None:
        self.do_tap(view)

    @precondition(lambda self: self.asks in ("finished", "ended", "cancelled"))
    @rule(typing=MAYBE)
    def start_again(self, typing: bool) -> None:
        consented = self.asks != "cancelled"
        self.person.start() if typing else self.do_tap("Start again")
        self.begin(consented=consented)

    @rule()
    def press_start_in_between(self) -> None:
        if self.asks in ("consent", "question", "label", "review"):
            self.person.start()
            self.review, self.in_doubt = None, False
            if self.asks == "review":
                self.go_on()

    @precondition(lambda self: "Start over" in self.person.last.labels)
    @rule()
    def start_over(self) -> None:
        self.do_tap("Start over")
        self.begin(consented=True)

    @precondition(lambda self: self.asks in ("question", "label", "review"))
    @rule(really=SELDOM)
    def stop(self, really: bool) -> None:
        if not really:
            return
        self.person.command("cancel")
        self.begin(consented=True)
        self.asks = "cancelled"

    @precondition(lambda self: self.person.state.refused is not None)
    @rule(changes=st.lists(st.sampled_from(["train", "statistics"]), max_size=3))
    def look_at_the_uses_of_the_answers(self, changes: list[str]) -> None:
        self.person.command("privacy")
        for use in changes:
            self.do_tap(next(label for label in self.person.last.labels if use in label))
            self.allowed[use] = not self.allowed[use]
        self.do_tap("Go on")

    @rule(nonsense=st.sampled_from(["/help", "/mydata", "/nope", "thanks", "sticker", "99", "-"]))
    def send_what_is_no_answer(self, nonsense: str) -> None:
        if nonsense.startswith("/"):
            self.person.command(nonsense[1:])
        elif nonsense == "sticker":
            self.person.send("sticker")
        else:
            self.person.say(nonsense)
            self.in_doubt = False

    @rule(confirmed=SELDOM)
    def ask_for_deletion(self, confirmed: bool) -> None:
        self.person.command("delete")
        if not confirmed:
            self.in_doubt = False
            self.do_tap("No, keep it")
            return
        self.do_tap("Yes, erase everything")
        assert self.person.session is None
        self.person.start()
        self.begin(consented=False)

    @precondition(lambda self: bool(self.taps))
    @rule()
    def tap_once_more(self) -> None:
        before = self.person.state
        if before.last_tap == self.taps[-1]:
            self.person.tap_data(self.taps[-1])
            assert self.person.effects == ()
            assert self.person.state == before

    @rule(data=st.data())
    def tap_late(self, data: st.DataObject) -> None:
        tap = data.draw(st.sampled_from(self.person.offered))
        if not current_card(COFFEE, self.person.state).offers(tap):
            self.person.tap_data(tap)

    @rule(
        action=st.sampled_from(Action),
        argument=st.sampled_from(["", "0", "7", "-1", "fr", "xx"]),
        shift=st.sampled_from([-1, 0, 1]),
    )
    def tap_forged(self, action: Action, argument: str, shift: int) -> None:
        session = self.person.state
        forged = Callback(session.run[:8], max(0, session.card + shift), session.revision, action, argument)
        data = f"{forged.run}:{forged.card}:{forged.revision}:{action}:{argument}"
        if not current_card(COFFEE, session).offers(data):
            self.person.tap_data(data)

    # -- what always holds ------------------------------------------------------------------------------------

    @invariant()
    def what_was_answered_is_noted_down(self) -> None:
        if self.person.session is not None:
            assert dict(self.person.session.answers) == self.answers

    @invariant()
    def nothing_is_noted_down_before_the_consent(self) -> None:
        if self.person.session is not None and self.person.session.consented_at is None:
            assert self.person.session.answers == {}
            assert self.asks in ("consent", "cancelled")

    @invariant()
    def what_is_refused_stays_refused(self) -> None:
        if self.person.session is not None and self.person.session.refused is not None:
            names = {"train": "training", "statistics": "statistics"}
            assert set(self.person.session.refused) == {names[use] for use, yes in self.allowed.items() if not yes}

    @invariant()
    def the_position_lies_on_the_path(self) -> None:
        if self.asks in ("question", "label", "review"):
            position = locate(COFFEE, self.person.state)
            assert [question.id for question in position.path] == expected_path(self.answers)
            assert position.current is (COFFEE.by_id[self.current] if self.current else None)

    @invariant()
    def the_open_card_asks_for_what_is_missing(self) -> None:
        text = self.person.last.text if self.person.messages else ""
        if self.asks == "question":
            assert self.question().text.to("en") in text
        elif self.asks == "label":
            assert "Before I guess" in text
        elif self.asks == "review":
            assert "Your answers so far" in text
        assert ("Did you mean" in text) == self.in_doubt

    @invariant()
    def exactly_one_message_has_buttons(self) -> None:
        if self.person.messages:
            assert [bool(message.keyboard) for message in self.person.messages].count(True) == 1
        if self.asks in (
            "consent",
            "question",
            "label",
            "review",
        ):  # after the end a remark may stand below the buttons
            assert not self.person.messages or self.person.last.keyboard

    @invariant()
    def every_run_is_stored_and_told_once_at_most(self) -> None:
        runs = [store.run for store in self.person.stored]
        told = [result.run for result in self.person.results if result.view == "result"]
        assert len(runs) == len(set(runs))
        assert told == [store.run for store in self.person.stored if store.outcome == "complete"]

    @invariant()
    def what_is_stored_belongs_to_its_path(self) -> None:
        for store in self.person.stored:
            assert ("Milk_Kind" in store.answers) == (store.answers.get("Milk") == "Yes")
            assert (store.outcome == "ended") == (store.answers == {"Often": "Never"})
            assert store.campaign in ("market-day", None)


TestConversation = Conversation.TestCase
TestConversation.settings = settings(max_examples=100, stateful_step_count=50, deadline=None)
