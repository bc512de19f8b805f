"""Due times: fields of cron, days and weekdays, rates, one time, and clocks that are changed."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from aws_local.scheduler.recurrence import recurrence
from hypothesis import given
from hypothesis import strategies as st

CREATED = datetime(2026, 1, 1, tzinfo=UTC)
BERLIN = "Europe/Berlin"


def due(expression, count=1, after=CREATED, zone="UTC"):
    """The next due times, as the zone's clocks show them."""
    times, follow = [], recurrence(expression, ZoneInfo(zone), CREATED)
    moment = after
    for _ in range(count):
        moment = follow(moment)
        if moment is None:
            break
        times.append(moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M"))
    return times


@pytest.mark.parametrize(
    ("expression", "times"),
    [
        ("cron(0 3 * * ? *)", ["2026-01-01 03:00", "2026-01-02 03:00"]),
        ("cron(15 10 ? * * *)", ["2026-01-01 10:15", "2026-01-02 10:15"]),
        ("cron(0/30 22 * * ? *)", ["2026-01-01 22:00", "2026-01-01 22:30", "2026-01-02 22:00"]),
        ("cron(10-20/5 0 * * ? *)", ["2026-01-01 00:10", "2026-01-01 00:15", "2026-01-01 00:20"]),
        ("cron(0 8,18 1 * ? *)", ["2026-01-01 08:00", "2026-01-01 18:00", "2026-02-01 08:00"]),
        ("cron(0 9 ? * MON-FRI *)", ["2026-01-01 09:00", "2026-01-02 09:00", "2026-01-05 09:00"]),
        ("cron(0 9 ? * 1 *)", ["2026-01-04 09:00", "2026-01-11 09:00"]),
        ("cron(0 9 ? jan,MAR Sun *)", ["2026-01-04 09:00"]),
        ("cron(0 0 L * ? *)", ["2026-01-31 00:00", "2026-02-28 00:00"]),
        ("cron(0 0 29 2 ? *)", ["2028-02-29 00:00", "2032-02-29 00:00"]),
        ("cron(0 0 LW * ? *)", ["2026-01-30 00:00", "2026-02-27 00:00"]),
        ("cron(0 0 3W 1,5 ? *)", ["2026-01-02 00:00", "2026-05-04 00:00"]),
        ("cron(0 0 1W 8 ? *)", ["2026-08-03 00:00"]),
        ("cron(0 0 31W * ? *)", ["2026-01-30 00:00", "2026-03-31 00:00", "2026-05-29 00:00"]),
        ("cron(0 0 ? * 6L *)", ["2026-01-30 00:00", "2026-02-27 00:00"]),
        ("cron(0 0 ? * TUE#2 *)", ["2026-01-13 00:00", "2026-02-10 00:00"]),
        ("cron(0 0 ? * L *)", ["2026-01-03 00:00", "2026-01-10 00:00"]),
        ("cron(0 0 1 1 ? 2027-2028)", ["2027-01-01 00:00", "2028-01-01 00:00"]),
        ("rate(1 minute)", ["2026-01-01 00:01", "2026-01-01 00:02"]),
        ("rate(12 hours)", ["2026-01-01 12:00", "2026-01-02 00:00"]),
        ("rate(5 days)", ["2026-01-06 00:00", "2026-01-11 00:00"]),
        ("at(2026-01-01T00:00:01)", ["2026-01-01 00:00"]),
    ],
)
def test_due_times(expression, times):
    assert due(expression, len(times)) == times


@pytest.mark.parametrize("expression", ["cron(0 0 30 2 ? *)", "cron(0 0 1 1 ? 2025)"])
def test_what_is_never_due(expression):
    assert due(expression) == []


def test_one_time_is_due_once():
    assert due("at(2026-03-01T12:00:00)", 5, zone=BERLIN) == ["2026-03-01 12:00"]
    assert due("at(2025-03-01T12:00:00)", 5) == []


def test_a_rate_begins_at_once():
    just_before = CREATED - timedelta(microseconds=1)
    assert due("rate(1 hour)", 2, just_before) == ["2026-01-01 00:00", "2026-01-01 01:00"]
    long_before = CREATED - timedelta(days=7)
    assert due("rate(1 hour)", 1, long_before) == ["2026-01-01 00:00"]


def test_a_time_that_clocks_jump_over_is_left_out():
    """02:30 on March 29, 2026 is not there in Berlin."""
    eve = datetime(2026, 3, 27, 12, tzinfo=UTC)
    times = due("cron(30 2 * * ? *)", 2, eve, BERLIN)
    assert times == ["2026-03-28 02:30", "2026-03-30 02:30"]
    assert due("at(2026-03-29T02:30:00)", 1, eve, BERLIN) == []


def test_a_time_that_clocks_show_twice_is_due_once():
    """02:30 on October 25, 2026 comes twice in Berlin; the first one counts."""
    eve = datetime(2026, 10, 24, 12, tzinfo=UTC)
    follow = recurrence("cron(30 2 * * ? *)", ZoneInfo(BERLIN), CREATED)
    first = follow(eve)
    assert first == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert follow(first) == datetime(2026, 10, 26, 1, 30, tzinfo=UTC)


def test_a_rate_of_days_is_one_of_24_hours():
    follow = recurrence("rate(1 day)", ZoneInfo(BERLIN), CREATED)
    spring = datetime(2026, 3, 28, 12, tzinfo=UTC)
    assert [follow(spring), follow(spring + timedelta(1))] == [
        datetime(2026, 3, 29, tzinfo=UTC),
        datetime(2026, 3, 30, tzinfo=UTC),
    ]


@pytest.mark.parametrize(
    "expression",
    [
        *("", "3 * * * *", "cron()", "cron(0 3 * * ?)", "cron(0 3 * * * *)", "cron(0 3 ? * ? *)"),
        *("cron(60 3 * * ? *)", "cron(0 24 * * ? *)", "cron(0 3 32 * ? *)", "cron(0 3 0 * ? *)"),
        *("cron(0 3 * 13 ? *)", "cron(0 3 ? * 8 *)", "cron(0 3 * * ? 1969)", "cron(9-3 3 * * ? *)"),
        *(
            "cron(0/0 3 * * ? *)",
            "cron(x 3 * * ? *)",
            "cron(0 3 ? * MON#6 *)",
            "cron(*-5 3 * * ? *)",
        ),
        *("cron(0 3 1,L * ? *)", "rate(0 days)", "rate(1.5 days)", "rate(1 week)", "rate(-1 days)"),
        *("at(2026-01-01)", "at(2026-13-01T00:00:00)", "at(2026-01-01T00:00:00Z)", "every(1 day)"),
    ],
)
def test_what_is_no_expression(expression):
    with pytest.raises(ValueError, match=r"\w+"):
        recurrence(expression, ZoneInfo("UTC"), CREATED)


@given(
    st.integers(0, 59),
    st.integers(0, 23),
    st.sampled_from([BERLIN, "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]),
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001
)
def test_a_daily_time_is_due_on_each_day_that_has_it(minute, hour, zone, start):
    """At the very time on the clocks, later and later, and no day twice or left out."""
    follow = recurrence(f"cron({minute} {hour} * * ? *)", ZoneInfo(zone), CREATED)
    moments = [start.replace(tzinfo=UTC)]
    for _ in range(400):
        moments.append(follow(moments[-1]))
    local = [moment.astimezone(ZoneInfo(zone)) for moment in moments[1:]]
    assert {(each.hour, each.minute) for each in local} == {(hour, minute)}
    gaps = [(after.date() - before.date()).days for before, after in pairwise(local)]
    assert set(gaps) <= {1, 2}
    assert gaps.count(2) <= 2
