"""Imports a catalogue of service matters (政务服务事项): `python -m knowledge.entries.matters FILE`.

A line of the file is a JSON object: name, task, department, where, type, conditions, for_whom,
materials, statutory_days, promised_days. Each becomes a published entry of the topic 政务事项.
"""

import argparse
import asyncio
import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, field_validator

from knowledge.entries.entry import EntryContent, Sections
from knowledge.entries.repository import EntryRepository
from knowledge.settings import Settings
from knowledge.storage.database import Database
from knowledge.yaml_file import BadFile, parsed

TOPIC = "政务事项"
EDITOR = "matters"
NOTE = "从政务服务事项目录导入"
_TITLE, _LINE, _CONDITIONS = 40, 200, 600


class Matter(BaseModel):
    """One row of the catalogue; `task` (办理项) is the narrower name where a matter has several."""

    model_config = ConfigDict(str_strip_whitespace=True)

    name: str = Field(min_length=2)
    task: str = ""
    department: str = Field(min_length=2)
    where: str = ""
    type: str = ""
    conditions: str = ""
    for_whom: list[str] = []
    materials: list[str] = []
    statutory_days: str = ""
    promised_days: str = ""

    @field_validator("for_whom", "materials", mode="before")
    @classmethod
    def _a_word_alone_is_a_list_of_one(cls, value: object) -> object:
        if isinstance(value, str):
            return [] if value in ("", "无") else [value]
        return value

    def content(self, checked_on: date) -> EntryContent:
        """The matter as an entry; what is too long for an entry is cut."""
        called = self.task or self.name
        title = called if len(called) <= _TITLE else called[: _TITLE - 1] + "…"
        questions = [text[:_LINE] for text in dict.fromkeys((called, self.name)) if text != title]
        promised = f"，承诺{self.promised_days}内办结" if self.promised_days else ""
        conditions = _cut(self.conditions, _CONDITIONS)
        return EntryContent(
            title=title,
            topic=TOPIC,
            questions=questions or [f"{title}怎么办理"],
            answer=f"“{called}”由{self.department}办理{promised}。{conditions}",
            sections=Sections(
                who="、".join(self.for_whom),
                materials="；".join(self.materials),
                where=self.where.removeprefix("办理地点："),
                time=self._time(),
            ),
            source=f"{self.department}政务服务事项目录",
            local=True,
            checked_on=checked_on,
        )

    def _time(self) -> str:
        days = (("法定", self.statutory_days), ("承诺", self.promised_days))
        return "，".join(f"{kind}{count}" for kind, count in days if count)


def read_matters(path: Path) -> list[Matter]:
    """All rows; raises BadFile with line and reason."""
    matters = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        where = f"{path.name}:{number}"
        try:
            fields = json.loads(line)
        except json.JSONDecodeError as error:
            raise BadFile(f"{where}: not JSON: {error}") from error
        matters.append(parsed(Matter, fields, where))
    return matters


def entries_of(matters: Iterable[Matter], checked_on: date) -> Iterator[tuple[str, EntryContent]]:
    """Slugs and contents: the slug is the same at every import; an equal row comes once."""
    seen: dict[str, list[EntryContent]] = {}
    for matter in matters:
        content = matter.content(checked_on)
        key = "\n".join((matter.department, matter.name, matter.task))
        slug = f"matter-{hashlib.sha256(key.encode()).hexdigest()[:12]}"
        # Some catalogues list one matter for several counters.
        alike = seen.setdefault(slug, [])
        if content not in alike:
            alike.append(content)
            yield (f"{slug}-{len(alike)}" if len(alike) > 1 else slug), content


async def import_matters(
    entries: EntryRepository, matters: Sequence[Matter], checked_on: date
) -> tuple[int, int]:
    """How many entries are new, and how many changed; what the office edited stays as it is."""
    return await entries.load_catalogue(list(entries_of(matters, checked_on)), EDITOR, NOTE)


async def _import(settings: Settings, path: Path) -> str:
    database = Database(settings.sql_url)
    try:
        repository = EntryRepository(database, lambda: datetime.now(UTC))
        matters = read_matters(path)
        today = datetime.now(ZoneInfo(settings.timezone)).date()
        new, changed = await import_matters(repository, matters, today)
    finally:
        await database.close()
    return f"{len(matters)} 条事项：新增 {new} 条，更新 {changed} 条。"


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def main(arguments: Sequence[str] | None = None) -> int:
    """Import into the database of the settings; says what it did, or why it did nothing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, help="JSON Lines, UTF-8")
    path = parser.parse_args(arguments).file
    try:
        print(asyncio.run(_import(Settings(), path)))
    except (OSError, BadFile) as error:
        print(error)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
