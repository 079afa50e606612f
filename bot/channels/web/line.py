"""One browser's open line: takes its frames in, keeps it told of everything newer than it saw."""

import asyncio
import logging
from typing import Any

import orjson
from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError
from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.channels.web.frames import FRAME, FRAME_CHARS, TEXT_CHARS, Hello, Say, Scan
from bot.channels.web.limits import Buckets
from bot.channels.web.mailbox import CHANNEL, Item, Mailbox, dedup_key
from bot.channels.web.visitors import Visitors
from bot.channels.web.words import Answers
from bot.conversations.contract import Accepted, ConversationGate, Inbound
from bot.conversations.live import Live, conversation_topic

log = logging.getLogger(__name__)

LOOK_EVERY = 3.0
HISTORY = 200
# Ids are given before they are committed: a lower one may appear a moment after a higher one.
OVERLAP = 100


class Line:
    """Lives as long as its socket, and after it until the replies under way are done."""

    def __init__(
        self,
        socket: WebSocket,
        visitor: str,
        gate: ConversationGate,
        mailbox: Mailbox,
        live: Live,
        visitors: Visitors,
        buckets: Buckets,
        answers: Answers,
    ) -> None:
        self._socket = socket
        self._visitor = visitor
        self._gate = gate
        self._mailbox = mailbox
        self._live = live
        self._visitors = visitors
        self._buckets = buckets
        self._answers = answers
        self._conversation: int | None = None
        self._wake = asyncio.Event()
        self._greeted = False
        self._reading = asyncio.Lock()
        self._last = 0
        self._shown: set[int] = set()
        self._replying = 0

    async def serve(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            keeper = tasks.create_task(self._keep_told())
            try:
                await self._listen(tasks)
            finally:
                keeper.cancel()

    async def _listen(self, tasks: asyncio.TaskGroup) -> None:
        while (event := await self._socket.receive())["type"] != "websocket.disconnect":
            raw = event.get("text") or event.get("bytes") or ""
            try:
                if len(raw) > FRAME_CHARS:
                    raise ValueError("frame too long")
                frame = FRAME.validate_json(raw)
            except (ValidationError, ValueError):
                await self._send(type="error", text=self._answers.bad_frame)
                continue
            if isinstance(frame, Hello):
                await self._hello(frame)
            elif isinstance(frame, Scan):
                await self._scan(frame, tasks)
            else:
                await self._say(frame, tasks)

    async def _hello(self, hello: Hello) -> None:
        self._last, self._greeted = hello.after, True
        self._shown.clear()
        try:
            await self._tell_newer(even_if_none=True)
        except SQLAlchemyError:
            log.exception("web: mailbox not readable at hello")
        self._wake.set()

    async def _say(self, say: Say, tasks: asyncio.TaskGroup) -> None:
        media_id = None
        if say.media_id is not None:
            media_id = self._visitors.media_of(self._visitor, say.media_id)
            if media_id is None:
                return await self._refuse(say, self._answers.bad_photo)
        if len(say.text) > TEXT_CHARS:
            return await self._refuse(say, self._answers.too_long)
        if not say.text.strip() and media_id is None:
            return await self._refuse(say, self._answers.empty)
        return await self._accept(say, await self._inbound(say, media_id), tasks)

    async def _scan(self, scan: Scan, tasks: asyncio.TaskGroup) -> None:
        inbound = Inbound(
            channel=CHANNEL,
            channel_user=self._visitor,
            dedup_key=dedup_key(self._visitor, scan.id),
            kind="event",
            details={"event": "SCAN", "scene": scan.code},
        )
        await self._accept(scan, inbound, tasks)

    async def _accept(self, frame: Say | Scan, inbound: Inbound, tasks: asyncio.TaskGroup) -> None:
        if wait := self._buckets.take(self._visitor):
            return await self._refuse(frame, self._answers.too_fast, retry_after=wait)
        try:
            accepted = await self._gate.accept(inbound)
        except Exception:
            # Whatever kept the gate from storing it, the page still has it and asks again.
            log.exception("web: message not accepted")
            return await self._refuse(frame, self._answers.not_kept, retry_after=LOOK_EVERY)
        self._conversation = accepted.conversation_id
        self._wake.set()
        await self._send(type="ack", id=frame.id, message_id=accepted.message_id)
        tasks.create_task(self._reply(accepted))
        return None

    async def _inbound(self, say: Say, media_id: int | None) -> Inbound:
        details: dict[str, Any] = {}
        conversation = await self._find_conversation()
        # Only what was offered counts as a tap; a made-up payload is mere text.
        if (
            say.payload is not None
            and conversation is not None
            and await self._mailbox.offered(conversation, say.payload)
        ):
            details["payload"] = say.payload
        return Inbound(
            channel=CHANNEL,
            channel_user=self._visitor,
            dedup_key=dedup_key(self._visitor, say.id),
            kind="text" if media_id is None else "image",
            text=say.text.strip(),
            media_id=media_id,
            details=details,
        )

    async def _reply(self, accepted: Accepted) -> None:
        self._replying += 1
        try:
            if self._replying == 1:
                await self._send(type="typing", on=True)
            await self._gate.replies_to(accepted)
            if self._greeted:
                await self._tell_newer()
        except Exception:
            log.exception("web: reply to message %s failed", accepted.message_id)
        finally:
            self._replying -= 1
            if not self._replying:
                await self._send(type="typing", on=False)

    async def _keep_told(self) -> None:
        """Read at every live event, and every few seconds in case one was lost."""
        await self._wake.wait()
        while (conversation := await self._find_conversation()) is None:
            self._wake.clear()
            try:
                await asyncio.wait_for(self._wake.wait(), LOOK_EVERY)
            except TimeoutError:
                continue
        async with self._live.subscribe(conversation_topic(conversation)) as events:
            while True:
                try:
                    if self._greeted:
                        await self._tell_newer()
                except SQLAlchemyError:
                    log.exception("web: mailbox not readable")
                await events.next(LOOK_EVERY)

    async def _find_conversation(self) -> int | None:
        if self._conversation is None:
            try:
                self._conversation = await self._mailbox.conversation_of(self._visitor)
            except SQLAlchemyError:
                log.exception("web: conversation not readable")
        return self._conversation

    async def _tell_newer(self, even_if_none: bool = False) -> None:
        async with self._reading:
            items: list[Item] = []
            if (conversation := await self._find_conversation()) is not None:
                floor = max(0, self._last - OVERLAP)
                newer = await self._mailbox.newer(conversation, floor, HISTORY)
                items = [item for item in newer if item.id not in self._shown]
            if items or even_if_none:
                await self._send(type="messages", items=items)
            self._shown.update(item.id for item in items)
            self._last = max(self._last, *self._shown, 0)
            self._shown = {shown for shown in self._shown if shown > self._last - OVERLAP}

    async def _refuse(self, frame: Say | Scan, text: str, **facts: float) -> None:
        await self._send(type="error", id=frame.id, text=text, **facts)

    async def _send(self, **frame: Any) -> None:
        """A socket that is gone takes no frames; the page will ask again after it reconnects."""
        try:
            await self._socket.send_text(orjson.dumps(frame).decode())
        except (WebSocketDisconnect, RuntimeError):
            log.debug("web: socket gone before a frame of type %s", frame["type"])
