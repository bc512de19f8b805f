"""Schedules of tasks: Snowflake's own examples, changes of the clock, and what is refused."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from snowflake_local.model.cron import Cron
from snowflake_local.model.errors import SqlError
from snowflake_local.model.schedule import Schedule

PACIFIC = "America/Los_Angeles"
START = datetime(2027, 1, 1, 12, tzinfo=UTC)


def times(expression, zone, after, count=4):
    cron = Cron(expression, zone)
    found = []
    for _ in range(count):
        after = cron.following(after)
        if after is None:
            break
        found.append(after)
    return found


def shown(expression, after, count=4, zone="UTC"):
    return [f"{time:%m-%d %H:%M}" for time in times(expression, zone, after, count)]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("* * * * *", ["01-01 12:01", "01-01 12:02", "01-01 12:03"]),
        ("0/20 * * * *", ["01-01 12:20", "01-01 12:40", "01-01 13:00"]),
        ("*/20 * * * *", ["01-01 12:20", "01-01 12:40", "01-01 13:00"]),
        ("5 * * * *", ["01-01 12:05", "01-01 13:05", "01-01 14:05"]),
        ("0 6,18 * * *", ["01-01 18:00", "01-02 06:00", "01-02 18:00"]),
        ("0 3 * * MON-FRI", ["01-04 03:00", "01-05 03:00", "01-06 03:00"]),
        ("0 0 1 * *", ["02-01 00:00", "03-01 00:00", "04-01 00:00"]),
        ("0 0 L * *", ["01-31 00:00", "02-28 00:00", "03-31 00:00"]),
        # the last Friday of a month
        ("0 0 * * 5L", ["01-29 00:00", "02-26 00:00", "03-26 00:00"]),
        # a quantum of time is computed by itself: no January three months after October
        ("0 0 1 4/3 *", ["04-01 00:00", "07-01 00:00", "10-01 00:00", "04-01 00:00"]),
        # by the day of the month or by that of the week: 2027-01-02 is a Saturday
        ("0 0 10-11 * tue", ["01-05 00:00", "01-10 00:00", "01-11 00:00", "01-12 00:00"]),
    ],
)
def test_the_fields_of_a_cron_expression(expression, expected):
    assert shown(expression, START, len(expected)) == expected


def test_a_run_is_after_the_time_of_its_own_minute():
    midnight = datetime(2027, 1, 1, tzinfo=UTC)
    assert shown("0 0 * * *", midnight, 1) == ["01-02 00:00"]
    assert shown("0 0 * * *", midnight + timedelta(seconds=5), 1) == ["01-02 00:00"]


def test_what_a_clock_shows_twice_runs_twice():
    """Snowflake's example: 1 a.m. in Los Angeles on the day on which summer ends."""
    before = datetime(2027, 11, 7, 6, tzinfo=UTC)
    assert shown("0 1 * * *", before, 3, PACIFIC) == ["11-07 08:00", "11-07 09:00", "11-08 09:00"]
    assert shown("30 1,2 7 * *", before, 3, PACIFIC) == [
        "11-07 08:30",
        "11-07 09:30",
        "11-07 10:30",
    ]


def test_what_a_clock_skips_does_not_run():
    """Snowflake's example: 2 a.m. in Los Angeles on the day on which summer begins."""
    before = datetime(2027, 3, 13, 12, tzinfo=UTC)
    assert shown("0 2 * * *", before, 2, PACIFIC) == ["03-15 09:00", "03-16 09:00"]


def test_every_minute_goes_on_through_a_change_of_the_clock():
    for begin in (datetime(2027, 11, 7, 7, tzinfo=UTC), datetime(2027, 3, 14, 9, tzinfo=UTC)):
        found = times("* * * * *", PACIFIC, begin, 200)
        assert {later - earlier for earlier, later in pairwise(found)} == {timedelta(minutes=1)}


#: An expression, and what a clock shows when it is met.
MET = {
    "0 1 * * *": lambda clock: (clock.hour, clock.minute) == (1, 0),
    "30 2 * * *": lambda clock: (clock.hour, clock.minute) == (2, 30),
    "15 */2 * * *": lambda clock: clock.hour % 2 == 0 and clock.minute == 15,
    "50/5 1-3 * * *": lambda clock: 1 <= clock.hour <= 3 and clock.minute in {50, 55},
}
#: Days on which the clocks of these zones change, by an hour, by half of one and by two.
CHANGES = {
    PACIFIC: [datetime(2027, 3, 14, tzinfo=UTC), datetime(2027, 11, 7, tzinfo=UTC)],
    "Australia/Lord_Howe": [datetime(2027, 4, 4, tzinfo=UTC), datetime(2027, 10, 3, tzinfo=UTC)],
    "Antarctica/Troll": [datetime(2027, 3, 28, tzinfo=UTC), datetime(2027, 10, 31, tzinfo=UTC)],
}


@given(
    st.sampled_from([(zone, day) for zone, days in CHANGES.items() for day in days]),
    st.integers(-1440, 2880),
    st.sampled_from(list(MET)),
)
def test_the_next_time_is_the_first_at_which_a_clock_shows_it(change, minutes, expression):
    """Against the plain reading: look at the clock, minute by minute."""
    zone, day = change
    after = day + timedelta(minutes=minutes)
    looked_at = (after + timedelta(minutes=n) for n in range(1, 4320))
    first = next(time for time in looked_at if MET[expression](time.astimezone(ZoneInfo(zone))))
    assert Cron(expression, zone).following(after) == first


def test_a_day_that_never_comes():
    assert Cron("0 0 30 2 1", "UTC").following(START) is not None
    with pytest.raises(ValueError, match="day-of-month"):
        Cron("0 0 30 2 *", "UTC")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "say '<number> MINUTES'"),
        ("soon", "say '<number> MINUTES'"),
        ("0 MINUTES", "1 to 11520"),
        ("11521 MINUTES", "1 to 11520"),
        ("9 SECONDS", "10 to 691200"),
        ("193 h", "1 to 192"),
        ("-5 MINUTES", "say '<number>"),
        ("1.5 HOURS", "say '<number>"),
        ("5 DAYS", "say '<number>"),
        ("USING CRON", "say '<number>"),
        ("USING CRON 0 0 * * *", "five fields, not 4"),
        ("USING CRON 0 0 0 * * * UTC", "five fields, not 6"),
        ("USING CRON 0 0 * * * Mars/Olympus", "no time zone 'Mars/Olympus'"),
        ("USING CRON 0 0 * * * ../../etc/passwd", "no time zone"),
        ("USING CRON 60 0 * * * UTC", "Bad minute"),
        ("USING CRON 0 0 0 * * UTC", "Bad day-of-month"),
        ("USING CRON 0 0 * 13 * UTC", "Bad month"),
        # what CronSim takes and Snowflake's page does not name
        ("USING CRON 0 0 * * 7 UTC", "field '7'"),
        ("USING CRON 0 0 * * L UTC", "field 'L'"),
        ("USING CRON 0 0 LW * * UTC", "field 'LW'"),
        ("USING CRON 0 0 * * MON#2 UTC", "field 'MON#2'"),
        ("USING CRON 0 0 ? * * UTC", r"field '\?'"),
        ("USING CRON 0/0 0 * * * UTC", "Bad minute"),
        ("USING CRON 30-10 0 * * * UTC", "Bad minute"),
        ("USING CRON @daily UTC", "five fields, not 1"),
    ],
)
def test_what_is_no_schedule_is_refused_with_its_reason(text, reason):
    with pytest.raises(SqlError, match=reason):
        Schedule(text)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("10 MINUTE", 10), ("10 minutes", 10), ("2 h", 120), ("2 HOURS", 120), ("600 SECONDS", 10)],
)
def test_an_interval_is_counted_from_when_the_task_was_resumed(text, minutes):
    base = datetime(2027, 1, 1, 9, 3, tzinfo=UTC)
    schedule = Schedule(text)
    assert schedule.following(base, base) == base + timedelta(minutes=minutes)
    late = base + timedelta(minutes=2 * minutes + 1)
    assert schedule.following(late, base) == base + timedelta(minutes=3 * minutes)
    assert schedule.following(base - timedelta(hours=9), base) == base + timedelta(minutes=minutes)


def test_a_cron_schedule_asks_no_base():
    assert Schedule("using cron 0 0 * * * UTC").following(START, START) == datetime(
        2027, 1, 2, tzinfo=UTC
    )
