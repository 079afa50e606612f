"""A real server on a free port with a small gate of its own: what the web channel's tests visit."""

import asyncio
import socket
import threading
from collections.abc import Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import uvicorn
from fastapi import FastAPI
from redis.asyncio import Redis
from sqlalchemy import func, select

import actions.appeals.tables  # noqa: F401
import knowledge.entries.tables
import knowledge.places.tables  # noqa: F401
from bot.channels.web.mailbox import Mailbox
from bot.channels.web.mine import MineParts
from bot.channels.web.routes import web_router
from bot.conversations.contract import Accepted, Inbound, Outgoing
from bot.conversations.live import Live, conversation_topic
from bot.conversations.media import MediaStore
from bot.conversations.tables import ConversationRow, MessageRow, ResidentRow
from bot.staff.tables import StaffRow
from knowledge.storage.database import Base, Database

SECRET = "a-secret-of-the-tests"
PUBLIC_URL = "https://shequ.example"
T = TypeVar("T")


class EchoGate:
    """Stores like the real gate, answers by a few fixed rules."""

    def __init__(self, database: Database, live: Live) -> None:
        self._database = database
        self._live = live
        self._turns: dict[int, asyncio.Task[list[Outgoing]]] = {}
        self.inbounds: list[Inbound] = []
        self.slowness = 0.0
        self.fail_after_storing = 0
        self.publishes = True

    async def accept(self, inbound: Inbound) -> Accepted:
        self.inbounds.append(inbound)
        async with self._database.write() as session:
            old = await session.scalar(
                select(MessageRow).where(MessageRow.dedup_key == inbound.dedup_key)
            )
            conversation = await self._conversation(session, inbound.channel_user)
            row = old or MessageRow(
                conversation_id=conversation.id,
                channel=inbound.channel,
                direction="in",
                author="resident",
                kind=inbound.kind,
                text=inbound.text,
                media_id=inbound.media_id,
                dedup_key=inbound.dedup_key,
                details=inbound.details,
                delivery="received",
                created_at=datetime.now(UTC),
            )
            session.add(row)
        if self.fail_after_storing:
            self.fail_after_storing -= 1
            raise RuntimeError("the database went away after the commit")
        return Accepted(row.id, conversation.id, conversation.resident_id, old is None)

    async def _conversation(self, session: Any, visitor: str) -> ConversationRow:
        found = await session.scalar(
            select(ConversationRow).join(ResidentRow).where(ResidentRow.channel_user == visitor)
        )
        if found:
            return found
        now = datetime.now(UTC)
        resident = ResidentRow(channel="web", channel_user=visitor, created_at=now)
        session.add(resident)
        await session.flush()
        conversation = ConversationRow(resident_id=resident.id, created_at=now, last_at=now)
        session.add(conversation)
        await session.flush()
        return conversation

    async def replies_to(self, accepted: Accepted) -> list[Outgoing]:
        turn = self._turns.get(accepted.message_id)
        if turn is None:
            turn = asyncio.create_task(self._reply(accepted))
            self._turns[accepted.message_id] = turn
        return await asyncio.shield(turn)

    async def _reply(self, accepted: Accepted) -> list[Outgoing]:
        await asyncio.sleep(self.slowness)
        async with self._database.read() as session:
            asked = await session.get(MessageRow, accepted.message_id)
        assert asked is not None
        if asked.kind == "event":
            text = f"您扫的是{asked.details['scene']}的码。"
            await self.say(accepted.conversation_id, "bot", text)
        elif asked.text == "转人工":
            await self.say(accepted.conversation_id, "system", "已为您转接社区工作人员。")
            await self.say(accepted.conversation_id, "staff", "您好，我是小王，请讲。", staff_id=1)
        elif asked.text == "高龄津贴怎么办":
            buttons = [
                {"title": "需要什么材料", "payload": '/ask{"topic": "材料"}'},
                {"title": "在哪里办", "payload": '/ask{"topic": "地点"}'},
            ]
            text = (
                "年满 80 周岁的户籍老人可以申领高龄津贴。\n带上身份证、户口簿和本人银行卡，"
                "到社区服务大厅办理，也可以请家人代办。\n咨询电话：0571-88001234。您想先了解哪一项？"
            )
            await self.say(accepted.conversation_id, "bot", text, buttons=buttons)
        elif asked.media_id:
            await self.say(accepted.conversation_id, "bot", "照片收到了，请问是哪一栋楼？")
        else:
            tapped = asked.details.get("payload")
            text = f"您点了：{tapped}" if tapped else f"您说的是“{asked.text}”，我记下了。"
            await self.say(accepted.conversation_id, "bot", text)
        return []

    async def say(self, conversation_id: int, author: str, text: str, **more: Any) -> None:
        async with self._database.write() as session:
            session.add(
                MessageRow(
                    conversation_id=conversation_id,
                    channel="web",
                    direction="out",
                    author=author,
                    kind="text",
                    text=text,
                    delivery="pending",
                    created_at=datetime.now(UTC),
                    **more,
                )
            )
        if self.publishes:
            await self._live.publish(conversation_topic(conversation_id), "message")

    async def take_passive(self, message_ids: list[int]) -> bool:
        raise NotImplementedError

    async def release(self, accepted: Accepted) -> None:
        raise NotImplementedError

    async def attach_media(self, message_id: int, data: bytes, mime: str) -> int:
        raise NotImplementedError


class House:
    """The server, its thread and its database; it can close and open again on the same port."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.call(self._build())

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def call(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    async def _build(self) -> None:
        self.database = Database(f"sqlite+aiosqlite:///{self._folder / 'web.db'}")
        async with self.database.engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
        async with self.database.write() as session:
            for number, name in ((1, "王芳"), (2, "社区管理员")):
                session.add(
                    StaffRow(
                        id=number,
                        username=f"staff{number}",
                        name=name,
                        role="staff",
                        password_hash="-",
                        created_at=datetime.now(UTC),
                    )
                )
        # Never connected: events stay in this process, as when Redis is away.
        self.live = Live(Redis.from_url("redis://127.0.0.1:1"))
        self.media = MediaStore(self.database, self._folder / "media")
        self.gate = EchoGate(self.database, self.live)

    def mine(self) -> MineParts | None:
        """The parts of 我的诉求, in a house that has it."""
        return None

    def open(self) -> None:
        self.call(self._open())

    async def _open(self) -> None:
        app = FastAPI()
        mailbox = Mailbox(self.database)
        app.include_router(
            web_router(
                self.gate,
                mailbox,
                self.media,
                self.live,
                SECRET,
                secure=False,
                public_url=PUBLIC_URL,
                mine=self.mine(),
            )
        )
        config = uvicorn.Config(app, port=self.port, log_level="warning", lifespan="off")
        config.timeout_graceful_shutdown = 1
        self._server = uvicorn.Server(config)
        self._serving = asyncio.create_task(self._server._serve())
        while not self._server.started:  # noqa: ASYNC110
            await asyncio.sleep(0.01)

    def close(self) -> None:
        self.call(self._close())

    async def _close(self) -> None:
        self._server.should_exit = True
        await self._serving

    def tear_down(self) -> None:
        self.close()
        self.call(self.database.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def count(self, direction: str) -> int:
        async def query() -> int:
            async with self.database.read() as session:
                statement = select(func.count()).where(MessageRow.direction == direction)
                return int(await session.scalar(statement.select_from(MessageRow)) or 0)

        return self.call(query())

    def latest_conversation(self) -> int:
        async def query() -> int:
            async with self.database.read() as session:
                return int(await session.scalar(select(func.max(ConversationRow.id))) or 0)

        return self.call(query())
