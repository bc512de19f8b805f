"""Endpoints with instances, which cost by the hour and scale with their load."""

import pytest
from deployed_models import config_of, deploy

from functions import settings


@pytest.fixture
def instances(aws, monkeypatch):
    """Settings that give each endpoint two instances without load."""
    monkeypatch.setenv("SNOWREEL_INFERENCE_INSTANCE_TYPE", "ml.m5.large")
    monkeypatch.setenv("SNOWREEL_INFERENCE_MIN_INSTANCES", "2")
    settings.deploy_settings.cache_clear()


@pytest.mark.usefixtures("instances")
def test_an_instance_type_in_the_settings_takes_the_place_of_serverless(api, aws):
    assert api.post("/deploy", [[0, "films", aws.trained("a")]]).status == 202
    (variant,) = aws.only("endpoint-config")["ProductionVariants"]
    assert (variant["InstanceType"], variant["InitialInstanceCount"]) == ("ml.m5.large", 2)
    assert "ServerlessConfig" not in variant


@pytest.mark.usefixtures("instances")
def test_an_update_in_the_busiest_hour_keeps_the_instances(api, aws):
    deploy(api, aws, aws.trained("a"), "first")
    (variant,) = aws.only("endpoint")["ProductionVariants"]
    variant["CurrentInstanceCount"] = 6
    assert deploy(api, aws, aws.trained("b"), "second").value["status"] == "InService"
    (variant,) = aws.only("endpoint")["ProductionVariants"]
    assert variant["CurrentInstanceCount"] == 6


def test_a_serverless_endpoint_may_get_instances(api, aws, request):
    deploy(api, aws, aws.trained("a"), "first")
    request.getfixturevalue("instances")
    assert deploy(api, aws, aws.trained("b"), "second").value["status"] == "InService"
    (variant,) = aws.only("endpoint")["ProductionVariants"]
    assert variant["CurrentInstanceCount"] == 2


def test_instances_never_become_serverless(api, aws, request, monkeypatch):
    old = aws.trained("a")
    request.getfixturevalue("instances")
    deploy(api, aws, old, "first")
    monkeypatch.setenv("SNOWREEL_INFERENCE_INSTANCE_TYPE", "")
    settings.deploy_settings.cache_clear()
    error = api.post("/deploy", [[0, "films", aws.trained("b")]], batch="second").value["error"]
    assert error["code"] == "DeploymentFailed"
    assert "serves what it served before" in error["message"]
    assert "undeploy it first" in error["message"]
    assert aws.living_configs() == {config_of("first")}
    assert aws.names("model") == {old}
