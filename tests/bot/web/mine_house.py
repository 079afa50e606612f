"""A house with 我的诉求: real appeals that staff and a party work on, and a WeChat beside it."""

from collections.abc import Coroutine
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from PIL import Image
from sqlalchemy import select

from actions.appeals.appeal import Appeal, Filing
from actions.appeals.casework import Casework
from actions.appeals.deeds import Deed
from actions.appeals.life import Actor, By
from actions.appeals.record import Record
from actions.appeals.repository import Appeals
from actions.clock.deadlines import WorkingDeadlines
from actions.likeness.joining import Household, Joining
from bot.appeals.mine import MyAppeals
from bot.channels.web.mine import MineParts
from bot.channels.web.wechat_door import WeChatDoor
from bot.channels.wechat.api import WeChatApi
from bot.channels.wechat.config import WeChatConfig
from bot.channels.wechat.memory import SharedMemory
from bot.conversations import store
from bot.conversations.tables import ResidentRow
from knowledge.places.tables import CommunityRow, PartyRow
from tests.bot.web.house import SECRET, House
from tests.simulators.wechat import WeChatPlatform

ZONE = ZoneInfo("Asia/Shanghai")
STAFF = Actor(By.STAFF, "王芳（wang）")


class MineHouse(House):
    """Its public address is its own, so that WeChat can send a page back to it."""

    def __init__(self, folder: Path, platform: WeChatPlatform | None = None) -> None:
        self._platform = platform
        super().__init__(folder)
        self.call(self._settle())

    async def _build(self) -> None:
        await super()._build()
        deadlines = WorkingDeadlines(ZONE)
        self.appeals = Appeals(self.database, _now, ZONE, deadlines)
        self.casework = Casework(self.database, _now, deadlines)
        self.joining = Joining(self.database, self.casework, Record(_now, deadlines))
        self.calendar = deadlines.calendar

    async def _settle(self) -> None:
        async with self.database.write() as session:
            community = CommunityRow(slug="jcyy", name="江城雅苑", kind="market", aliases=[])
            session.add(community)
            await session.flush()
            party = PartyRow(
                community_id=community.id,
                kind="property",
                name="江城雅苑物业",
                handles=[],
                details={},
            )
            session.add(party)
            await session.flush()
            self.community_id, self.party_id = community.id, party.id

    @property
    def master(self) -> Actor:
        return Actor(By.PARTY, "张师傅（zhang）", party_id=self.party_id)

    def themselves(self, resident_id: int) -> Actor:
        return Actor(By.RESIDENT, "resident", resident_id=resident_id)

    def mine(self) -> MineParts | None:
        config = WeChatConfig()
        if self._platform:
            config = WeChatConfig(
                app_id=self._platform.app_id,
                app_secret=self._platform.app_secret,
                api_base=self._platform.api_base,
            )
        door = WeChatDoor(
            WeChatApi(config, SharedMemory()),
            config.app_id,
            self._platform.api_base if self._platform else "",
            self.url,
            SECRET,
            secure=False,
        )
        mine = MyAppeals(self.database, self.casework, self.joining, _now, self.calendar)
        return MineParts(mine, door, self.media, self.live)

    def does(self, appeal: Appeal, deed: Deed, actor: Actor = STAFF) -> Appeal:
        return self.call(self.casework.act(appeal.id, deed, actor))

    def filed(self, resident_id: int, content: str = "", **facts: Any) -> Appeal:
        plain = {
            "channel": "web",
            "content": content or "3栋2单元电梯坏了，老人下不了楼，请尽快来修",
            "category": "电梯",
            "place_text": "江城雅苑3栋2单元",
            "building": "3栋",
            "community_id": self.community_id,
            "lead_party_id": self.party_id,
        }
        filing = Filing.model_validate({"resident_id": resident_id, **plain, **facts})
        return self.call(self.appeals.file(filing))

    def joins(self, appeal: Appeal, resident_id: int) -> None:
        self.call(self.joining.join(appeal.id, Household(resident_id)))

    def resident(self, channel: str, user: str) -> int:
        async def enrol() -> int:
            async with self.database.write() as session:
                return (await session.run_sync(store.enrol, channel, user, _now()))[0]

        return self.call(enrol())

    def latest_resident(self) -> int:
        async def query() -> int:
            async with self.database.read() as session:
                ids = await session.scalars(select(ResidentRow.id).order_by(ResidentRow.id.desc()))
                return int(ids.first() or 0)

        return self.call(query())

    def photo(self, colour: str = "#4a7d70") -> int:
        out = BytesIO()
        Image.new("RGB", (640, 480), colour).save(out, "JPEG")
        return self.call(self._saved(self.media.save(out.getvalue(), "image/jpeg")))

    async def _saved(self, work: Coroutine[Any, Any, int]) -> int:
        return await work

    def events(self, appeal: Appeal) -> list[tuple[str, str]]:
        history = self.call(self.appeals.history(appeal.id))
        return [(event.kind, event.note) for event in history]


def _now() -> datetime:
    return datetime.now(UTC)
