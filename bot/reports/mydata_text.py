"""Everything that is kept about a person, in words: whole, readable, in their language and their time zone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.conversation.consent import RESULT, STATISTICS, TRAINING
from bot.conversation.progress import ANSWERED, CONSENTED
from bot.conversation.telling import percentages
from bot.conversation.texts import phrase
from bot.conversation.wording import answer_words, number_words
from bot.store.kept import Kept, Known, Round
from bot.tables.answers import in_words
from engine.survey import Question, Survey
from engine.translation import language_name

_USES = {RESULT: "mydata_result", STATISTICS: "mydata_statistics", TRAINING: "mydata_training"}
_DECISIONS = {"given": "mydata_given", "refused": "mydata_refused", "withdrawn": "mydata_withdrawn"}


def data_sections(kept: Kept, survey: Survey, zone: ZoneInfo, language: str) -> list[str]:
    """Return everything that is kept about a person, section by section."""
    return list(_Words(kept, survey, zone, language).sections())


def word_sections(kept: Kept, language: str) -> list[str]:
    """Return the words that a person was shown when they agreed or refused, each version once."""
    decided = () if kept.person is None else kept.person.consents
    texts = {row.text_version: row.words for row in decided}
    return [f"{phrase('mydata_words', language, version=version)}\n{words}" for version, words in texts.items()]


@dataclass(frozen=True, slots=True)
class _Words:
    kept: Kept
    survey: Survey
    zone: ZoneInfo
    language: str

    def phrase(self, name: str, /, **values: object) -> str:
        return phrase(name, self.language, **values)

    def moment(self, moment: datetime) -> str:
        return f"{moment.astimezone(self.zone):%Y-%m-%d %H:%M}"

    def sections(self) -> Iterator[str]:
        person = self.kept.person
        if person is None:
            yield self.phrase("nothing_stored")
        else:
            yield self.phrase("mydata_title", zone=self.zone.key)
            yield "\n".join(self.about(person))
        yield from filter(None, ("\n".join(self.beside()),))
        if person is not None and person.consents:
            yield "\n".join((self.phrase("mydata_consents"), *self.consents(person)))
        for number, one in enumerate(() if person is None else person.rounds, 1):
            yield "\n".join((self.phrase("mydata_round", number=number), *self.round(one)))
        for row in self.kept.imported:
            title = self.phrase("mydata_imported", file=row.source)
            yield "\n".join((title, *self.cells(row.answers, {}), self.stated(row.stated)))

    # -- the person -----------------------------------------------------------------------------------------------

    def about(self, person: Known) -> Iterator[str]:
        yield self.phrase(
            "mydata_person",
            since=self.moment(person.since),
            last=self.moment(person.wrote_at or person.since),
            language=self.spoken((person.session or {}).get("language")),
            pseudonym=self.kept.pseudonym,
        )
        if person.first_campaign is not None:
            yield self.phrase("mydata_links", first=person.first_campaign, last=person.last_campaign)
        if person.gone_at is not None:
            yield self.phrase("mydata_gone", moment=self.moment(person.gone_at))
        if person.unreadable:
            yield self.phrase("mydata_unreadable", number=person.unreadable)
        counts = self.kept.messages
        yield self.phrase("mydata_messages", waiting=counts.waiting, past=counts.past, cards=counts.cards)

    def beside(self) -> Iterator[str]:
        """Yield what is kept of somebody who runs the bot, and of somebody who was erased before."""
        if self.kept.admin is not None:
            yield self.phrase("mydata_admin", since=self.moment(self.kept.admin.since))
        if self.kept.acts:
            yield self.phrase("mydata_acts", number=self.kept.acts)
        if self.kept.erased_at is not None:
            yield self.phrase("mydata_erased", moment=self.moment(self.kept.erased_at))

    def consents(self, person: Known) -> Iterator[str]:
        for row in person.consents:
            yield self.phrase(
                "mydata_consent",
                moment=self.moment(row.at),
                use=self.phrase(_USES[row.use]),
                decision=self.phrase(_DECISIONS[row.decision]),
                language=self.spoken(row.language),
                version=row.text_version,
            )

    def spoken(self, language: Any) -> str:
        language = language or self.survey.languages[0]
        return language_name(language)

    # -- their rounds ---------------------------------------------------------------------------------------------

    def round(self, one: Round) -> Iterator[str]:
        response = one.response
        if one.begun:
            yield self.phrase("mydata_begun", moment=self.moment(one.at))
        agreed = one.reached.get(CONSENTED) or (response.consented_at if response is not None else None)
        if agreed is not None:
            yield self.phrase("mydata_agreed", moment=self.moment(agreed))
        yield (
            self.phrase("mydata_unfinished")
            if response is None
            else self.phrase("mydata_finished", moment=self.moment(response.finished_at))
        )
        yield self.phrase("mydata_spoken", language=self.spoken(one.language))
        if one.campaign is not None:
            yield self.phrase("mydata_link", link=one.campaign)
        if one.test:
            yield self.phrase("mydata_test")
        times = {
            stage.removeprefix(ANSWERED): f"{at.astimezone(self.zone):%H:%M:%S}"
            for stage, at in one.reached.items()
            if stage.startswith(ANSWERED)
        }
        yield from self.unfinished(one, times) if response is None else self.finished(response, times)

    def unfinished(self, one: Round, times: Mapping[str, str]) -> Iterator[str]:
        """Yield what a round holds that is not finished; only the last one may still be open."""
        session = (self.kept.person.session if self.kept.person else None) or {}
        session = session if session.get("run") == one.run else {}
        answers, given, ticked = session.get("answers", {}), session.get("given", {}), session.get("ticked")
        for name, answer in answers.items():
            yield self.answered(name, answer, times.get(name))
        if ticked:
            options = (option for question in self.survey.questions for option in question.options)
            names = (option.text.to(self.language) for option in options if option.column in ticked)
            yield self.phrase("mydata_ticked", answer=", ".join(names))
        if given:  # the survey changed since, and reads some of it as something else, or not at all
            yield self.phrase("mydata_set_aside", answers=in_words(given))
        for name, time in times.items():
            if name not in answers and name not in given:
                yield self.phrase("mydata_answered_at", question=self.named(name), time=time)

    def finished(self, response: Any, times: Mapping[str, str]) -> Iterator[str]:
        yield from self.cells(response.answers, times)
        if response.stated is not None:
            yield self.stated(response.stated)
        if response.set_aside:
            yield self.phrase("mydata_set_aside", answers=in_words(response.set_aside))
        if response.told_at is not None:
            yield from self.told(response)

    def told(self, response: Any) -> Iterator[str]:
        grades = self.survey.target.by_letter
        guess = grades[response.grade].text.to(self.language) if response.grade in grades else response.grade
        yield self.phrase("mydata_told", moment=self.moment(response.told_at), guess=f"{response.grade} ({guess})")
        if response.probabilities:
            chances = percentages(response.probabilities)
            yield self.phrase(
                "mydata_chances", chances=", ".join(f"{letter} {chance}%" for letter, chance in chances.items())
            )
        if response.segment is not None:
            yield self.phrase("mydata_group", group=self.survey.group_in(self.language, response.segment))
        yield self.phrase("mydata_model", version=response.model_version)

    # -- answers --------------------------------------------------------------------------------------------------

    def cells(self, answers: Mapping[str, Any], times: Mapping[str, str]) -> Iterator[str]:
        """Yield the answers of a table's row: those of one question's boxes together."""
        left = dict(answers)
        for question in self.survey.questions:
            there = {column: left.pop(column) for column in question.columns if column in left}
            if not there:
                continue
            boxes = question.kind == "multi"
            answer = [column for column, ticked in there.items() if ticked] if boxes else there[question.id]
            yield self.answered(question.id, answer, times.get(question.id))
        for column, answer in left.items():
            yield self.answered(column, answer, None)

    def answered(self, name: str, answer: Any, time: str | None) -> str:
        words = self.words(self.survey.by_id.get(name), answer)
        if time is None:
            return self.phrase("mydata_answer", question=self.named(name), answer=words)
        return self.phrase("mydata_answer_at", question=self.named(name), answer=words, time=time)

    def words(self, question: Question | None, answer: Any) -> str:
        """Return an answer in words, in whole: every box that was ticked, known to the survey or not."""
        if isinstance(answer, Sequence) and not isinstance(answer, str):
            texts = {} if question is None else {each.column: each.text.to(self.language) for each in question.options}
            return ", ".join(texts.get(each, str(each)) for each in answer) or self.phrase("none_of_these")
        if question is None:
            return self.phrase("skipped") if answer is None else str(answer)
        if isinstance(answer, int | float):
            return number_words(answer, question, self.language)
        return answer_words(question, answer, self.language)

    def named(self, name: str) -> str:
        question = self.survey.by_id.get(name)
        return name if question is None else question.name.to(self.language)

    def stated(self, stated: str) -> str:
        grade = self.survey.target.find(stated)
        return self.phrase("mydata_stated", answer=stated if grade is None else grade.text.to(self.language))
