"""What the gateway is made of, built in one place from its settings."""

import asyncio
import logging
import secrets
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from redis.asyncio import Redis

from actions.answering import Answering
from actions.appeals.casework import Casework
from actions.appeals.repository import Appeals
from actions.clock.deadlines import WorkingDeadlines
from actions.clock.watch import Watch
from actions.likeness.assembly import Neighbours
from bot.appeals.herald import Herald
from bot.appeals.messages import ResidentMessages
from bot.appeals.watching import Watching
from bot.background import Background, ended
from bot.channels.web.mailbox import Mailbox
from bot.channels.wechat.api import WeChatApi
from bot.channels.wechat.channel import WeChatChannel
from bot.channels.wechat.config import WeChatConfig
from bot.channels.wechat.memory import SharedMemory
from bot.channels.wechat.scenes import SceneCodes
from bot.channels.wechat.sender import WeChatSender
from bot.conversations.brain import Brain
from bot.conversations.fallback import KnowledgeFallback
from bot.conversations.handling import Conversations
from bot.conversations.handoffs import Handoffs
from bot.conversations.live import Live
from bot.conversations.media import MediaStore
from bot.conversations.outbox import Outbox
from bot.conversations.sweeper import Sweeper
from bot.conversations.turns import Turns
from bot.settings import GatewaySettings
from bot.staff.accounts import StaffAccounts
from bot.staff.guard import StaffGuard
from bot.staff.sessions import Sessions
from bot.webhooks.addresses import Poster
from bot.webhooks.courier import Courier
from bot.webhooks.listening import Listening
from bot.webhooks.notices import Alerts
from bot.webhooks.registry import Webhooks
from knowledge.entries.repository import EntryRepository
from knowledge.places.repository import PlaceRepository
from knowledge.search.assembly import build_search
from knowledge.search.service import KnowledgeSearch
from knowledge.storage.database import Database

log = logging.getLogger(__name__)


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class Parts:
    """The gateway's parts; `start` and `stop` are called by the app's lifespan."""

    settings: GatewaySettings
    secret_key: str
    clock: Callable[[], datetime]
    zone: ZoneInfo
    database: Database
    redis: Redis
    live: Live
    media: MediaStore
    search: KnowledgeSearch
    entries: EntryRepository
    places: PlaceRepository
    appeals: Appeals
    casework: Casework
    watching: Watching
    herald: Herald
    neighbours: Neighbours
    webhooks: Webhooks
    courier: Courier
    accounts: StaffAccounts
    guard: StaffGuard
    brain: Brain
    conversations: Conversations
    handoffs: Handoffs
    outbox: Outbox
    sweeper: Sweeper
    mailbox: Mailbox
    wechat: WeChatChannel
    wechat_api: WeChatApi
    # QR codes that open the official account; None where none is connected.
    scenes: SceneCodes | None

    async def start(self, stack: AsyncExitStack) -> None:
        """Start the background tasks; the stack stops them in reverse order."""
        stack.push_async_callback(self.database.close)
        stack.push_async_callback(self.redis.aclose)
        stack.push_async_callback(self.search.close)
        stack.push_async_callback(self.brain.close)
        stack.push_async_callback(self.wechat_api.aclose)
        # Residents are served at once: the gateway searches only for the office and while Rasa is away.
        warming = asyncio.create_task(self.search.warm_up(), name="search-warm-up")
        stack.push_async_callback(ended, warming)
        tasks: tuple[Background, ...] = (
            self.live,
            self.outbox,
            self.sweeper,
            self.watching,
            self.herald,
            self.courier,
        )
        for task in tasks:
            await task.start()
            stack.push_async_callback(task.stop)
        stack.push_async_callback(self.conversations.close)
        stack.push_async_callback(self.wechat.aclose)


def build_parts(settings: GatewaySettings, clock: Callable[[], datetime] = utc_now) -> Parts:
    """Build every part; nothing runs yet."""
    zone = ZoneInfo(settings.timezone)
    database = Database(settings.sql_url)
    redis = Redis.from_url(settings.redis_url or "redis://127.0.0.1:6379", socket_timeout=5)
    live = Live(redis)
    media = MediaStore(database, settings.media_dir)
    entries = EntryRepository(database, clock)
    search = build_search(settings, entries)
    answering = Answering(search, entries, clock)
    deadlines = WorkingDeadlines(zone)
    casework = Casework(database, clock, deadlines)
    secret_key = settings.secret_key or _kept_secret(settings)
    brain = Brain(settings.rasa_url, settings.rasa_token, settings.rasa_timeout)
    conversations = Conversations(
        database,
        brain,
        KnowledgeFallback(answering),
        live,
        Turns(redis),
        media,
        clock,
        misses_before_handoff=settings.misses_before_handoff,
        idle=timedelta(minutes=settings.session_idle_minutes),
        public_url=settings.public_url,
    )
    handoffs = Handoffs(database, live, clock, conversations.outbox_has_work.set)
    accounts = StaffAccounts(database, clock, on_deactivate=handoffs.release_all)
    config = _wechat_config(settings)
    memory = SharedMemory(redis)
    wechat_api = WeChatApi(config, memory)
    sender = WeChatSender(wechat_api, media.load, memory, clock, config, settings.public_url)
    outbox = Outbox(
        database, {"wechat": sender}, live, clock, has_work=conversations.outbox_has_work
    )
    return Parts(
        settings=settings,
        secret_key=secret_key,
        clock=clock,
        zone=zone,
        database=database,
        redis=redis,
        live=live,
        media=media,
        search=search,
        entries=entries,
        places=PlaceRepository(database),
        appeals=Appeals(database, clock, zone, deadlines),
        casework=casework,
        watching=Watching(Watch(database, casework, deadlines, clock)),
        herald=Herald(
            database,
            ResidentMessages(clock, deadlines.calendar, settings.public_url),
            live,
            conversations.outbox_has_work.set,
            [Listening(clock, Alerts(zone, settings.public_url)).hear],
        ),
        neighbours=Neighbours.on(database, casework, deadlines, search.vector, clock),
        webhooks=Webhooks(database, clock, settings.webhook_allow_private),
        courier=Courier(database, Poster(settings.webhook_allow_private), clock),
        accounts=accounts,
        guard=StaffGuard(Sessions(accounts, secret_key, clock)),
        brain=brain,
        conversations=conversations,
        handoffs=handoffs,
        outbox=outbox,
        sweeper=Sweeper(conversations),
        mailbox=Mailbox(database),
        wechat=WeChatChannel(conversations, config, wechat_api, memory),
        wechat_api=wechat_api,
        scenes=_scenes(config, wechat_api, memory),
    )


def _wechat_config(settings: GatewaySettings) -> WeChatConfig:
    return WeChatConfig(
        token=settings.wechat_token,
        app_id=settings.wechat_app_id,
        app_secret=settings.wechat_app_secret,
        aes_key=settings.wechat_aes_key,
        passive_deadline=settings.wechat_passive_deadline,
        api_base=settings.wechat_api_base,
        template_id=settings.wechat_template_id,
        template_fields=settings.wechat_template_fields,
    )


def _scenes(config: WeChatConfig, api: WeChatApi, memory: SharedMemory) -> SceneCodes | None:
    connected = config.token and config.app_id and config.app_secret
    return SceneCodes(api, memory, config.app_id) if connected else None


def _kept_secret(settings: GatewaySettings) -> str:
    """The key that signs cookies: made once, kept where only this user can read it."""
    path = settings.data_dir / "secret_key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48), encoding="utf-8")
    return path.read_text(encoding="utf-8")
