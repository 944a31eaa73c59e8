"""When weekly drops are due, through every change of clocks from 2026 to 2030."""

from bisect import bisect_left
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

import pytest

from bot.features.drops.occurrences import Occurrence, latest_occurrence, next_occurrence, occurrence_in
from storage.subscriptions import Wanted

HALF_AN_HOUR = timedelta(minutes=30)
# Whole ISO weeks: 2026-W01 begins on Monday, December 29, and 2030-W52 ends on Sunday, December 29.
FIRST_DAY, LAST_DAY = date(2025, 12, 29), date(2030, 12, 29)
WEEKS = 261

# The weekly hours that are skipped in these years, with the local time that the drop comes at instead.
SKIPPED = {
    "Europe/Berlin": {
        "2026-03-29 02:00": "03:00",
        "2027-03-28 02:00": "03:00",
        "2028-03-26 02:00": "03:00",
        "2029-03-25 02:00": "03:00",
        "2030-03-31 02:00": "03:00",
    },
    "America/New_York": {
        "2026-03-08 02:00": "03:00",
        "2027-03-14 02:00": "03:00",
        "2028-03-12 02:00": "03:00",
        "2029-03-11 02:00": "03:00",
        "2030-03-10 02:00": "03:00",
    },
    "America/Santiago": {
        "2026-09-06 00:00": "01:00",
        "2027-09-05 00:00": "01:00",
        "2028-09-03 00:00": "01:00",
        "2029-09-02 00:00": "01:00",
        "2030-09-08 00:00": "01:00",
    },
    "Asia/Beirut": {
        "2026-03-29 00:00": "01:00",
        "2027-03-28 00:00": "01:00",
        "2028-03-26 00:00": "01:00",
        "2029-03-25 00:00": "01:00",
        "2030-03-31 00:00": "01:00",
    },
    "Australia/Sydney": {
        "2026-10-04 02:00": "03:00",
        "2027-10-03 02:00": "03:00",
        "2028-10-01 02:00": "03:00",
        "2029-10-07 02:00": "03:00",
        "2030-10-06 02:00": "03:00",
    },
    # By half an hour only.
    "Australia/Lord_Howe": {
        "2026-10-04 02:00": "02:30",
        "2027-10-03 02:00": "02:30",
        "2028-10-01 02:00": "02:30",
        "2029-10-07 02:00": "02:30",
        "2030-10-06 02:00": "02:30",
    },
    "Asia/Kolkata": {},
    "UTC": {},
}
WEEKLY_HOURS = [(weekday, hour) for weekday in range(7) for hour in range(24)]


def wanted(weekday: int = 4, local_time: str = "18:00", zone: str = "Europe/Berlin") -> Wanted:
    return Wanted(weekday, local_time, zone, "familiar", 20)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def every(wanted: Wanted) -> list[Occurrence]:
    """All drops of the weeks that are looked at, each found from the one before."""
    found = [next_occurrence(wanted, datetime.combine(FIRST_DAY, time(), UTC) - timedelta(days=1))]
    # The first may still be of the week before, where the zone is ahead of UTC.
    while found[-1].period < "2030-W52":
        found.append(next_occurrence(wanted, found[-1].due_at))
    return [one for one in found if "2026-W01" <= one.period <= "2030-W52"]


class Clock:
    """What a clock on the wall of a zone shows, read every half hour for five years: slow, and without arithmetic."""

    def __init__(self, zone: str) -> None:
        start, end = (datetime.combine(day, time(), UTC) for day in (FIRST_DAY, LAST_DAY))
        start, end = start - timedelta(days=2), end + timedelta(days=3)
        self.moments = [start + number * HALF_AN_HOUR for number in range((end - start) // HALF_AN_HOUR)]
        place = ZoneInfo(zone)
        # The latest time shown so far: a clock that is set back shows nothing new for a while.
        self.shown = list(accumulate((one.astimezone(place).replace(tzinfo=None) for one in self.moments), max))

    def first(self, local: datetime) -> datetime:
        """The first moment at which it shows this time or a later one."""
        return self.moments[bisect_left(self.shown, local)]


@pytest.mark.parametrize("zone", SKIPPED)
def test_each_of_the_168_weekly_hours_comes_exactly_once_a_week_for_five_years(zone):
    clock, place = Clock(zone), ZoneInfo(zone)
    days = [FIRST_DAY + timedelta(days=number) for number in range((LAST_DAY - FIRST_DAY).days + 1)]
    weeks = [f"{day.isocalendar().year}-W{day.isocalendar().week:02d}" for day in days if day.weekday() == 0]
    assert len(weeks) == WEEKS
    elsewhere = {}
    for weekday, hour in WEEKLY_HOURS:
        found = every(wanted(weekday, f"{hour:02d}:00", zone))
        asked = [datetime.combine(day, time(hour)) for day in days if day.weekday() == weekday]
        assert [one.period for one in found] == weeks
        assert [one.due_at for one in found] == [clock.first(local) for local in asked]
        for one, local in zip(found, asked, strict=True):
            came = one.due_at.astimezone(place).replace(tzinfo=None)
            if came != local:
                elsewhere[f"{local:%Y-%m-%d %H:%M}"] = f"{came:%H:%M}"
    assert elsewhere == SKIPPED[zone]


def test_of_a_local_time_that_comes_twice_the_first_counts():
    found = next_occurrence(wanted(6, "02:30"), utc("2026-10-24"))
    assert found.due_at == utc("2026-10-25 00:30")
    assert next_occurrence(wanted(6, "02:30"), found.due_at).due_at == utc("2026-11-01 01:30")


def test_a_skipped_time_comes_at_the_first_minute_after_the_gap():
    assert next_occurrence(wanted(6, "02:30"), utc("2026-03-28")).due_at == utc("2026-03-29 01:00")
    assert next_occurrence(wanted(6, "02:15", "Australia/Lord_Howe"), utc("2026-10-02")).due_at == utc(
        "2026-10-03 15:30"
    )


def test_a_day_that_a_zone_left_out_comes_at_the_beginning_of_the_next_one():
    # Samoa crossed the date line: after Thursday, 29 December 2011, came Saturday.
    assert next_occurrence(wanted(4, "18:00", "Pacific/Apia"), utc("2011-12-28")).due_at == utc("2011-12-30 10:00")


def test_a_drop_that_is_due_now_is_the_latest_and_not_the_next():
    now = utc("2026-03-06 17:00")
    assert latest_occurrence(wanted(), now).due_at == now
    assert next_occurrence(wanted(), now).due_at == utc("2026-03-13 17:00")


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kolkata"])
def test_the_latest_is_the_one_before_the_next_wherever_the_day_begins(zone):
    for hours in range(0, 24 * 8, 5):
        now = utc("2026-03-06 17:00") + timedelta(hours=hours)
        for weekday in range(7):
            kind = wanted(weekday, "00:00", zone)
            latest, following = latest_occurrence(kind, now), next_occurrence(kind, now)
            assert latest.due_at <= now < following.due_at
            assert following == next_occurrence(kind, latest.due_at)


def test_a_week_that_has_had_its_drop_gets_no_other():
    now = utc("2026-03-04 12:00")
    assert next_occurrence(wanted(), now).period == "2026-W10"
    assert next_occurrence(wanted(), now, not_in="2026-W10") == Occurrence(utc("2026-03-13 17:00"), "2026-W11")


def test_the_week_is_that_of_the_local_day():
    # In Auckland it is Monday already, in a new ISO week and a new ISO year.
    found = next_occurrence(wanted(0, "00:30", "Pacific/Auckland"), utc("2025-12-27"))
    assert found == Occurrence(utc("2025-12-28 11:30"), "2026-W01")


def test_a_week_is_found_by_its_name():
    for weekday in range(7):
        kind = wanted(weekday)
        assert [occurrence_in(kind, one.period) for one in every(kind)] == every(kind)
