"""Service requests of GeoReport v2 from appeals and back: nobody's person, words or room."""

import hashlib
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pydantic import ValidationError
from sqlalchemy import ColumnElement, select

from actions.appeals import reading
from actions.appeals.appeal import Appeal, Filing, kind_of
from actions.appeals.life import OPEN, STATUS_WORDS
from actions.appeals.repository import Appeals
from actions.appeals.tables import AppealRow
from actions.dispatch.dispatch import Dispatch
from bot.conversations import store
from bot.open311.formats import Item, Refusal
from bot.webhooks.notices import place_of
from knowledge.categories.tree import Leaf, category_tree
from knowledge.storage.database import Database

CHANNEL = "open311"
# The standard's own limits: ninety days, and a thousand requests.
SPAN = timedelta(days=90)
MOST = 1000
# About a hundred metres: where it is, not whose door.
_DECIMALS = 3


@dataclass(frozen=True, slots=True)
class Keys:
    """Who may create requests: names with their keys, and the place that we are."""

    keys: Mapping[str, str]
    jurisdiction: str = ""

    @classmethod
    def read(cls, text: str, jurisdiction: str = "") -> "Keys":
        """From `name:key,name:key`; raises ValueError where a part is neither."""
        keys = {}
        for part in filter(None, (each.strip() for each in text.split(","))):
            name, _, key = part.partition(":")
            if not name or len(key) < 16:
                raise ValueError(
                    "OPEN311_KEYS 的写法是 名称:密钥，密钥至少 16 个字符，多个用逗号隔开"
                )
            keys[name] = key
        return cls(keys, jurisdiction)

    def who(self, key: str) -> str:
        """Whose key it is; raises `Refusal`."""
        for name, known in self.keys.items():
            if secrets.compare_digest(known.encode(), key.encode()):
                return name
        raise Refusal(403, "missing or invalid api_key")

    def check_jurisdiction(self, wanted: str | None) -> None:
        """We are one jurisdiction: to name none is right, to name another is not."""
        if wanted and wanted != self.jurisdiction:
            raise Refusal(404, "jurisdiction_id provided was not found")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which requests: by numbers, else by code, time and status."""

    ids: Sequence[str] = ()
    codes: Sequence[str] = ()
    since: datetime | None = None
    until: datetime | None = None
    statuses: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to report, in the words of the standard."""

    service_code: str
    lat: float | None = None
    long: float | None = None
    address_string: str = ""
    description: str = ""
    email: str = ""
    device_id: str = ""
    account_id: str = ""
    first_name: str = ""
    last_name: str = ""
    phone: str = ""
    media_url: str = ""


class ServiceRequests:
    """Reads appeals as service requests, and files new ones."""

    def __init__(
        self,
        database: Database,
        appeals: Appeals,
        dispatch: Dispatch,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._appeals = appeals
        self._dispatch = dispatch
        self._clock = clock

    async def find(self, wanted: Wanted) -> list[Item]:
        """The newest first. Confidential appeals are in no public list."""
        fits: list[ColumnElement[bool]] = [AppealRow.confidential.is_(False)]
        if wanted.ids:
            fits.append(AppealRow.number.in_(wanted.ids))
        else:
            until = wanted.until or self._clock()
            since = wanted.since or until - SPAN
            if until - since > SPAN:
                since = until - SPAN
            fits += [AppealRow.created_at >= since, AppealRow.created_at <= until]
            if wanted.codes:
                fits.append(AppealRow.category.in_(wanted.codes))
            if wanted.statuses and set(wanted.statuses) != {"open", "closed"}:
                is_open = AppealRow.status.in_(OPEN)
                fits.append(is_open if wanted.statuses[0] == "open" else ~is_open)
        query = select(AppealRow.id).where(*fits)
        async with self._database.read() as session:
            found = await reading.some(session, query, newest_first=True, limit=MOST)
        return [request_of(each) for each in found]

    async def create(self, asked: Asked, who: str) -> str:
        """File an appeal and return its number; raises `Refusal`.

        The same words for the same place from the same sender on one day are one request.
        """
        leaf = next(
            (each for each in category_tree().leaves if each.key == asked.service_code), None
        )
        if leaf is None:
            raise Refusal(404, "service_code provided was not found")
        if (asked.lat is None or asked.long is None) and not asked.address_string:
            raise Refusal(400, "a location is required: lat and long, or address_string")
        content = asked.description or f"{leaf.key}：{leaf.covers}"
        if asked.media_url:
            content += f"\n照片：{asked.media_url}"
        digest = hashlib.sha256(repr((asked, who, self._clock().date())).encode()).hexdigest()
        name = f"{asked.last_name}{asked.first_name}"[:40]
        try:
            filing = Filing(
                resident_id=0,
                channel=CHANNEL,
                external_number=f"open311:{digest[:40]}",
                kind=kind_of(content),
                content=content,
                category=leaf.key,
                place_text=asked.address_string[:200],
                latitude=asked.lat,
                longitude=asked.long,
                contact_name=name,
                phone=asked.phone[:40],
                anonymous=not (name or asked.phone),
            )
        except ValidationError as error:
            raise Refusal(400, "a value is out of its range or too long") from error
        completed = await self._dispatch.complete(filing)
        sender = asked.account_id or asked.device_id or asked.email or asked.phone or digest
        user = hashlib.sha256(f"{who}\n{sender}".encode()).hexdigest()
        async with self._database.write() as session:
            resident_id, _ = await session.run_sync(store.enrol, CHANNEL, user, self._clock())
            filing = completed.model_copy(update={"resident_id": resident_id})
            return (await self._appeals.file_within(session, filing, f"open311（{who}）")).number


def service_of(leaf: Leaf, group: str) -> Item:
    """A category as a service; our numbers come at once, so every service is realtime."""
    return {
        "service_code": leaf.key,
        "service_name": leaf.key,
        "description": leaf.covers,
        "metadata": False,
        "type": "realtime",
        "keywords": ", ".join(leaf.official),
        "group": group,
    }


def services() -> list[Item]:
    return [
        service_of(leaf, group.key) for group in category_tree().groups for leaf in group.leaves
    ]


def request_of(appeal: Appeal) -> Item:
    """An appeal as everybody may see it: what kind, roughly where, who solves it, until when."""
    return {
        "service_request_id": appeal.number,
        "status": "open" if appeal.is_open else "closed",
        "status_notes": STATUS_WORDS[appeal.status],
        "service_name": appeal.category,
        "service_code": appeal.category,
        "description": f"{place_of(appeal)}：{appeal.category}",
        "agency_responsible": appeal.lead_party,
        "service_notice": None,
        "requested_datetime": _moment(appeal.created_at),
        "updated_datetime": _moment(appeal.updated_at),
        "expected_datetime": _moment(appeal.due_at),
        "address": place_of(appeal) if appeal.community else None,
        "address_id": None,
        "zipcode": None,
        "lat": None if appeal.latitude is None else round(appeal.latitude, _DECIMALS),
        "long": None if appeal.longitude is None else round(appeal.longitude, _DECIMALS),
        "media_url": None,
    }


def _moment(at: datetime | None) -> str | None:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else None
