"""A knowledge entry (知识条目) in plain Python, as editors and search see it."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class EntryStatus(StrEnum):
    """Where an entry stands: 草稿, 已发布, 已下架."""

    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"


class Sections(BaseModel):
    """What residents ask back about a service; an empty text means that it does not apply."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    who: str = ""
    materials: str = ""
    where: str = ""
    cost: str = ""
    time: str = ""
    steps: str = ""

    def filled(self) -> dict[str, str]:
        return {name: text for name, text in self.model_dump().items() if text}


class NearMiss(BaseModel):
    """A question that sounds like an entry and belongs elsewhere; `belongs` is a slug, if known."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    question: Line
    belongs: str = Field("", max_length=80)


class Exam(BaseModel):
    """What an entry is examined by (考题): questions that must find it, and that must not."""

    model_config = ConfigDict(extra="forbid")

    find: list[Line] = []
    avoid: list[NearMiss] = []

    @field_validator("find")
    @classmethod
    def _each_question_once(cls, questions: list[str]) -> list[str]:
        return list(dict.fromkeys(questions))


class EntryContent(BaseModel):
    """What an editor writes; one version of an entry keeps one of these."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=40)]
    topic: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=20)]
    questions: list[Line] = Field(min_length=1)
    answer: Annotated[str, StringConstraints(strip_whitespace=True, min_length=4, max_length=1200)]
    sections: Sections = Sections()
    source: str = ""
    local: bool = False
    checked_on: date
    exam: Exam = Exam()

    @field_validator("questions")
    @classmethod
    def _each_question_once(cls, questions: list[str]) -> list[str]:
        return list(dict.fromkeys(questions))


class Entry(BaseModel):
    """An entry as stored: `published` is what residents hear, `draft` what an editor works on."""

    id: int
    slug: str
    status: EntryStatus
    version: int
    published: EntryContent | None
    draft: EntryContent | None
    updated_by: str
    updated_at: datetime


class EntryVersion(BaseModel):
    """One step of an entry's history."""

    version: int
    action: str
    content: EntryContent
    note: str
    editor: str
    at: datetime


class UnknownEntry(LookupError):
    """No such knowledge entry (没有这条知识)."""


class StaleEdit(RuntimeError):
    """Somebody else changed the entry since it was opened (已被他人修改)."""
