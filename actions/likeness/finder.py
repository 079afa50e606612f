"""Finds open appeals that likely tell of the same problem as another one (疑似重复)."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Row, Select, select
from sqlalchemy.orm import Session

from actions.appeals import reading
from actions.appeals.appeal import Appeal, Filing
from actions.appeals.life import OPEN
from actions.appeals.tables import AppealFollowerRow, AppealRow
from actions.likeness.likeness import Likeness, groups
from actions.likeness.telling import Telling
from knowledge.categories.tree import OTHER
from knowledge.storage.database import Database

log = logging.getLogger(__name__)

Vector = NDArray[np.float32]
Encode = Callable[[str], Awaitable[Vector | None]]

# The newest so many are looked at; a place with more open appeals of a kind has other worries.
_LOOKED_AT = 100
# What was not encoded before is encoded now, but no more than a resident can wait for.
_ENCODED_AT_ONCE = 8
_REMEMBERED = 20_000
_Near = Row[*tuple[Any, ...]]
_LOOKED_FOR = (
    AppealRow.id,
    AppealRow.content,
    AppealRow.category,
    AppealRow.created_at,
    AppealRow.community_id,
    AppealRow.building,
    AppealRow.latitude,
    AppealRow.longitude,
)


@dataclass(frozen=True)
class Alike:
    """An open appeal that likely tells of the same problem, and how likely (0 to 1)."""

    appeal: Appeal
    probability: float

    @property
    def households(self) -> int:
        """How many households told of it: who filed it, and who joined."""
        return 1 + self.appeal.followers


class Finder:
    """Asks SQL for what may be the same, and likeness for what is; remembers what it encoded."""

    def __init__(
        self,
        database: Database,
        likeness: Likeness,
        encode: Encode,
        clock: Callable[[], datetime],
    ) -> None:
        """`encode` gives the vector of a text, or None while there is no encoder."""
        self._database = database
        self._likeness = likeness
        self._encode = encode
        self._clock = clock
        self._tellings: OrderedDict[int, Telling] = OrderedDict()

    async def candidates(
        self, about: Filing | Appeal, limit: int = 3, *, to_resident: bool = False
    ) -> list[Alike]:
        """Open appeals that are likely the same, the likeliest first.

        Nothing is encoded where no open appeal is near. `to_resident` leaves out what another
        resident must not hear of, and what this one filed or joined already.
        """
        rules = self._likeness.rules
        if to_resident and (about.category in rules.private or about.confidential):
            return []
        rows = await self._database.look(_all, self._near(about, to_resident))
        if not rows:
            return []
        found = await self._likely(self._telling_of(about), [self._telling(row) for row in rows])
        if not found:
            return []
        best = sorted(found, key=lambda each: (-each[1], each[0]))[:limit]
        async with self._database.read() as session:
            appeals = await reading.by_ids(session, [appeal_id for appeal_id, _ in best])
        likely = dict(best)
        return [Alike(appeal, likely[appeal.id]) for appeal in appeals if appeal.is_open]

    def _near(self, about: Filing | Appeal, to_resident: bool) -> Select[*tuple[Any, ...]]:
        """What SQL can tell: the same community, a neighbouring leaf, open, not too old."""
        rules = self._likeness.rules
        conditions: list[ColumnElement[bool]] = [
            AppealRow.status.in_(OPEN),
            AppealRow.community_id == about.community_id,
            AppealRow.created_at >= self._clock() - rules.window(about.category),
            AppealRow.duplicate_of.is_(None),
        ]
        if about.category not in ("", OTHER):
            conditions.append(AppealRow.category.in_(_neighbours(about.category)))
        if isinstance(about, Appeal):
            conditions.append(AppealRow.id != about.id)
        if to_resident:
            joined = select(AppealFollowerRow.appeal_id).where(
                AppealFollowerRow.resident_id == about.resident_id
            )
            conditions += [
                AppealRow.confidential.is_(False),
                AppealRow.category.not_in(rules.private),
                AppealRow.resident_id != about.resident_id,
                AppealRow.id.not_in(joined),
            ]
        return (
            select(*_LOOKED_FOR)
            .where(*conditions)
            .order_by(AppealRow.created_at.desc())
            .limit(_LOOKED_AT)
        )

    async def _likely(
        self, about: Telling, near: list[tuple[int, Telling]]
    ) -> list[tuple[int, float]]:
        worth = [
            (value, appeal_id, telling)
            for appeal_id, telling in near
            if (value := self._likeness.worth_encoding(about, telling))
        ]
        if not worth:
            return []
        worth.sort(key=lambda each: (-each[0], -each[1]))
        new = [each for each in worth if each[2].vector is None][:_ENCODED_AT_ONCE]
        vector, *vectors = await asyncio.gather(
            self._encode(about.gist), *(self._encode(telling.gist) for _, _, telling in new)
        )
        about = replace(about, vector=vector)
        fresh = {
            appeal_id: replace(telling, vector=each)
            for (_, appeal_id, telling), each in zip(new, vectors, strict=True)
        }
        self._tellings.update(fresh)
        found = []
        for _, appeal_id, telling in worth:
            known = fresh.get(appeal_id, telling)
            if vector is not None and known.vector is None:
                # One too many to be encoded now: the likelier ones went first.
                continue
            verdict = self._likeness.compare(about, known)
            if verdict.likely:
                found.append((appeal_id, verdict.probability))
        return found

    def _telling(
        self,
        row: _Near,
    ) -> tuple[int, Telling]:
        """A telling with the vector that is remembered of the same words."""
        appeal_id, text, category, at, community_id, building, latitude, longitude = row
        point = (latitude, longitude) if latitude is not None and longitude is not None else None
        told = Telling(text, category, at, community_id, building, point)
        known = self._tellings.get(appeal_id)
        if known is None or known != told:
            known = told
        self._tellings[appeal_id] = known
        self._tellings.move_to_end(appeal_id)
        while len(self._tellings) > _REMEMBERED:
            self._tellings.popitem(last=False)
        return appeal_id, known

    def _telling_of(self, about: Filing | Appeal) -> Telling:
        at = about.created_at if isinstance(about, Appeal) else self._clock()
        known = about.latitude is not None and about.longitude is not None
        point = (about.latitude, about.longitude) if known else None
        return Telling(about.content, about.category, at, about.community_id, about.building, point)  # type: ignore[arg-type]


def _all(session: Session, query: Select[*tuple[Any, ...]]) -> Sequence[_Near]:
    return session.execute(query).all()


def _neighbours(category: str) -> list[str]:
    """The leaf, those of its group, and what nobody could sort."""
    group = groups().get(category)
    return [category, OTHER, *(leaf for leaf, own in groups().items() if own == group)]
