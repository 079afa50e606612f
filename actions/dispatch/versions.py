"""The dispatch rules in all their versions (派单规则的版本): the newest one is in force."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from actions.dispatch.rules import RuleBook, read_rules
from actions.dispatch.tables import DispatchRulesRow
from knowledge.settings import PROJECT_ROOT
from knowledge.storage.database import Database

STARTER_FILE = PROJECT_ROOT / "knowledge" / "content" / "dispatch.yaml"
STARTER = "starter"
_NEWEST = "SELECT max(version) FROM dispatch_rules"


class StaleRules(RuntimeError):
    """Somebody else saved rules meanwhile (已被他人修改)."""


class UnknownVersion(LookupError):
    """No such version of the rules (没有这一版)."""


@dataclass(frozen=True, slots=True)
class RulesVersion:
    """One version of the rules, as it was written."""

    version: int
    text: str
    author: str
    note: str
    created_at: datetime


class DispatchRules:
    """Rules in SQL; `load_starter` writes the shipped ones where there are none."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock
        self._read: tuple[int, RuleBook] | None = None

    async def in_force(self) -> tuple[int, RuleBook]:
        """The newest rules and their version, read anew when it changes.

        Version 0 are the shipped rules, which hold where the table is empty.
        """
        version = int(await self._database.glance(_NEWEST) or 0)
        if self._read is None or self._read[0] != version:
            self._read = (version, read_rules((await self.newest()).text))
        return self._read

    async def newest(self) -> RulesVersion:
        """The rules in force, as they were written."""
        query = select(DispatchRulesRow).order_by(DispatchRulesRow.version.desc()).limit(1)
        async with self._database.read() as session:
            row = await session.scalar(query)
        return _version(row) if row else self._shipped()

    async def get(self, version: int) -> RulesVersion:
        """Raises UnknownVersion."""
        async with self._database.read() as session:
            row = await session.get(DispatchRulesRow, version)
        if row is None:
            raise UnknownVersion(f"没有第 {version} 版规则。")
        return _version(row)

    async def history(self) -> Sequence[RulesVersion]:
        """All versions, the newest first."""
        query = select(DispatchRulesRow).order_by(DispatchRulesRow.version.desc())
        async with self._database.read() as session:
            return [_version(row) for row in await session.scalars(query)]

    async def save(self, text: str, author: str, note: str = "", expected: int = 0) -> RulesVersion:
        """A new version, in force at once; `expected` is the one that the editor began from.

        Raises BadRules, and StaleRules where somebody else saved one meanwhile.
        """
        read_rules(text)
        try:
            async with self._database.write() as session:
                newest = await session.scalar(select(func.max(DispatchRulesRow.version))) or 0
                if newest != expected:
                    raise StaleRules("规则刚被同事改过，请先看看现在的规则，再决定用哪一份。")
                row = DispatchRulesRow(
                    version=newest + 1,
                    text=text,
                    author=author,
                    note=note.strip(),
                    created_at=self._clock(),
                )
                session.add(row)
        except IntegrityError as error:
            raise StaleRules("规则刚被同事改过，请先看看现在的规则，再决定用哪一份。") from error
        return _version(row)

    async def restore(self, version: int, author: str, expected: int) -> RulesVersion:
        """An old version once more, as the newest. Raises as `get` and `save` do."""
        old = await self.get(version)
        return await self.save(old.text, author, f"恢复第 {version} 版", expected)

    async def load_starter(self) -> bool:
        """Write the shipped rules as version 1 where there are none; whether it did."""
        try:
            await self.save(self._shipped().text, STARTER)
        except StaleRules:
            return False
        return True

    def _shipped(self) -> RulesVersion:
        text = STARTER_FILE.read_text("utf-8")
        return RulesVersion(0, text, STARTER, "", self._clock())


def _version(row: DispatchRulesRow) -> RulesVersion:
    return RulesVersion(row.version, row.text, row.author, row.note, row.created_at)
