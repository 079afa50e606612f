"""A real gateway with the office alone: `python -m tests.bot.office.server DATABASE PORT`."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from difflib import SequenceMatcher
from pathlib import Path
from zoneinfo import ZoneInfo

import uvicorn
from argon2 import PasswordHasher
from fastapi import FastAPI
from nicegui import ui
from redis.asyncio import Redis

from actions.appeals.appeal import Filing
from actions.appeals.repository import Appeals
from actions.clock.deadlines import WorkingDeadlines
from actions.dispatch.dispatch import Dispatch
from actions.dispatch.versions import DispatchRules
from actions.volunteers.reading import offers
from bot.api.dispatch import dispatch_api
from bot.api.knowledge import knowledge_api
from bot.api.places import places_api
from bot.api.volunteers import volunteers_api
from bot.conversations.live import Live
from bot.conversations.owners import Owner
from bot.conversations.tables import ConversationRow, ResidentRow
from bot.office.codes_page import poster_router
from bot.office.dispatching import DispatchEditing
from bot.office.editing import KnowledgeEditing
from bot.office.links_page import LinkServices
from bot.office.links_page import register as register_links
from bot.office.place_services import PlaceServices
from bot.office.posters import Posters
from bot.office.register import register_office, register_places
from bot.office.services import OfficeServices
from bot.office.volunteering import Volunteering
from bot.office.volunteers_page import VolunteerServices
from bot.office.volunteers_page import register as register_volunteers
from bot.staff.accounts import StaffAccounts
from bot.staff.guard import OwnOriginOnly, StaffGuard
from bot.staff.member import Role
from bot.staff.routes import staff_router
from bot.staff.sessions import Sessions
from bot.webhooks.registry import WebhookPlan, Webhooks
from bot.webhooks.tables import FAILED, WebhookDeliveryRow
from knowledge.entries.loader import load_entries
from knowledge.entries.repository import EntryRepository
from knowledge.places.codes import PlaceCodes
from knowledge.places.loader import load_places
from knowledge.places.repository import PlaceRepository
from knowledge.search.decide import Decision, Kind
from knowledge.search.index import Hit
from knowledge.search.rows import Indexed
from knowledge.search.service import KnowledgeSearch
from knowledge.settings import PROJECT_ROOT
from knowledge.storage.database import Base, Database

PASSWORD = "long enough"
PUBLIC_URL = "https://shequ.example"


# What was asked, what was offered, and how many residents tapped each of it or nothing.
OFFERED = (
    (
        "老人补贴去哪里领",
        {"高龄津贴怎么申请": 0, "困难老人养老服务补贴": 0, "残疾人两项补贴": 0},
        4,
    ),
    ("证件丢了怎么补", {"身份证丢了怎么补": 3, "户口本丢了、分户、变更": 1}, 1),
    ("食堂几点开饭", {"老年食堂和送餐": 2, "社区食堂怎么去吃": 0}, 0),
    ("帮老人送饭吗", {"老年食堂和送餐": 0, "居家养老上门服务怎么约": 0}, 1),
)


# Who signed up by chat, in their own words.
SIGNED_UP = ("我叫刘国强，会修水电，周末有空，13912345678", "我叫周芳，会理发，工作日上午有空")


def now() -> datetime:
    return datetime.now(UTC)


async def offer_choices(entries: EntryRepository) -> None:
    """Residents ask questions that knowledge is not sure of, and tap or do not."""
    ids = {entry.content.title: entry.id for entry in await entries.published()}
    for question, taps, untapped in OFFERED:
        tapped = [ids[title] for title, times in taps.items() for _ in range(times)]
        for entry_id in [*tapped, *[None] * untapped]:
            offer = await entries.record_offer(question, [ids[title] for title in taps], 0.6)
            if offer is not None and entry_id is not None:
                await entries.record_tap(offer, entry_id)


async def lose_a_notice(database: Database, webhooks: Webhooks) -> None:
    """A webhook that never answered was given up."""
    zone = ZoneInfo("Asia/Shanghai")
    appeals = Appeals(database, now, zone, WorkingDeadlines(zone))
    filing = Filing(resident_id=1, channel="web", content="路灯不亮", category="路灯")
    appeal = await appeals.file(filing)
    event = (await appeals.history(appeal.id))[0]
    plan = WebhookPlan(url="https://lost.example/hook")
    webhook = await webhooks.register(plan)
    async with database.write() as session:
        session.add(
            WebhookDeliveryRow(
                webhook_id=webhook.id,
                event_id=event.id,
                body={},
                status=FAILED,
                attempts=6,
                next_at=None,
                last_error="对方回答 500",
            )
        )


async def sign_up(database: Database, work: Volunteering, community_id: int) -> None:
    """Residents offer their help by chat."""
    for number, words in enumerate(SIGNED_UP, 71):
        async with database.write() as session:
            resident = ResidentRow(
                id=number, channel="web", channel_user=f"v{number}", created_at=now()
            )
            session.add(resident)
            await session.flush()
            session.add(
                ConversationRow(
                    id=number, resident_id=number, owner=Owner.BOT, created_at=now(), last_at=now()
                )
            )
        offer = offers().read(words).model_copy(update={"community_id": community_id})
        await work.volunteers.sign_up(number, offer)


def gateway(database_path: Path) -> FastAPI:
    """The composition root of the test."""
    database = Database(f"sqlite+aiosqlite:///{database_path}")
    entries = EntryRepository(database, now)
    webhooks = Webhooks(database, now)
    places = PlaceRepository(database)
    accounts = StaffAccounts(database, now, PasswordHasher(time_cost=1, memory_cost=64))
    guard = StaffGuard(Sessions(accounts, "secret of the test", now))

    async def alike(text: str) -> Decision:
        """A stand-in for search: likeness of letters is enough for a look."""
        hits = [
            Hit(entry.id, entry.slug, entry.version, entry.content.title, likeness, question)
            for entry in await entries.published()
            for likeness, question in [
                max((SequenceMatcher(None, text, q).ratio(), q) for q in entry.content.questions)
            ]
        ]
        best = tuple(sorted(hits, key=lambda hit: -hit.confidence)[:5])
        sure = best[0].confidence if best else 0.0
        kind: Kind = "answer" if sure > 0.8 else "choices" if sure > 0.5 else "unknown"
        return Decision(kind, best)

    async def published() -> list[Indexed]:
        return [Indexed(*entry) for entry in await entries.published()]

    # By words alone: what is examined here is the door, not the encoder.
    search = KnowledgeSearch(published, entries.revision, None)
    live = Live(Redis.from_url("redis://127.0.0.1:1"))
    editing = KnowledgeEditing(entries, accounts, live, alike, search.rehearse)
    zone = ZoneInfo("Asia/Shanghai")
    appeals = Appeals(database, now, zone, WorkingDeadlines(zone))
    work = Volunteering.on(database, appeals, live, now, lambda: None)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with database.engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
        await accounts.create("chen", "陈管理", Role.ADMIN, PASSWORD)
        await accounts.create("li", "李书记", Role.SECRETARY, PASSWORD)
        await accounts.create("wang", "王晓", Role.STAFF, PASSWORD)
        await entries.load_starter(load_entries(PROJECT_ROOT / "knowledge" / "content" / "entries"))
        await places.load(load_places(PROJECT_ROOT / "knowledge" / "content" / "places"))
        await DispatchRules(database, now).load_starter()
        await search.warm_up()
        for text, times in (("小区里能不能养鸡", 6), ("楼下广场舞几点要停", 3), ("哪里能修伞", 1)):
            for _ in range(times):
                await entries.record_miss(text, 1, 0.2)
        await offer_choices(entries)
        await lose_a_notice(database, webhooks)
        await sign_up(database, work, (await places.communities())[0].id)
        yield
        await database.close()

    app = FastAPI(lifespan=lifespan)
    app.add_middleware(OwnOriginOnly)
    app.include_router(staff_router(accounts, guard))
    app.include_router(knowledge_api(editing, guard))
    office = OfficeServices(editing, guard, now, ZoneInfo("Asia/Shanghai"))
    register_office(office)
    dispatch, rules = Dispatch.on(database, now), DispatchRules(database, now)
    dispatching = DispatchEditing(rules, dispatch, places, PlaceCodes(database, now), accounts)
    services = PlaceServices(office, dispatching, Posters(None, PUBLIC_URL))
    app.include_router(dispatch_api(dispatching, guard))
    app.include_router(places_api(dispatching, services.posters, guard))
    app.include_router(poster_router(services))
    register_places(services)
    register_links(LinkServices(office, webhooks))
    app.include_router(volunteers_api(work, guard))
    register_volunteers(VolunteerServices(office, work, places))
    ui.run_with(
        app,
        title="民呼我应",
        language="zh-CN",
        tailwind=False,
        storage_secret="secret of the test",
        show_welcome_message=False,
    )
    return app


if __name__ == "__main__":
    config = uvicorn.Config(gateway(Path(sys.argv[1])), port=int(sys.argv[2]), log_level="warning")
    asyncio.run(uvicorn.Server(config).serve())
