"""Steps that only real accounts can pass, on answers of a test."""

import json
from pathlib import Path
from typing import Any

import pytest

from cli.verify import cloud
from cli.verify.catalog import STEPS
from cli.verify.site import StepError
from cli.verify.steps import accounts, alarm, delivery


def test_quotas_that_are_too_small_are_named(site: Any, pages: Any) -> None:
    quotas = [
        {"QuotaName": "Maximum number of serverless endpoints", "Value": 5.0},
        {"QuotaName": "ml.m5.large for training job usage", "Value": 0.0},
    ]
    site.clients["service-quotas"] = pages(Quotas=quotas)
    with pytest.raises(StepError, match=r"'ml\.m5\.large for training job usage' is 0 and needs"):
        accounts.quotas(site)
    quotas[1]["Value"] = 1.0
    assert "serverless endpoints: 5" in accounts.quotas(site)


def test_a_missing_role_leads_to_the_bootstrap(site: Any) -> None:
    roles = [{"name": name} for name in ("DEPLOYER_ROLE", "OPERATOR_ROLE", "ANALYST_ROLE")]
    site.answers["show roles"] = roles
    with pytest.raises(StepError, match="no role TRAINING_ROLE: let an administrator run"):
        accounts.bootstrap(site)
    roles.append({"name": "TRAINING_ROLE"})
    assert accounts.bootstrap(site).startswith("4 roles")


def test_stacks_of_somebody_are_not_made_ready_to_be_destroyed(
    site: Any, pages: Any, dockerfile: Path
) -> None:
    stacks = [{"StackName": "snowreel-dev-api"}, {"StackName": "snowreel-development-api"}]
    site.clients["cloudformation"] = pages(Stacks=stacks)
    with pytest.raises(StepError, match="snowreel-dev-api exist already"):
        delivery.deploy(site)
    assert site.commands == []
    site.keeps = True
    delivery.deploy(site)
    assert site.commands == [("deploy", "--require-approval never --ci")]
    site.keeps = False
    with pytest.raises(StepError, match="snowreel-dev-api exist already"):
        delivery.deploy(site)


def test_stacks_of_somebody_are_not_destroyed(site: Any, pages: Any, dockerfile: Path) -> None:
    """Neither by `--clean`, nor after a run that kept them."""
    site.clients["cloudformation"] = pages(Stacks=[{"StackName": "snowreel-dev-api"}])
    assert delivery.destroy(site).startswith("no stack is of this verification")
    site.keeps = True
    delivery.deploy(site)
    assert delivery.destroy(site).startswith("no stack is of this verification")
    assert [target for target, _ in site.commands] == ["deploy"]


def test_a_deployment_of_others_is_asked_and_left_alone(tmp_path: Path) -> None:
    """Steps that change stacks, or ask more of AWS than to read, are skipped by name."""
    left_alone = cloud.CloudSite("any", "dev", tmp_path, keeps=False, is_deployed=True).lacks
    left = [step.name for step in STEPS if step.name not in left_alone]
    assert left_alone.keys() < {step.name for step in STEPS}
    assert left == [
        "credentials",
        "bootstrap",
        "quotas",
        "chain",
        "load",
        "train",
        "deploy model",
        "invoke",
        "recommend",
        "undeploy",
        "tables removed",
    ]
    assert cloud.CloudSite("any", "dev", tmp_path, keeps=False).lacks == {}


def test_a_deployment_that_failed_half_way_goes_on(site: Any, pages: Any, dockerfile: Path) -> None:
    site.clients["cloudformation"] = pages(Stacks=[])

    def fail() -> None:
        raise StepError("half of it is there")

    site.on_make = fail
    with pytest.raises(StepError, match="half of it"):
        delivery.deploy(site)
    site.clients["cloudformation"] = pages(Stacks=[{"StackName": "snowreel-dev-api"}])
    site.on_make = lambda: None
    delivery.deploy(site)
    delivery.destroy(site)
    with pytest.raises(StepError, match="exist already"):
        delivery.deploy(site)


def test_the_image_differs_in_a_comment_while_it_is_deployed(site: Any, dockerfile: Path) -> None:
    seen: list[str] = []
    site.on_make = lambda: seen.append(dockerfile.read_text())
    delivery.change_image(site)
    delivery.revert_image(site)
    assert seen[0] == f"FROM scratch\n{seen[0].splitlines()[1]}\n"
    assert seen[0].splitlines()[1].startswith("#")
    assert seen[1] == "FROM scratch\n"


def test_a_comment_that_a_killed_run_left_is_removed(site: Any, dockerfile: Path) -> None:
    dockerfile.write_text(f"FROM scratch\n{delivery._MARK}\n")
    delivery.revert_image(site)


class CloudWatch:
    """An alarm whose action comes to the end that a test says."""

    def __init__(self, summary: str) -> None:
        self.summary = summary
        self.states: list[str] = []

    def describe_alarms(self, **values: str) -> Any:
        return {"MetricAlarms": [{"AlarmName": f"{values['AlarmNamePrefix']}monitoring-Slow"}]}

    def set_alarm_state(self, **values: str) -> None:
        self.states.append(values["StateValue"])

    def describe_alarm_history(self, **_: Any) -> Any:
        return {"AlarmHistoryItems": [{"HistorySummary": self.summary}]}


def test_an_alarm_that_reaches_its_topic_is_put_back(site: Any) -> None:
    watch = site.clients["cloudwatch"] = CloudWatch("Successfully executed action arn:aws:sns:x")
    assert "Successfully" in alarm.force(site)
    assert watch.states == ["ALARM", "OK"]


def test_an_alarm_that_reaches_nobody_fails(site: Any) -> None:
    watch = site.clients["cloudwatch"] = CloudWatch("Failed to execute action arn:aws:sns:x")
    with pytest.raises(StepError, match="reached nobody: Failed to execute"):
        alarm.force(site)
    assert watch.states == ["ALARM", "OK"]


def test_leftovers_are_listed_by_tag_and_by_name(site: Any, pages: Any) -> None:
    resource = {"ResourceARN": "arn:aws:s3:::bucket"}
    site.clients["resourcegroupstaggingapi"] = pages(ResourceTagMappingList=[resource])
    site.answers["show databases like 'DATABASE'"] = [{"name": "DATABASE"}]
    assert delivery.leftovers(site) == "2 left: arn:aws:s3:::bucket, DATABASE"
    site.answers.clear()
    site.clients["resourcegroupstaggingapi"] = pages(ResourceTagMappingList=[])
    assert delivery.leftovers(site) == "nothing is left"


def test_the_names_are_those_of_the_settings() -> None:
    names = cloud.names_of("dev")
    context = json.loads((cloud.ROOT / "cdk.json").read_text())["context"]
    assert names.database == context["environments"]["dev"]["snowflake"]["database"]
    assert names.prefix == "snowreel-dev"


def test_a_program_ends_with_its_children_and_leaves_its_output(tmp_path: Path) -> None:
    assert cloud._run(["sh", "-c", "echo told; exit 3"], tmp_path / "log") == 3
    assert (tmp_path / "log").read_text() == "told\n"
