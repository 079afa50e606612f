"""Working time: cases counted by hand across holidays, and what must hold for any moment."""

import logging
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.clock.calendar import OfficeHours, WorkingCalendar, load_hours
from knowledge.yaml_file import BadFile

ZONE = ZoneInfo("Asia/Shanghai")
CALENDAR = WorkingCalendar(ZONE)

# A busy machine makes no property false.
unhurried = settings(deadline=None)

MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2026, 11, 30), timezones=st.just(ZONE))
# Quarters of an hour have no rounding.
HOURS = st.integers(0, 320).map(lambda quarters: quarters / 4)
DAYS = st.integers(0, 15)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-11-24 10:00", 1, "2026-11-25 17:30"),
        ("2026-11-24 10:00", 5, "2026-12-01 17:30"),
        # 国庆: off from 1 to 7 October, Saturday the 10th is worked.
        ("2026-09-30 16:00", 1, "2026-10-08 17:30"),
        ("2026-09-30 16:00", 5, "2026-10-13 17:30"),
        ("2026-10-03 12:00", 1, "2026-10-08 17:30"),
        ("2026-10-09 09:00", 1, "2026-10-10 17:30"),
        ("2026-10-09 09:00", 2, "2026-10-12 17:30"),
        # 春节: off from 15 to 23 February, Saturdays the 14th and the 28th are worked.
        ("2026-02-13 17:00", 1, "2026-02-14 17:30"),
        ("2026-02-13 17:00", 2, "2026-02-24 17:30"),
        ("2026-02-27 09:00", 2, "2026-03-02 17:30"),
        # 2025: 中秋 within 国庆, off from 1 to 8 October, Saturday the 11th is worked.
        ("2025-09-30 09:00", 3, "2025-10-11 17:30"),
        # A Sunday that is worked for 国庆.
        ("2026-09-18 09:00", 1, "2026-09-20 17:30"),
        ("2026-11-24 10:00", 0, "2026-11-24 17:30"),
        ("2026-11-24 18:00", 0, "2026-11-25 17:30"),
    ],
)
def test_working_days_end_at_the_close_of_the_last_one(start: str, days: int, end: str) -> None:
    assert CALENDAR.add_working_days(at(start), days) == at(end)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-24 09:00", 2, "2026-11-24 11:00"),
        ("2026-11-24 09:00", 3, "2026-11-24 12:00"),
        ("2026-11-24 11:00", 2, "2026-11-24 15:00"),
        ("2026-11-24 12:30", 2, "2026-11-24 16:00"),
        ("2026-11-24 17:00", 2, "2026-11-25 10:30"),
        ("2026-11-24 06:00", 0.5, "2026-11-24 09:30"),
        ("2026-11-27 17:00", 1, "2026-11-30 09:30"),
        ("2026-09-30 16:00", 2, "2026-10-08 09:30"),
        ("2026-10-09 17:00", 1, "2026-10-10 09:30"),
        ("2026-02-14 17:00", 1, "2026-02-24 09:30"),
        # 13 hours are two whole days.
        ("2026-11-24 09:00", 13, "2026-11-25 17:30"),
        ("2026-11-28 03:00", 0, "2026-11-30 09:00"),
    ],
)
def test_working_hours_pass_only_while_people_are_at_work(
    start: str, hours: float, end: str
) -> None:
    assert CALENDAR.add_working_hours(at(start), hours) == at(end)


@unhurried
@given(MOMENTS, HOURS)
def test_a_sum_of_working_hours_is_working_time(start: datetime, hours: float) -> None:
    assert CALENDAR.is_working(CALENDAR.add_working_hours(start, hours))


@unhurried
@given(MOMENTS, DAYS)
def test_a_sum_of_working_days_is_the_close_of_a_working_day(start: datetime, days: int) -> None:
    end = CALENDAR.add_working_days(start, days).astimezone(ZONE)
    assert CALENDAR.is_working_day(end.date())
    assert (end.hour, end.minute) == (17, 30)


@unhurried
@given(MOMENTS, st.timedeltas(timedelta(), timedelta(days=20)), HOURS, HOURS)
def test_later_or_longer_never_ends_earlier(
    start: datetime, by: timedelta, shorter: float, more: float
) -> None:
    for add in (CALENDAR.add_hours, CALENDAR.add_working_hours):
        end = add(start, shorter)
        assert start <= end
        assert end <= add(start + by, shorter)
        assert end <= add(start, shorter + more)


@unhurried
@given(MOMENTS, st.timedeltas(timedelta(), timedelta(days=20)), DAYS, DAYS)
def test_more_days_never_end_earlier(start: datetime, by: timedelta, days: int, more: int) -> None:
    end = CALENDAR.add_working_days(start, days)
    assert start <= end
    assert end <= CALENDAR.add_working_days(start + by, days)
    assert end <= CALENDAR.add_working_days(start, days + more)


@unhurried
@given(MOMENTS, HOURS, HOURS)
def test_working_hours_can_be_added_in_two_goes(start: datetime, first: float, then: float) -> None:
    half_way = CALENDAR.add_working_hours(start, first)
    in_one = CALENDAR.add_working_hours(start, first + then)
    assert CALENDAR.add_working_hours(half_way, then) == in_one


@unhurried
@given(MOMENTS)
def test_adding_nothing_waits_for_work_to_begin_and_no_longer(start: datetime) -> None:
    assert CALENDAR.add_hours(start, 0) == start
    opening = CALENDAR.next_opening(start)
    if CALENDAR.is_working(start):
        assert opening == start
    else:
        assert opening > start
        assert not CALENDAR.is_working(opening - timedelta(seconds=1))


def test_moments_come_out_in_utc_whatever_zone_they_came_in() -> None:
    end = CALENDAR.add_working_hours(datetime(2026, 11, 24, 1, 0, tzinfo=UTC), 2)
    assert (end.tzinfo, end) == (UTC, datetime(2026, 11, 24, 3, 0, tzinfo=UTC))


def test_less_than_nothing_is_refused() -> None:
    for add in (CALENDAR.add_hours, CALENDAR.add_working_hours, CALENDAR.add_working_days):
        with pytest.raises(ValueError, match="negative"):
            add(at("2026-11-24 09:00"), -1)


def test_holidays_have_their_chinese_names() -> None:
    assert CALENDAR.holiday(date(2026, 10, 3)) == "国庆"
    assert CALENDAR.holiday(date(2026, 2, 20)) == "春节"
    assert CALENDAR.holiday(date(2026, 5, 4)) == "五一"
    assert CALENDAR.holiday(date(2026, 10, 10)) == ""
    assert CALENDAR.holiday(date(2026, 11, 28)) == ""


def test_a_year_nobody_has_published_is_taken_as_monday_to_friday_and_said_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    calendar = WorkingCalendar(ZONE)
    with caplog.at_level(logging.WARNING):
        # 1 October 2099 is a Thursday.
        end = calendar.add_working_days(datetime(2099, 9, 30, 9, 0, tzinfo=ZONE), 3)
    assert end == datetime(2099, 10, 5, 17, 30, tzinfo=ZONE)
    assert [record.message for record in caplog.records] == [
        "the public holidays of 2099 are unknown, taking Mon-Fri"
    ]
    assert calendar.holiday(date(2099, 10, 1)) == ""


def test_days_written_by_hand_come_before_everything_else(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "hours.yaml"
    file.write_text(
        "hours: ['08:30-12:00', '13:30-18:00']\n"
        "rest_days: {2099-10-01: 国庆, 2099-10-02: 国庆}\n"
        "working_days: [2099-10-03]\n",
        "utf-8",
    )
    calendar = WorkingCalendar(ZONE, load_hours(file))
    with caplog.at_level(logging.WARNING):
        end = calendar.add_working_days(datetime(2099, 9, 30, 9, 0, tzinfo=ZONE), 1)
    # Saturday the 3rd is worked.
    assert end == datetime(2099, 10, 3, 18, 0, tzinfo=ZONE)
    assert calendar.holiday(date(2099, 10, 2)) == "国庆"
    assert caplog.records == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("hours: []", "hours: Tuple should have at least 1 item"),
        ("hours: ['12:00-09:00']", "each part must end after it begins"),
        ("hours: ['09:00-12:00', '11:00-17:00']", "each part must end after it begins"),
        ("hours: ['9点到12点']", "hours.0"),
        ("hours: ['09:00-12:00']\nholidays: {}", "holidays: Extra inputs"),
    ],
)
def test_a_wrong_file_is_refused_with_the_reason(tmp_path: Path, text: str, reason: str) -> None:
    file = tmp_path / "hours.yaml"
    file.write_text(text, "utf-8")
    with pytest.raises(BadFile, match=r"^hours\.yaml") as refused:
        load_hours(file)
    assert reason in str(refused.value)


def test_the_shipped_hours_are_those_that_the_docs_tell() -> None:
    assert [(str(begin), str(end)) for begin, end in load_hours().hours] == [
        ("09:00:00", "12:00:00"),
        ("14:00:00", "17:30:00"),
    ]
    assert OfficeHours(hours=load_hours().hours).working_days == frozenset()
