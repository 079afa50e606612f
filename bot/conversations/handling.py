"""The way of one message: stored, understood, answered, stored again — in order, never lost."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy.orm import Session

from actions.danger import first_line, plain_danger
from actions.turn import HandoffAsk, HandoffReason, Outcome, TurnContext, TurnNote
from bot.conversations import deliveries, store, texts
from bot.conversations.brain import ActionsUnavailable, Brain, BrainUnavailable, Turn
from bot.conversations.contract import Accepted, Carry, Inbound, Outgoing
from bot.conversations.live import DESK, Live, conversation_topic
from bot.conversations.media import MediaStore
from bot.conversations.owners import Owner
from bot.conversations.recording import DANGER, Plan, Record, session_of
from bot.conversations.scans import greeting
from bot.conversations.tables import MessageRow
from bot.conversations.turns import Turns
from bot.conversations.wording import as_meant, for_rasa
from knowledge.places.codes import PlaceCodes
from knowledge.storage.database import Database

log = logging.getLogger(__name__)


class Fallback(Protocol):
    """What answers while Rasa is away."""

    async def answer(self, text: str) -> Turn: ...


class Conversations:
    """The gate of `contract.ConversationGate`, on SQL, Rasa and Redis."""

    def __init__(
        self,
        database: Database,
        brain: Brain,
        fallback: Fallback,
        live: Live,
        turns: Turns,
        media: MediaStore,
        clock: Callable[[], datetime],
        *,
        misses_before_handoff: int = 2,
        idle: timedelta = timedelta(minutes=30),
        public_url: str = "",
    ) -> None:
        self._database = database
        self._brain = brain
        self._fallback = fallback
        self._live = live
        self._turns = turns
        self._media = media
        self._clock = clock
        self._codes = PlaceCodes(database, clock)
        self._misses_before_handoff = misses_before_handoff
        self._idle = idle
        self._public_url = public_url
        self._known: dict[tuple[str, str], tuple[int, int]] = {}
        self._running: dict[int, asyncio.Task[list[Outgoing]]] = {}
        self._releases: set[asyncio.Task[None]] = set()
        # Who waits to carry the replies to a message, and which replies nobody has taken yet.
        self._carriers: dict[int, list[Carry]] = {}
        self._carried: set[int] = set()
        self._holdings: dict[int, asyncio.Task[None]] = {}
        self.outbox_has_work = asyncio.Event()

    async def accept(self, inbound: Inbound) -> Accepted:
        now = self._clock()
        person = (inbound.channel, inbound.channel_user)
        known = self._known.get(person)
        to_come = inbound.kind in ("image", "voice") and inbound.media_id is None

        def keep(session: Session) -> Accepted:
            whom = (
                known
                or store.known_resident(session, *person)
                or store.enrol(session, *person, now)
            )
            accepted = store.add_inbound(session, inbound, *whom, now)
            if to_come and accepted.is_new:
                store.expect_media(session, accepted.message_id, self._media.reserve())
            return accepted

        accepted = await self._database.change(keep)
        self._remember(person, (accepted.resident_id, accepted.conversation_id))
        return accepted

    async def replies_to(self, accepted: Accepted, carry: Carry | None = None) -> list[Outgoing]:
        message_id = accepted.message_id
        handling = self._handling(message_id, accepted.conversation_id)
        if carry is None:
            return await asyncio.shield(handling)
        waiting = self._carriers.setdefault(message_id, [])
        waiting.append(carry)
        try:
            replies = await asyncio.shield(handling)
            self._carried.discard(message_id)
            return replies
        finally:
            waiting.remove(carry)
            if not waiting:
                del self._carriers[message_id]
                if message_id in self._carried:
                    self._carried.discard(message_id)
                    self._hold_again(message_id)

    async def take_passive(self, message_ids: list[int]) -> bool:
        return await self._database.change(
            deliveries.move_delivery, message_ids, deliveries.HELD, deliveries.PASSIVE
        )

    async def release(self, accepted: Accepted) -> None:
        task = asyncio.create_task(self._release(accepted), name=f"release-{accepted.message_id}")
        self._releases.add(task)
        task.add_done_callback(self._releases.discard)

    async def attach_media(self, message_id: int, data: bytes, mime: str) -> int:
        message = await self._database.look(Session.get_one, MessageRow, message_id)
        conversation_id, media_id = message.conversation_id, message.media_id
        if media_id is None:
            raise ValueError(f"message {message_id} expects no media")
        await self._media.fill(media_id, data, mime)
        await self._live.publish(conversation_topic(conversation_id), "message", id=message_id)
        return media_id

    async def handle_left_over(self, older_than: timedelta) -> int:
        """Handle messages that a dead process stored but did not answer; the outbox sends."""
        matters = await self._database.look(store.unhandled, before=self._clock() - older_than)
        for matter in matters:
            if matter.message.id not in self._running:
                await self.release(
                    Accepted(
                        matter.message.id, matter.conversation.id, matter.resident.id, is_new=False
                    )
                )
        return len(matters)

    async def close(self) -> None:
        """Let what is under way end."""
        under_way = (*self._running.values(), *self._releases, *self._holdings.values())
        await asyncio.gather(*under_way, return_exceptions=True)

    def _remember(self, person: tuple[str, str], known: tuple[int, int]) -> None:
        if len(self._known) >= 20_000:
            self._known.pop(next(iter(self._known)))
        self._known[person] = known

    def _handling(self, message_id: int, conversation_id: int) -> asyncio.Task[list[Outgoing]]:
        task = self._running.get(message_id)
        if task is None:
            task = asyncio.create_task(
                self._handle(message_id, conversation_id), name=f"handle-{message_id}"
            )
            self._running[message_id] = task
            task.add_done_callback(lambda _: self._running.pop(message_id, None))
        return task

    async def _release(self, accepted: Accepted) -> None:
        try:
            await self.replies_to(accepted)
            if holding := self._holdings.get(accepted.message_id):
                await holding
            await self._database.change(deliveries.release_held, accepted.message_id)
        except Exception:
            log.exception("message %d is left to the sweeper", accepted.message_id)
        self.outbox_has_work.set()

    def _hold_again(self, message_id: int) -> asyncio.Task[None]:
        """Whoever was to carry these replies has left: the next retry or the outbox takes them."""
        task = asyncio.create_task(
            self._database.change(deliveries.hold_again, message_id), name=f"hold-{message_id}"
        )
        self._holdings[message_id] = task
        task.add_done_callback(lambda _: self._holdings.pop(message_id, None))
        return task

    async def _handle(self, message_id: int, conversation_id: int) -> list[Outgoing]:
        """Handle a message after those of its conversation that came before it."""
        passed = 0
        while True:
            async with self._turns.of(conversation_id):
                waiting = range(passed + 1, message_id + 1)
                matter = await self._database.look(store.first_unhandled, conversation_id, waiting)
                if matter is None:
                    return await self._database.look(deliveries.replies_to, message_id)
                first = matter.message.id
                try:
                    replies = await self._handle_one(matter)
                except Exception:
                    if first == message_id:
                        raise
                    log.exception("message %d cannot be handled, the next one goes on", first)
                else:
                    if first == message_id:
                        return replies
                passed = first

    async def _handle_one(self, matter: store.Matter) -> list[Outgoing]:
        plan = await self._think(matter)
        conversation_id, message_id = matter.conversation.id, matter.message.id
        carriers = self._carriers.get(message_id)
        record = Record(self._clock(), self._idle, carriers[0] if carriers else None)
        replies, handed_off = await self._database.change(record.write, message_id, plan)
        if any(reply.carried for reply in replies):
            if message_id in self._carriers:
                self._carried.add(message_id)
            else:
                await self._hold_again(message_id)
                replies = [replace(reply, carried=False) for reply in replies]
        await self._live.publish(conversation_topic(conversation_id), "message", id=message_id)
        if handed_off or matter.ownership.owner is not Owner.BOT:
            await self._live.publish(DESK, "queue", conversation_id=conversation_id)
        return replies

    async def _think(self, matter: store.Matter) -> Plan:
        message = matter.message
        if message.kind == "event" and not message.text:
            return await greeting(matter, self._codes, self._clock())
        if matter.ownership.owner is not Owner.BOT:
            return await self._beside_a_person(matter)
        words = for_rasa(message, matter.memory)
        if not words:
            said = texts.VOICE_UNCLEAR if message.kind == "voice" else texts.MEDIA_KEPT
            note = TurnNote(outcome=Outcome.ASKED_BACK, open_matter=True)
            return Plan(texts=[(said, ())], note=note)
        return self._decide(matter, await self._turn(matter, words))

    async def _turn(self, matter: store.Matter, words: str) -> Turn:
        message, conversation = matter.message, matter.conversation
        context = TurnContext(
            resident_id=matter.resident.id,
            conversation_id=conversation.id,
            message_id=message.id,
            channel=message.channel,
            kind=message.kind,
            raw_text=as_meant(message, matter.memory),
            media_id=message.media_id,
            latitude=message.details.get("latitude"),
            longitude=message.details.get("longitude"),
            phone=matter.resident.phone,
            home=matter.resident.home,
            memory=matter.memory,
        )
        try:
            return await self._brain.respond(self._sender(matter), words, context)
        except (BrainUnavailable, ActionsUnavailable) as error:
            log.error("no turn for message %d, knowledge alone answers: %s", message.id, error)
            return await self._fallback.answer(context.raw_text)

    def _sender(self, matter: store.Matter) -> str:
        return f"c{matter.conversation.id}.{session_of(matter, self._idle)}"

    def _decide(self, matter: store.Matter, turn: Turn) -> Plan:
        note, said = turn.note, list(turn.texts)
        missed = note.outcome is Outcome.UNKNOWN
        if missed and matter.conversation.misses + 1 >= self._misses_before_handoff:
            note = note.model_copy(
                update={
                    "outcome": Outcome.HANDED_OFF,
                    "handoff": HandoffAsk(
                        reason=HandoffReason.TWO_MISSES, detail=matter.message.text
                    ),
                }
            )
            said = [(texts.TWO_MISSES, ())]
        if note.outcome is Outcome.FILED and said:
            text, buttons = said[-1]
            way = texts.way_to_mine(matter.message.channel, self._public_url, note.appeal)
            said[-1] = (text + way, buttons)
        return Plan(
            texts=said,
            understanding=note.model_dump(mode="json", exclude={"remember", "home", "phone"}),
            handoff=note.handoff,
            note=note,
        )

    async def _beside_a_person(self, matter: store.Matter) -> Plan:
        """Staff have the conversation: understand for them, speak only where life is in danger."""
        words = matter.message.text.strip().lstrip("/")
        seen = await self._brain.parse(words) if words else None
        plan = Plan(queued_ack=matter.ownership.owner is Owner.QUEUE)
        if seen:
            plan.understanding = seen.model_dump()
            danger = seen.danger if seen.intent else plain_danger(words)
            if danger:
                plan.texts.append((first_line(danger), ()))
                plan.handoff = HandoffAsk(
                    reason=HandoffReason.DANGER, detail=matter.message.text, priority=DANGER
                )
        return plan
