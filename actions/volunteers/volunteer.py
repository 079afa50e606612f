"""Volunteers (能人) in plain Python: who helps with what and when, requests, and their steps."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]


class VolunteerError(ValueError):
    """Something cannot be done with volunteers; the text is Chinese, for staff."""


class UnknownVolunteer(VolunteerError):
    """No such volunteer, request or match (没有找到)."""


class WrongStep(VolunteerError):
    """A step that is not possible now (现在不能这样做)."""


class RequestStatus(StrEnum):
    """A request for help: 等人来帮, 有人去帮, 已帮好, 不用了."""

    OPEN = "open"
    MATCHED = "matched"
    DONE = "done"
    CANCELLED = "cancelled"


class MatchStatus(StrEnum):
    """A volunteer asked to help: 已邀请, 答应了, 去不了, 已帮好."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    DONE = "done"


# From where each step of a match may be taken.
MATCH_STEPS: Mapping[MatchStatus, frozenset[MatchStatus]] = {
    MatchStatus.PROPOSED: frozenset({MatchStatus.DECLINED}),
    MatchStatus.ACCEPTED: frozenset({MatchStatus.PROPOSED, MatchStatus.DECLINED}),
    MatchStatus.DECLINED: frozenset({MatchStatus.PROPOSED, MatchStatus.ACCEPTED}),
    MatchStatus.DONE: frozenset({MatchStatus.ACCEPTED}),
}


class Offer(BaseModel):
    """What somebody offers; what they leave empty keeps what they said before."""

    model_config = ConfigDict(str_strip_whitespace=True)

    name: str = Field("", max_length=80)
    phone: str = Field("", max_length=40)
    skills: list[Word] = []
    times: list[Word] = []
    community_id: int | None = None
    note: str = Field("", max_length=1000)


class Volunteer(BaseModel):
    """A volunteer as stored."""

    id: int
    resident_id: int
    name: str
    phone: str
    skills: list[str]
    times: list[str]
    community_id: int | None
    community: str
    note: str
    active: bool
    created_at: datetime
    # How often they helped.
    helped: int = 0


class HelpWanted(BaseModel):
    """What staff ask volunteers for."""

    model_config = ConfigDict(str_strip_whitespace=True)

    skill: Word
    text: str = Field(min_length=1, max_length=1000)
    wanted_at: str = Field("", max_length=100)
    community_id: int | None = None
    appeal_id: int | None = None


class Match(BaseModel):
    """A volunteer asked to help with a request."""

    id: int
    request_id: int
    volunteer: Volunteer
    status: MatchStatus
    thanks: str
    thanked_at: datetime | None


class HelpRequest(BaseModel):
    """A request as stored, with whoever was asked."""

    id: int
    appeal_id: int | None
    appeal_number: str
    community_id: int | None
    community: str
    skill: str
    wanted_at: str
    text: str
    status: RequestStatus
    created_by: str
    created_at: datetime
    matches: list[Match] = []


class Proposal(BaseModel):
    """A volunteer who could help, and how well they fit."""

    volunteer: Volunteer
    same_community: bool
    # None where the request or the volunteer names no time.
    has_time: bool | None
