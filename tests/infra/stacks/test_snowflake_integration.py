"""Promises of the Snowflake integration: an order of creation in which nobody is trusted early."""

import json

from functions.routes import ROUTES
from functions.snowflake_integration.scripts import signatures


def logical_id(deployment, kind):
    (name,) = deployment.resources(kind, "SnowflakeIntegration")
    return name.split("/")[1]


def caller_role(deployment):
    return next(
        (name.split("/")[1], role)
        for name, role in deployment.resources("AWS::IAM::Role", "SnowflakeIntegration").items()
        if role["Properties"].get("RoleName", "").endswith("-snowflake-caller")
    )


def test_the_integration_gets_the_callers_arn_by_name_not_by_reference(deployment):
    """A reference would close the circle: the role's trust needs what the integration answers."""
    name, _ = caller_role(deployment)
    values = deployment.the("Custom::SnowflakeIntegration")["Properties"]["Values"]
    assert name not in json.dumps(values)
    assert json.dumps(values["caller_role_arn"]).rstrip('"]}').endswith("-snowflake-caller")
    assert "execute-api" in json.dumps(values["api_url"])


def test_the_caller_role_trusts_one_user_with_one_external_id(deployment):
    integration = logical_id(deployment, "Custom::SnowflakeIntegration")
    _, role = caller_role(deployment)
    (trust,) = role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Action"] == "sts:AssumeRole"
    assert trust["Principal"] == {"AWS": {"Fn::GetAtt": [integration, "ApiAwsIamUserArn"]}}
    external_id = {"Fn::GetAtt": [integration, "ApiAwsExternalId"]}
    assert trust["Condition"] == {"StringEquals": {"sts:ExternalId": external_id}}


def test_the_functions_are_made_after_the_role(deployment):
    name, _ = caller_role(deployment)
    assert name in deployment.the("Custom::SnowflakeObjects")["DependsOn"]


def test_the_caller_role_may_call_the_routes_and_nothing_else(deployment):
    policies = [
        statement
        for name, statement in deployment.statements()
        if name.startswith("SnowflakeIntegration/CallerRole")
    ]
    (statement,) = policies
    assert statement["Action"] == "execute-api:Invoke"
    texts = [json.dumps(resource) for resource in statement["Resource"]]
    expected = {f"/{method}{route.path}" for route in ROUTES for method in ("POST", "GET")}
    assert len(texts) == len(expected)
    for end in expected:
        assert any(text.rstrip('"]}').endswith(end) for text in texts), end


def test_a_changed_script_changes_both_resources(deployment):
    for kind in ("Custom::SnowflakeIntegration", "Custom::SnowflakeObjects"):
        assert len(deployment.the(kind)["Properties"]["Scripts"]) == 64


def test_allowed_schemas_are_passed_to_the_custom_resource(prod):
    properties = prod.the("Custom::SnowflakeObjects")["Properties"]
    assert properties["AllowedSchemas"] == ["MARTS", "SCRATCH"]
    assert properties["Functions"] == [each.typed for each in signatures()]


def test_nothing_waits_longer_than_the_function_runs(deployment):
    for kind in ("SnowflakeIntegration", "SnowflakeObjects", "RunTimeResources"):
        timeout = deployment.the(f"Custom::{kind}")["Properties"]["ServiceTimeout"]
        assert int(timeout) == 900
