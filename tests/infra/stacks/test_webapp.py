"""Promises of the web app's stack."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from webapp.server import __main__ as server

from infra.settings.context import ContextError

IMAGE_URI = f"123456789012.dkr.ecr.us-east-1.amazonaws.com/webapp@sha256:{'1' * 64}"


@pytest.fixture(scope="module")
def container(with_webapp):
    task = with_webapp.the("AWS::ECS::TaskDefinition", "Webapp")
    (definition,) = task["Properties"]["ContainerDefinitions"]
    return definition


def test_it_is_made_only_where_the_context_has_it(dev, with_webapp):
    assert "Webapp" not in dev.templates
    assert "Webapp" in with_webapp.templates
    others = with_webapp.templates.keys() - {"Webapp"}
    assert others == dev.templates.keys()


def test_browsers_come_over_https_with_the_certificate(with_webapp, webapp_settings):
    certificate = webapp_settings["certificate_arn"]
    listeners = {
        listener["Properties"]["Port"]: listener["Properties"]
        for listener in with_webapp.resources(
            "AWS::ElasticLoadBalancingV2::Listener", "Webapp"
        ).values()
    }
    assert set(listeners) == {80, 443}
    (redirect,) = listeners[80]["DefaultActions"]
    assert redirect["RedirectConfig"]["Protocol"] == "HTTPS"
    assert redirect["RedirectConfig"]["StatusCode"] == "HTTP_301"
    assert listeners[443]["Protocol"] == "HTTPS"
    assert listeners[443]["Certificates"] == [{"CertificateArn": certificate}]
    assert "TLS13" in listeners[443]["SslPolicy"]


def test_containers_are_reached_through_the_balancer_alone(with_webapp):
    rules = [
        rule
        for group in with_webapp.resources("AWS::EC2::SecurityGroup", "Webapp").values()
        for rule in group["Properties"].get("SecurityGroupIngress", [])
    ]
    assert {rule["FromPort"] for rule in rules if rule.get("CidrIp") == "0.0.0.0/0"} == {80, 443}
    (ingress,) = with_webapp.resources("AWS::EC2::SecurityGroupIngress", "Webapp").values()
    assert ingress["Properties"]["FromPort"] == ingress["Properties"]["ToPort"] == 8501
    assert "SourceSecurityGroupId" in ingress["Properties"]


def test_a_browser_stays_with_its_container(with_webapp):
    group = with_webapp.the("AWS::ElasticLoadBalancingV2::TargetGroup", "Webapp")["Properties"]
    attributes = {each["Key"]: each["Value"] for each in group["TargetGroupAttributes"]}
    assert attributes["stickiness.enabled"] == "true"
    assert group["HealthCheckPath"] == "/_stcore/health"


def test_the_containers_role_may_do_nothing_and_has_the_name_that_snowflake_knows(with_webapp):
    roles = [
        role["Properties"]
        for role in with_webapp.resources("AWS::IAM::Role", "Webapp").values()
        if role["Properties"].get("RoleName")
    ]
    (role,) = roles
    assert role["RoleName"] == "snowreel-dev-webapp"
    assert "Policies" not in role
    assert "ManagedPolicyArns" not in role
    policies = with_webapp.resources("AWS::IAM::Policy", "Webapp").values()
    assert not any("ServiceRole" in json.dumps(p["Properties"]["Roles"]) for p in policies)


def test_snowflake_is_reached_by_workload_identity_and_no_secret_is_given(container):
    variables = {each["Name"]: each["Value"] for each in container["Environment"]}
    connection = json.loads(variables["SNOWREEL_SNOWFLAKE_CONNECTION"])
    assert connection["authenticator"] == "WORKLOAD_IDENTITY"
    assert connection["user"] == "SNOWREEL_WEBAPP_DEV"
    assert connection["role"] == "SNOWREEL_WEBAPP_DEV"
    assert not {"password", "token", "private_key"} & connection.keys()
    assert variables["SNOWREEL_WEBAPP_URL"] == "https://films.example.org"
    assert "CidrBlock" in json.dumps(variables["SNOWREEL_TRUSTED_PROXIES"])
    assert "Secrets" not in container


def test_the_variables_are_those_that_the_app_reads(container):
    settings = Path(__file__).parents[3] / "containers/webapp/src/webapp/base/settings.py"
    text = settings.read_text()
    for variable in container["Environment"]:
        assert f'"{variable["Name"]}"' in text


def test_a_failed_deployment_returns_to_the_one_before(with_webapp):
    service = with_webapp.the("AWS::ECS::Service", "Webapp")["Properties"]
    breaker = service["DeploymentConfiguration"]["DeploymentCircuitBreaker"]
    assert breaker == {"Enable": True, "Rollback": True}


def test_a_deployment_leaves_the_number_of_containers_to_the_load(with_webapp):
    """A number in the template would put a service that grew back, in its busiest hour."""
    assert "DesiredCount" not in with_webapp.the("AWS::ECS::Service", "Webapp")["Properties"]


def test_a_container_writes_to_its_volume_alone(with_webapp, container):
    """A volume takes owner and mode from the image, in which nobody's user has to write.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/bind-mounts.html
    """
    assert container["ReadonlyRootFilesystem"] is True
    (mount,) = container["MountPoints"]
    assert mount["ReadOnly"] is False
    task = with_webapp.the("AWS::ECS::TaskDefinition", "Webapp")["Properties"]
    assert [volume["Name"] for volume in task["Volumes"]] == [mount["SourceVolume"]]
    dockerfile = (Path(__file__).parents[3] / "containers/webapp/Dockerfile").read_text()
    assert f'VOLUME ["{mount["ContainerPath"]}"]' in dockerfile
    assert f"HOME={mount['ContainerPath']}\n" in dockerfile


def test_task_definitions_bear_the_name_of_the_deployment(with_webapp):
    task = with_webapp.the("AWS::ECS::TaskDefinition", "Webapp")["Properties"]
    assert task["Family"] == "snowreel-dev-webapp"


def test_a_container_keeps_connections_longer_than_the_balancer(with_webapp, monkeypatch):
    """Otherwise the balancer sends a request into a connection that is just being closed: 502."""
    balancer = with_webapp.the("AWS::ElasticLoadBalancingV2::LoadBalancer", "Webapp")
    attributes = {
        each["Key"]: each["Value"] for each in balancer["Properties"]["LoadBalancerAttributes"]
    }
    idle = int(attributes["idle_timeout.timeout_seconds"])
    served: dict[str, Any] = {}
    monkeypatch.setattr("uvicorn.run", lambda _, **options: served.update(options))
    monkeypatch.setattr(server, "settings", Mock)
    monkeypatch.setattr(server, "application", lambda _: None)
    server.main()
    assert served["timeout_keep_alive"] > idle


def test_containers_grow_in_number_within_the_limits(with_webapp):
    target = with_webapp.the("AWS::ApplicationAutoScaling::ScalableTarget", "Webapp")["Properties"]
    assert (target["MinCapacity"], target["MaxCapacity"]) == (1, 4)


def test_the_image_holds_the_app_and_nothing_else(with_webapp):
    assets = json.loads((with_webapp.folder / "Webapp.assets.json").read_text())
    (image,) = assets["dockerImages"].values()
    assert image["source"]["dockerFile"] == "containers/webapp/Dockerfile"
    context = with_webapp.folder / image["source"]["directory"]
    files = {path.relative_to(context) for path in context.rglob("*") if path.is_file()}
    for path in files:
        is_ours = path.is_relative_to("containers/webapp")
        assert is_ours or path == Path("requirements/webapp.txt"), path
        assert "__pycache__" not in path.parts
    assert Path("containers/webapp/src/webapp/.streamlit/config.toml") in files
    assert Path("containers/webapp/src/webapp/base/translations/fr.json") in files


def test_an_image_built_elsewhere_is_pulled_by_its_digest(synthesise, webapp_settings):
    deployment = synthesise("dev", {"webapp": webapp_settings | {"image_uri": IMAGE_URI}})
    task = deployment.the("AWS::ECS::TaskDefinition", "Webapp")
    assert task["Properties"]["ContainerDefinitions"][0]["Image"] == IMAGE_URI
    assets = json.loads((deployment.folder / "Webapp.assets.json").read_text())
    assert not assets.get("dockerImages")


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"certificate_arn": "certificate"}, "certificate_arn"),
        ({"public_url": "http://films.example.org"}, "public_url"),
        ({"public_url": "https://films.example.org/app"}, "public_url"),
        ({"least_tasks": 3, "most_tasks": 2}, "most_tasks"),
        ({"most_tasks": 0}, "most_tasks"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_wrong_setting_is_named(synthesise, webapp_settings, change, named):
    with pytest.raises(ContextError, match=named):
        synthesise("dev", {"webapp": webapp_settings | change})


def test_the_rule_packs_find_nothing(with_webapp):
    document = json.loads((with_webapp.folder / "validation-report.json").read_text())
    for plugin in document["pluginReports"]:
        rules = {violation["ruleName"] for violation in plugin["violations"]}
        assert rules <= {"Annotation::snowreel:example-account"}, rules


def test_cfn_lint_finds_nothing(with_webapp):
    template = with_webapp.folder / "Webapp.template.json"
    # CDK writes DependsOn where a reference says the same (W3005).
    command = [str(Path(sys.executable).with_name("cfn-lint")), "--ignore-checks", "W3005", "--"]
    outcome = subprocess.run([*command, template], capture_output=True, text=True, check=False)
    assert (outcome.returncode, outcome.stdout) == (0, "")
