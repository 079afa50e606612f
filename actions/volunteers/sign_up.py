"""Signing up as a volunteer by chat (志愿报名): stored at once, what is missing is asked for."""

from rasa_sdk.executor import CollectingDispatcher

from actions import texts
from actions.speaking import Heard, speak
from actions.turn import Outcome, TurnNote
from actions.volunteers.reading import offers
from actions.volunteers.repository import Volunteers
from actions.volunteers.volunteer import Volunteer
from knowledge.places.repository import PlaceRepository

# The conversation's memory while skills or times are still missing.
AWAITED = "volunteering"
_NOTE_CHARACTERS = 1000


class SignUp:
    """Reads what is offered, keeps it, and says what it understood."""

    def __init__(self, volunteers: Volunteers, places: PlaceRepository) -> None:
        self._volunteers = volunteers
        self._places = places

    async def goes_on(self, dispatcher: CollectingDispatcher, heard: Heard) -> bool:
        """Take an answer to what was missing: 周末晚上. False where the message tells none of it."""
        if not heard.context.memory.get(AWAITED):
            return False
        told = offers().read(heard.question)
        if not (told.skills or told.times):
            return False
        await self.take(dispatcher, heard)
        return True

    async def take(self, dispatcher: CollectingDispatcher, heard: Heard) -> None:
        """Store the offer of a message, and answer it."""
        context, entities = heard.context, heard.said.entities
        told = offers().read(heard.question)
        offer = told.model_copy(
            update={
                "phone": told.phone or entities.get("phone") or context.phone,
                "community_id": await self._community(heard),
                "note": heard.question[:_NOTE_CHARACTERS],
            }
        )
        await self._answer(
            dispatcher, heard, await self._volunteers.sign_up(context.resident_id, offer)
        )

    async def _answer(
        self, dispatcher: CollectingDispatcher, heard: Heard, volunteer: Volunteer
    ) -> None:
        missing = [
            words
            for known, words in (
                (volunteer.skills, texts.VOLUNTEER_SKILLS),
                (volunteer.times, texts.VOLUNTEER_TIMES),
            )
            if not known
        ]
        facts = ["、".join(each) for each in (volunteer.skills, volunteer.times) if each]
        text = texts.VOICE["volunteer"]
        if facts:
            text += texts.VOLUNTEER_KNOWN.format(facts="；".join(facts))
        if missing:
            text += texts.VOLUNTEER_ASK.format(missing="，".join(missing))
        elif not volunteer.phone:
            text += texts.VOLUNTEER_PHONE
        note = TurnNote(outcome=Outcome.CHAT, remember={AWAITED: True if missing else None})
        speak(dispatcher, heard, text, note)

    async def _community(self, heard: Heard) -> int | None:
        """The community that the message names, else where the resident lives."""
        home = str(heard.context.home.get("community") or "")
        named = heard.said.entities.get("community") or heard.question
        found = await self._places.find_community(named) or await self._places.find_community(home)
        return found.id if found else None
