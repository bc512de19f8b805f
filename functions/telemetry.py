"""Telemetry of a request: one log line, metrics, a trace."""

import os
from collections import Counter
from dataclasses import dataclass, field

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit, single_metric

NAMESPACE = "Snowreel"
#: Metric with the dimensions Function and Code: rows and requests that ended in this code.
REFUSALS_BY_CODE = "RefusalsByCode"

#: Metric with the dimension service: yesterday's figures that are beyond their limits.
DRIFTS = "Drifts"

#: The deployment: its stack sets the variable, so that two of them in one account stay apart.
SERVICE = os.environ.get("POWERTOOLS_SERVICE_NAME", "snowreel")

logger = Logger(service=SERVICE)
#: Each call of boto3 becomes a segment, on threads too: Powertools patches it.
tracer = Tracer(service=SERVICE)
metrics = Metrics(namespace=NAMESPACE, service=SERVICE)


@dataclass(kw_only=True)
class RequestRecord:
    """A request by the time it is answered, as its operators see it."""

    sql_function: str
    request_id: str
    query_id: str = ""
    batch_id: str = ""
    #: Names of the models that the rows address.
    model: str = ""
    rows: int = 0
    status: int = 500
    #: Number of times each code of an error was answered, for the request or in its rows.
    codes: Counter[str] = field(default_factory=Counter)
    #: The sentence that a refused request was given.
    reason: str = ""
    milliseconds: float = 0.0

    @property
    def outcome(self) -> str:
        """The request in one word: its answer, or the code of its refusal."""
        if self.status >= 400:
            return next(iter(self.codes), "Refused")
        return "InProgress" if self.status == 202 else "Answered"


def write(record: RequestRecord) -> None:
    """Write the request's log line and count it."""
    logger.info("answered", extra=_line(record))
    status = record.status
    metrics.add_dimension(name="Function", value=record.sql_function)
    _count("Rows", record.rows)
    metrics.add_metric("Latency", MetricUnit.Milliseconds, record.milliseconds)
    _count("Throttles", status == 429)
    _count("Errors", status >= 500)
    _count("Refusals", 400 <= status < 500 and status != 429)
    for code, times in record.codes.items():
        _count_code(record.sql_function, code, times)


def _line(record: RequestRecord) -> dict[str, object]:
    line: dict[str, object] = {
        "sql_function": record.sql_function,
        "query_id": record.query_id,
        "batch_id": record.batch_id,
        "request_id": record.request_id,
        "rows": record.rows,
        "model": record.model,
        "status": record.status,
        "outcome": record.outcome,
        "duration_ms": record.milliseconds,
    }
    if record.codes:
        line["codes"] = dict(record.codes)
    if record.reason:
        line["reason"] = record.reason
    return line


def _count(name: str, value: float) -> None:
    metrics.add_metric(name, MetricUnit.Count, value)


def count_drifts(value: int) -> None:
    """Count figures beyond their limits: an alarm is raised by any."""
    with single_metric(
        name=DRIFTS, unit=MetricUnit.Count, value=value, namespace=NAMESPACE
    ) as metric:
        metric.add_dimension("service", metrics.service or "")


def _count_code(sql_function: str, code: str, times: int) -> None:
    with single_metric(
        name=REFUSALS_BY_CODE, unit=MetricUnit.Count, value=times, namespace=NAMESPACE
    ) as metric:
        metric.add_dimension("service", metrics.service or "")
        metric.add_dimension("Function", sql_function)
        metric.add_dimension("Code", code)
