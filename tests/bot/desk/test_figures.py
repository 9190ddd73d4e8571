"""Figures in the chat: what an owner is shown of those who came."""

from __future__ import annotations

from tests.bot.desk.staff import ask, heard, owner_of
from tests.bot.running import RunningBot, answer_everything, tap_first
from tests.engine.pictures import pixels


async def test_an_owner_sees_how_far_people_came_as_a_picture_and_in_words(running: RunningBot) -> None:
    async with owner_of(running) as owner:
        await ask(owner, "/campaign Fair", "Its link")
        for number in range(6):
            async with running.person() as person:
                await person.start("fair")
                await tap_first(person)
                if number < 2:
                    await answer_everything(person)

        shown = await ask(owner, "/funnel", "Pressed START")
        picture = next(seen for seen in owner.messages if seen.text == "How far people come")

        assert owner.messages.index(picture) < owner.messages.index(shown)
        assert pixels(await owner.picture(picture)).shape[1] == 720
        assert "Pressed START: 6\nAgreed to take part: 6\n   100%" in shown.text
        assert "Finished: fewer than 5 so far" in shown.text
        assert "• Fair: 6" in shown.text

        listed = await ask(owner, "/campaigns", "Your campaigns")
        assert "▪ Fair\n   started 6, agreed 6, finished fewer than 5 so far" in listed.text
        assert [button.label for button in listed.buttons] == ["Fair"]
        before = len(owner.messages)
        await owner.tap("Fair")
        await heard(owner, "Its link", after=before)
        await owner.tap("Funnel")
        await heard(owner, 'How far people come by "Fair"\n\nPressed START: 6', after=before)


async def test_of_fewer_than_five_there_are_words_and_no_picture(running: RunningBot) -> None:
    async with owner_of(running) as owner, running.person() as person:
        await person.start()
        await tap_first(person)

        shown = await ask(owner, "/funnel", "Pressed START")

        assert "Pressed START: fewer than 5 so far" in shown.text
        assert all(seen.file_id is None for seen in owner.messages)
