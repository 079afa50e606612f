"""Working time (工作时间): office hours on China's working days, public holidays and shifts known."""

import itertools
import logging
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

import chinese_calendar  # type: ignore[import-untyped]
from pydantic import BaseModel, ConfigDict, Field, field_validator

from knowledge.yaml_file import parsed, read_yaml

log = logging.getLogger(__name__)

HOURS_FILE = Path(__file__).with_name("hours.yaml")
_DAY = timedelta(days=1)
_SHORT_NAMES = {"国庆节": "国庆", "劳动节": "五一"}


class OfficeHours(BaseModel):
    """When a community works (上班时间): parts of a day in order, and days that differ."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    hours: tuple[tuple[time, time], ...] = Field(min_length=1)
    rest_days: dict[date, str] = {}
    working_days: frozenset[date] = frozenset()

    @field_validator("hours", mode="before")
    @classmethod
    def _read(cls, value: object) -> object:
        """`09:00-12:00` as its two times."""
        if not isinstance(value, list):
            return value
        return [part.split("-") if isinstance(part, str) else part for part in value]

    @field_validator("hours")
    @classmethod
    def _in_order(cls, hours: tuple[tuple[time, time], ...]) -> tuple[tuple[time, time], ...]:
        edges = [edge for part in hours for edge in part]
        if any(earlier >= later for earlier, later in itertools.pairwise(edges)):
            raise ValueError("each part must end after it begins and before the next one begins")
        return hours


def load_hours(path: Path = HOURS_FILE) -> OfficeHours:
    """The office hours; raises `BadFile` with the reason."""
    return parsed(OfficeHours, read_yaml(path), path.name)


class WorkingCalendar:
    """Counts in hours around the clock, in working hours and in working days.

    Moments go in with any zone and come out in UTC. The end of a part of a day belongs to working
    time: three working hours from 09:00 end at 12:00.
    """

    def __init__(self, zone: ZoneInfo, office: OfficeHours | None = None) -> None:
        self.zone = zone
        self._office = office or load_hours()
        self._by_hand = {each.year for each in self._office.rest_days} | {
            each.year for each in self._office.working_days
        }
        self._warned: set[int] = set()
        self._known: dict[date, bool] = {}

    def is_working_day(self, day: date) -> bool:
        """Whether people work on a day; Monday to Friday where a year's holidays are unknown."""
        # The package looks through all its years for each question.
        if day not in self._known:
            self._known[day] = self._look_up(day)
        return self._known[day]

    def holiday(self, day: date) -> str:
        """The Chinese name of the public holiday (国庆, 春节 …) that a day off belongs to, or ''."""
        if day in self._office.rest_days:
            return self._office.rest_days[day]
        if self.is_working_day(day):
            return ""
        try:
            _, name = chinese_calendar.get_holiday_detail(day)
        except NotImplementedError:
            return ""
        if name is None:
            return ""
        chinese: str = chinese_calendar.Holiday(name).chinese
        return _SHORT_NAMES.get(chinese, chinese)

    def is_working(self, moment: datetime) -> bool:
        """Whether somebody is at work at a moment."""
        local = moment.astimezone(self.zone)
        return self.is_working_day(local.date()) and any(
            begin <= local.time() <= end for begin, end in self._office.hours
        )

    def next_working_day(self, day: date) -> date:
        """The first working day after a day."""
        day += _DAY
        while not self.is_working_day(day):
            day += _DAY
        return day

    def next_opening(self, moment: datetime) -> datetime:
        """The moment itself where it is working time, else when work begins next."""
        return self.add_working_hours(moment, 0)

    def add_hours(self, start: datetime, hours: float) -> datetime:
        """So many hours later, day and night. Raises ValueError for less than none."""
        return (start + _no_less_than_none(hours)).astimezone(UTC)

    def add_working_hours(self, start: datetime, hours: float) -> datetime:
        """When so many working hours have passed. Raises ValueError for less than none."""
        left = _no_less_than_none(hours)
        local = start.astimezone(self.zone)
        day, at = local.date(), _since_midnight(local.time())
        if not self.is_working_day(day):
            day, at = self.next_working_day(day), timedelta()
        while True:
            for begin, end in self._parts:
                begin = max(begin, at)
                if begin + left <= end:
                    return self._moment(day, begin + left)
                left -= max(end - begin, timedelta())
            day, at = self.next_working_day(day), timedelta()

    def add_working_days(self, start: datetime, days: int) -> datetime:
        """The close of the so many-th working day after the day of `start`, which does not count.

        None at all is the close of the working day that `start` is in or waits for.
        The day on which a term begins is not counted by 民法典 § 201. Raises ValueError for less
        than none.
        """
        if days < 0:
            raise ValueError("a term cannot be negative")
        first = start if days else self.next_opening(start)
        day = first.astimezone(self.zone).date()
        for _ in range(days):
            day = self.next_working_day(day)
        return self._moment(day, self._parts[-1][1])

    def _look_up(self, day: date) -> bool:
        if day in self._office.working_days:
            return True
        if day in self._office.rest_days:
            return False
        try:
            return bool(chinese_calendar.is_workday(day))
        except NotImplementedError:
            if day.year not in self._by_hand | self._warned:
                self._warned.add(day.year)
                log.warning("the public holidays of %d are unknown, taking Mon-Fri", day.year)
            return day.weekday() < 5

    @cached_property
    def _parts(self) -> list[tuple[timedelta, timedelta]]:
        return [(_since_midnight(begin), _since_midnight(end)) for begin, end in self._office.hours]

    def _moment(self, day: date, at: timedelta) -> datetime:
        return (datetime.combine(day, time(), self.zone) + at).astimezone(UTC)


def _no_less_than_none(hours: float) -> timedelta:
    if hours < 0:
        raise ValueError("a term cannot be negative")
    return timedelta(hours=hours)


def _since_midnight(at: time) -> timedelta:
    return timedelta(
        hours=at.hour, minutes=at.minute, seconds=at.second, microseconds=at.microsecond
    )
