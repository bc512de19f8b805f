"""An alarm on its way to its topic."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

from cli.verify.site import Site, StepError

_POLL_SECONDS = 5.0
#: Clocks of this machine and of CloudWatch may differ.
_SKEW = timedelta(minutes=2)


def force(site: Site) -> str:
    """Force an alarm and wait until CloudWatch says what became of its message.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_SetAlarmState.html
    """
    client = site.client("cloudwatch")
    found = client.describe_alarms(AlarmNamePrefix=f"{site.names.prefix}-")["MetricAlarms"]
    if not found:
        raise StepError(f"No alarm is called {site.names.prefix}-...: deploy again.")
    name = min(alarm["AlarmName"] for alarm in found)
    reason = "snowreel verify: does it reach anybody?"
    since = datetime.now(UTC) - _SKEW
    client.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason=reason)
    try:
        summary = _action(client, name, since)
    finally:
        client.set_alarm_state(AlarmName=name, StateValue="OK", StateReason=reason)
    if not summary.startswith("Successfully"):
        raise StepError(f"The alarm {name} reached nobody: {summary}")
    return f"{name}: {summary}"


def _action(client: Any, name: str, since: datetime) -> str:
    """CloudWatch's word on the alarm's action; the step's budget ends the wait."""
    while True:
        history = client.describe_alarm_history(
            AlarmName=name, HistoryItemType="Action", StartDate=since
        )["AlarmHistoryItems"]
        if history:
            return str(history[0]["HistorySummary"])
        time.sleep(_POLL_SECONDS)
