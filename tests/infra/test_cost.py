"""Numbers of `docs/cost.md` that the templates and the functions decide."""

from pathlib import Path

import pytest

from functions import telemetry
from functions.routes import ROUTES

COST = (Path(__file__).parents[2] / "docs" / "cost.md").read_text()


def metrics_in(alarm):
    properties = alarm["Properties"]
    return sum("MetricStat" in each for each in properties.get("Metrics", ())) or 1


def test_alarms_are_billed_by_the_metrics_in_them(dev, prod):
    alarms = dev.resources("AWS::CloudWatch::Alarm").values()
    total = sum(map(metrics_in, alarms))
    more = sum(map(metrics_in, prod.resources("AWS::CloudWatch::Alarm").values())) - total
    said = f"{len(alarms)} alarms look at {total} metrics, with instances and a nightly loop at"
    assert f"{said} {more} more" in COST
    assert f"alarms | {total / 10:.2f} | {total / 10:.2f} |" in COST
    assert len(dev.resources("AWS::CloudWatch::Dashboard")) == 1


def test_each_function_writes_as_many_metrics_as_are_billed():
    telemetry.write(telemetry.RequestRecord(sql_function="invoke_model", request_id="r"))
    written = telemetry.metrics.serialize_metric_set()
    telemetry.metrics.clear_metrics()
    names = written["_aws"]["CloudWatchMetrics"][0]["Metrics"]
    assert f"{len(ROUTES)} functions write {len(names)} each" in COST
    assert f"metrics of the functions | 0 | {len(ROUTES) * len(names) * 0.30:.2f} |" in COST


def test_the_web_app_is_as_large_as_what_is_billed(with_webapp):
    task = with_webapp.the("AWS::ECS::TaskDefinition", "Webapp")["Properties"]
    assert (task["Cpu"], task["Memory"]) == ("512", "1024")
    assert "half a processor and 1 GB" in COST
    month = 730 * (0.5 * 0.04048 + 0.004445)
    assert float(f"{month:.0f}") == pytest.approx(18)
    assert not with_webapp.resources("AWS::EC2::NatGateway")
