"""Imports appeals (导入): each row is filed whole or not at all, and only once."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field, ValidationError
from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from actions.appeals.appeal import (
    KIND_WORDS,
    NEED_WORDS,
    URGENCY_WORDS,
    WEAKNESS_WORDS,
    Filing,
    kind_of,
)
from actions.appeals.repository import Appeals
from actions.appeals.tables import AppealRow
from actions.dispatch.dispatch import Dispatch
from bot.conversations import store
from bot.exchange.columns import COLUMNS, HIDDEN
from bot.exchange.reading import Line, read_table
from knowledge.places.place import CATEGORIES
from knowledge.places.repository import PlaceRepository
from knowledge.storage.database import Database

CHANNEL = "import"
_HEADER_OF = {column.field: column.header for column in COLUMNS if column.field}
_YES_NO = {"是": True, "否": False}


class RowError(BaseModel):
    """What is wrong in which row and column."""

    row: int = Field(description="第几行，和表格软件里看到的一样")
    column: str = Field(description="哪一列")
    problem: str


class Imported(BaseModel):
    """What became of a file."""

    filed: int = Field(description="新登记")
    known: int = Field(description="以前导入过，没有改动")
    numbers: list[str] = Field(description="新登记的编号，按行的先后")
    errors: list[RowError] = Field(description="没有导入的行，和要改的地方")
    ignored: list[str] = Field(description="这些列由本系统填写，导入时不读")


class Importer:
    """Files the rows of a table, each in a transaction of its own."""

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
        self._places = PlaceRepository(database)
        self._clock = clock

    async def run(self, name: str, data: bytes, actor: str) -> Imported:
        """File what is new and right in a table; say what is not. Raises `BadTable`."""
        sheet = await asyncio.to_thread(read_table, name, data)
        communities = {each.name for each in await self._places.communities()}
        told = Imported(filed=0, known=0, numbers=[], errors=[], ignored=sheet.ignored)
        seen: dict[str, int] = {}
        for line in sheet.lines:
            errors = self._problems(line, communities)
            number = _external(line)
            if number in seen:
                errors.append(("external_number", f"和第 {seen[number]} 行的编号重复"))
            if errors:
                told.errors += [
                    RowError(row=line.number, column=_HEADER_OF[field], problem=problem)
                    for field, problem in errors
                ]
                continue
            seen[number] = line.number
            filed = await self._file(line, number, actor)
            if filed is None:
                told.known += 1
            else:
                told.filed += 1
                told.numbers.append(filed)
        return told

    def _problems(self, line: Line, communities: set[str]) -> list[tuple[str, str]]:
        """(field, what is wrong with it), each field once."""
        words, problems = line.words, dict[str, str]()
        if not _external(line):
            problems["external_number"] = "要填写原平台的编号，用来避免重复导入"
        for field in ("content", "category"):
            if field not in words:
                problems[field] = "不能为空"
        if words.get("category", "") not in {*CATEGORIES, ""}:
            problems["category"] = f"没有这个类别：{words['category'][:20]}"
        if words.get("community", "") not in {*communities, ""}:
            problems["community"] = f"没有登记这个小区：{words['community'][:20]}"
        try:
            values = _values(line)
        except _Wrong as wrong:
            problems.setdefault(wrong.field, wrong.problem)
        else:
            try:
                Filing(resident_id=0, channel=CHANNEL, **values)
            except ValidationError as error:
                for each in error.errors():
                    field = str(each["loc"][0]) if each["loc"] else "content"
                    problems.setdefault(field, _complaint(dict(each)))
        too_long = {
            field: most for field, most in _MOST.items() if len(words.get(field, "")) > most
        }
        for field, most in too_long.items():
            problems.setdefault(field, f"最多 {most} 个字")
        return list(problems.items())

    async def _file(self, line: Line, number: str, actor: str) -> str | None:
        """The new appeal's number; None where this one was filed before."""
        if await self._knows(number):
            return None
        draft = Filing(resident_id=0, channel=CHANNEL, **_values(line))
        completed = await self._dispatch.complete(draft)
        async with self._database.write() as session:
            if await self._known_within(session, number):
                return None
            who = f"tel:{draft.phone}" if draft.phone else f"no:{number}"
            resident_id, _ = await session.run_sync(store.enrol, CHANNEL, who, self._clock())
            filing = completed.model_copy(
                update={"resident_id": resident_id, "external_number": number}
            )
            return (await self._appeals.file_within(session, filing, actor)).number

    async def _knows(self, number: str) -> bool:
        async with self._database.read() as session:
            return await self._known_within(session, number)

    async def _known_within(self, session: AsyncSession, number: str) -> bool:
        # What was exported here and comes back is known by our own number.
        same = or_(AppealRow.external_number == number, AppealRow.number == number)
        return await session.scalar(select(AppealRow.id).where(same).limit(1)) is not None


class _Wrong(ValueError):
    def __init__(self, field: str, problem: str) -> None:
        super().__init__(problem)
        self.field = field
        self.problem = problem


_MOST = {
    "external_number": 64, "building": 40, "unit": 40, "room": 40, "phone": 40, "place_text": 200,
    "behalf_name": 40, "behalf_phone": 40, "behalf_relation": 20,
}  # fmt: skip


def _external(line: Line) -> str:
    return line.words.get("external_number") or line.words.get("number", "")


def _values(line: Line) -> dict[str, Any]:
    """Fields of a filing; raises `_Wrong` for a word that none of ours stands for."""
    words = {field: text for field, text in line.words.items() if text != HIDDEN}
    behalf = {
        key: words[f"behalf_{key}"]
        for key in ("name", "phone", "relation")
        if f"behalf_{key}" in words
    }
    plain = ("title", "content", "category", "contact_name", "phone", "building", "unit", "room")
    values: dict[str, Any] = {name: words[name] for name in (*plain, "place_text") if name in words}
    community, place = words.get("community", ""), words.get("place_text", "")
    if community not in place:
        # Where it happened, in one piece: dispatch finds the community in the words for the place.
        values["place_text"] = community + (place or words.get("building", ""))
    values["kind"] = _one_of(words, "kind", KIND_WORDS) or kind_of(words.get("content", ""))
    values["urgency"] = _one_of(words, "urgency", URGENCY_WORDS)
    values["need"] = _one_of(words, "need", NEED_WORDS)
    values["tags"] = _split(words.get("tags", ""))
    values["weak"] = [
        _one_of({"weak": each}, "weak", WEAKNESS_WORDS) for each in _split(words.get("weak", ""))
    ]
    for field in ("confidential", "anonymous"):
        if field in words:
            if words[field] not in _YES_NO:
                raise _Wrong(field, "请填“是”或“否”")
            values[field] = _YES_NO[words[field]]
    for field in ("latitude", "longitude"):
        if field in words:
            try:
                values[field] = float(words[field])
            except ValueError as error:
                raise _Wrong(field, "请填小数，比如 30.5928") from error
    if behalf:
        values["on_behalf"] = behalf
    return {name: value for name, value in values.items() if value is not None}


def _one_of(words: dict[str, str], field: str, known: Any) -> Any:
    if field not in words:
        return None
    found = [value for value, word in known.items() if word == words[field]]
    if not found:
        choices = "、".join(word for word in known.values() if word)
        raise _Wrong(field, f"没有“{words[field][:20]}”，可以填：{choices}")
    return found[0]


def _split(text: str) -> list[str]:
    return [
        each for part in text.split("、") for each in part.replace("，", ",").split(",") if each
    ]


def _complaint(error: dict[str, Any]) -> str:
    context = error.get("ctx", {})
    if error["type"] == "string_too_long":
        return f"最多 {context['max_length']} 个字"
    if error["type"] in ("greater_than_equal", "less_than_equal", "finite_number"):
        return "不是可能的经纬度"
    return "填得不对"
