"""Metrics of the API: AWS's own, and those that the functions write."""

from collections.abc import Iterable, Sequence

from aws_cdk import Duration
from aws_cdk.aws_cloudwatch import IMetric, MathExpression, Metric
from aws_cdk.aws_events import Rule

from functions.lambdas import LambdaName
from functions.routes import ROUTES, STAGE

PERIOD = Duration.minutes(5)
#: Namespace of the metrics in `functions/api.py`; their dimension `service` is the prefix.
NAMESPACE = "Snowreel"


def api_metrics(prefix: str, function_names: Sequence[str]) -> dict[str, IMetric]:
    """Metrics that should be zero, and the latency; each has an alarm."""
    return {
        "FunctionErrors": _sum(_of_function("Errors", name) for name in function_names),
        "FunctionThrottles": _sum(_of_function("Throttles", name) for name in function_names),
        "ServerErrors": _of_stage("5XXError", prefix, "Sum"),
        "EndpointErrors": _sum(_written("Errors", prefix, name) for name in _names("invoke")),
        "LatencyP99": _of_stage("Latency", prefix, "p99"),
    }


def drift_metric(prefix: str) -> IMetric:
    """Figures of the day before that are beyond their limits, as the nightly loop counts them."""
    return Metric(
        namespace=NAMESPACE,
        metric_name="Drifts",
        dimensions_map={"service": prefix},
        statistic="Maximum",
        period=PERIOD,
    )


def busy_metrics(prefix: str) -> dict[str, IMetric]:
    """Metrics of the load, which have no alarm."""
    return {
        "Requests": _of_stage("Count", prefix, "SampleCount"),
        "Refusals": _of_stage("4XXError", prefix, "Sum"),
        "RowsAnswered": _sum(_written("Rows", prefix, name) for name in _names("invoke")),
        "Retries429": _sum(_written("Throttles", prefix, name) for name in _names()),
    }


def _of_stage(name: str, prefix: str, statistic: str) -> IMetric:
    """A metric of the API, whose name is the prefix, at its one stage; no export has to say so.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html
    """
    return Metric(
        namespace="AWS/ApiGateway",
        metric_name=name,
        dimensions_map={"ApiName": prefix, "Stage": STAGE},
        statistic=statistic,
        period=PERIOD,
    )


def _of_function(name: str, function_name: str) -> IMetric:
    """A metric of a Lambda function.

    https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
    """
    return Metric(
        namespace="AWS/Lambda",
        metric_name=name,
        dimensions_map={"FunctionName": function_name},
        statistic="Sum",
        period=PERIOD,
    )


def matched_events(rule: Rule) -> IMetric:
    """Number of events that a rule matched."""
    return Metric(
        namespace="AWS/Events",
        metric_name="MatchedEvents",
        dimensions_map={"RuleName": rule.rule_name},
        statistic="Sum",
        period=PERIOD,
    )


def _names(lambda_name: LambdaName | None = None) -> list[str]:
    return [route.sql_function for route in ROUTES if lambda_name in (None, route.lambda_name)]


def _written(name: str, prefix: str, sql_function: str) -> IMetric:
    return Metric(
        namespace=NAMESPACE,
        metric_name=name,
        dimensions_map={"service": prefix, "Function": sql_function},
        statistic="Sum",
        period=PERIOD,
    )


def _sum(metrics: Iterable[IMetric]) -> IMetric:
    terms = {f"m{position}": metric for position, metric in enumerate(metrics)}
    # a function nobody called has no data, which must not empty the sum
    expression = "+".join(f"FILL({name},0)" for name in terms)
    return MathExpression(expression=expression, using_metrics=terms, period=PERIOD)
