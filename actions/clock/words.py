"""Moments in words for residents (几点前): 今天下午5点半前, 周三上午10点前, 昨天下午3点."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from actions.clock.calendar import WorkingCalendar

_DAY = timedelta(days=1)
_NEAR = {-2: "前天", -1: "昨天", 0: "今天", 1: "明天", 2: "后天"}
_WEEKS = {-1: "上", 0: "", 1: "下"}
_WEEKDAYS = "一二三四五六日"
# From which hour on a part of the day has its name.
_PARTS = ((18, "晚上"), (13, "下午"), (12, "中午"), (9, "上午"), (5, "早上"), (0, "凌晨"))


def until(due: datetime, now: datetime, calendar: WorkingCalendar) -> str:
    """By when something is done (…前), or that the time is over (已过期限).

    The first working day after a public holiday and a weekend day that is worked say so.
    """
    local = due.astimezone(calendar.zone)
    if due < now:
        return f"已过期限（{since(due, now, calendar.zone)}）"
    day, at = local.date(), _time(local)
    if (local.hour, local.minute) == (0, 0):
        # Nobody calls it the next day's zero o'clock.
        day, at = day - _DAY, "晚上12点"
    today = now.astimezone(calendar.zone).date()
    return f"{_due_day(day, today, calendar)}{at}前"


def since(moment: datetime, now: datetime, zone: ZoneInfo) -> str:
    """When something was, or will be: 昨天下午3点, 上周五上午9点半, 2025年3月1日上午10点."""
    local, today = moment.astimezone(zone), now.astimezone(zone).date()
    return f"{_day(local.date(), today)}{_time(local)}"


def on_record(moment: datetime, zone: ZoneInfo) -> str:
    """A moment as the history keeps it, whenever it is read: 2026年11月24日下午5点半."""
    local = moment.astimezone(zone)
    return f"{local.year}年{local.month}月{local.day}日{_time(local)}"


def _due_day(day: date, today: date, calendar: WorkingCalendar) -> str:
    if (day - today).days in _NEAR:
        return _day(day, today)
    if holiday := _just_over(day, calendar):
        return f"{_date(day, today)}（{holiday}假后第一个工作日）"
    shifted = day.weekday() > 4 and calendar.is_working_day(day)
    return f"{_day(day, today)}{'（调休上班）' if shifted else ''}"


def _just_over(day: date, calendar: WorkingCalendar) -> str:
    """The public holiday that ended before a working day, or ''."""
    if not calendar.is_working_day(day):
        return ""
    before = day - _DAY
    while not calendar.is_working_day(before):
        if name := calendar.holiday(before):
            return name
        before -= _DAY
    return ""


def _day(day: date, today: date) -> str:
    if near := _NEAR.get((day - today).days):
        return near
    weeks = (_monday(day) - _monday(today)).days // 7
    weekday = f"周{_WEEKDAYS[day.weekday()]}"
    if weeks in _WEEKS:
        return f"{_WEEKS[weeks]}{weekday}"
    return _date(day, today)


def _date(day: date, today: date) -> str:
    year = "" if day.year == today.year else f"{day.year}年"
    return f"{year}{day.month}月{day.day}日"


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _time(local: datetime) -> str:
    part = next(name for hour, name in _PARTS if local.hour >= hour)
    hour = local.hour - 12 if local.hour > 12 else local.hour
    minutes = {0: "", 30: "半"}.get(local.minute, f"{local.minute:02d}分")
    return f"{part}{hour}点{minutes}"
