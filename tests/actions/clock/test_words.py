"""Due dates and moments as residents read them; now is Tuesday, 24 November 2026, 10:00."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from actions.clock.calendar import WorkingCalendar
from actions.clock.words import on_record, since, until

ZONE = ZoneInfo("Asia/Shanghai")
CALENDAR = WorkingCalendar(ZONE)
NOW = "2026-11-24 10:00"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(UTC)


@pytest.mark.parametrize(
    ("due", "now", "words"),
    [
        ("2026-11-24 17:30", NOW, "今天下午5点半前"),
        ("2026-11-24 12:00", NOW, "今天中午12点前"),
        ("2026-11-24 20:05", NOW, "今天晚上8点05分前"),
        ("2026-11-25 00:00", NOW, "今天晚上12点前"),
        ("2026-11-25 10:00", NOW, "明天上午10点前"),
        ("2026-11-25 03:15", NOW, "明天凌晨3点15分前"),
        ("2026-11-26 17:30", NOW, "后天下午5点半前"),
        ("2026-11-27 17:30", NOW, "周五下午5点半前"),
        ("2026-12-01 17:30", NOW, "下周二下午5点半前"),
        ("2026-12-15 17:30", NOW, "12月15日下午5点半前"),
        ("2027-01-12 17:30", NOW, "2027年1月12日下午5点半前"),
        # 国庆 ends on Wednesday the 7th.
        ("2026-10-08 17:30", "2026-09-30 16:00", "10月8日（国庆假后第一个工作日）下午5点半前"),
        ("2026-10-09 17:30", "2026-09-30 16:00", "下周五下午5点半前"),
        ("2026-10-08 17:30", "2026-10-07 16:00", "明天下午5点半前"),
        ("2026-10-10 17:30", "2026-10-07 16:00", "周六（调休上班）下午5点半前"),
        ("2026-02-24 17:30", "2026-02-13 17:00", "2月24日（春节假后第一个工作日）下午5点半前"),
        # 24 hours may end on a day off.
        ("2026-10-03 16:00", "2026-09-30 16:00", "周六下午4点前"),
        ("2026-11-23 17:30", NOW, "已过期限（昨天下午5点半）"),
    ],
)
def test_a_due_date_in_words(due: str, now: str, words: str) -> None:
    assert until(at(due), at(now), CALENDAR) == words


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2026-11-24 09:59", "今天上午9点59分"),
        ("2026-11-23 15:00", "昨天下午3点"),
        ("2026-11-22 08:30", "前天早上8点半"),
        ("2026-11-20 00:10", "上周五凌晨0点10分"),
        ("2026-11-03 13:00", "11月3日下午1点"),
        ("2025-03-01 10:00", "2025年3月1日上午10点"),
    ],
)
def test_since_when_in_words(moment: str, words: str) -> None:
    assert since(at(moment), at(NOW), ZONE) == words


def test_the_day_is_that_of_the_residents_clock() -> None:
    late = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
    assert since(late, datetime(2026, 11, 24, 18, 0, tzinfo=UTC), ZONE) == "今天凌晨1点"


def test_the_history_keeps_the_whole_date() -> None:
    assert on_record(at("2026-11-24 17:30"), ZONE) == "2026年11月24日下午5点半"
