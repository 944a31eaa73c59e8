"""When a weekly drop is due: our own arithmetic, because schedulers skip or double weeks where clocks change."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from storage.subscriptions import Wanted

DAY, WEEK = timedelta(days=1), timedelta(days=7)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, order=True)
class Occurrence:
    """One week's drop: the moment in UTC, and the ISO week ("2026-W47") of the local day that was asked for."""

    due_at: datetime
    period: str


def next_occurrence(wanted: Wanted, after: datetime, not_in: str | None = None) -> Occurrence:
    """The first drop later than `after` (aware), and not in the ISO week `not_in`, which has had its drop."""
    # A local day may begin up to 26 hours apart from the UTC day, and a skipped time ends up later than asked for.
    day = after.astimezone(UTC).date() - 2 * DAY
    day += (wanted.weekday - day.weekday()) % 7 * DAY
    while True:
        found = _occurrence(wanted, day)
        if found.due_at > after and found.period != not_in:
            return found
        day += WEEK


def latest_occurrence(wanted: Wanted, until: datetime) -> Occurrence:
    """The last drop that was due at `until` (aware) or before."""
    found = next_occurrence(wanted, until - 2 * WEEK)
    while (later := next_occurrence(wanted, found.due_at)).due_at <= until:
        found = later
    return found


def _occurrence(wanted: Wanted, day: date) -> Occurrence:
    year, week, _ = day.isocalendar()
    moment = local_moment(day, time.fromisoformat(wanted.local_time), ZoneInfo(wanted.zone))
    return Occurrence(moment, f"{year}-W{week:02d}")


def local_moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """A local time as a moment in UTC: the first of two, or for one that is skipped the first minute that exists."""
    local = datetime.combine(day, at, zone)
    moment = local.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return moment
    # In a gap, `fold` 0 reads the clock from before it and ends behind it, `fold` 1 the other way round.
    before = local.replace(fold=1).astimezone(UTC)
    while moment - before > MINUTE:
        middle = before + (moment - before) // MINUTE // 2 * MINUTE
        if middle.astimezone(zone).replace(tzinfo=None) < local.replace(tzinfo=None):
            before = middle
        else:
            moment = middle
    return moment


def occurrence_in(wanted: Wanted, period: str) -> Occurrence:
    """The drop of an ISO week."""
    year, week = period.split("-W")
    return _occurrence(wanted, date.fromisocalendar(int(year), int(week), wanted.weekday + 1))
