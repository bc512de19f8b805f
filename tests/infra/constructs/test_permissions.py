"""Promises about who may do what, found in every policy of every stack."""

import ast
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]

#: Actions that AWS authorises on no resource; each is the reason for one `*`.
NO_RESOURCE = {
    "cloudwatch:PutMetricData",
    "ecr:GetAuthorizationToken",
    # https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
    "sagemaker:ListEndpointConfigs",
    "sagemaker:ListEndpoints",
    "sagemaker:ListModelPackageGroups",
    # of a group's versions: on which of its two kinds of resource no page says for certain
    "sagemaker:ListModelPackages",
    "sagemaker:ListModels",
    "sagemaker:ListTrainingJobs",
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
}


def as_list(value):
    return value if isinstance(value, list) else [value]


def test_no_policy_has_a_star_action(deployment):
    statements = list(deployment.statements())
    assert len(statements) > 10
    for name, statement in statements:
        assert statement["Effect"] == "Allow", name
        for action in as_list(statement["Action"]):
            assert "*" not in action, name


def test_star_resources_are_for_actions_that_take_no_resource(deployment):
    for name, statement in deployment.statements():
        if "*" in as_list(statement["Resource"]):
            assert set(as_list(statement["Action"])) <= NO_RESOURCE, name


def test_sagemaker_names_begin_with_the_prefix(deployment):
    found = 0
    for name, statement in deployment.statements():
        actions = set(as_list(statement["Action"]))
        if not any(action.startswith("sagemaker:") for action in actions - NO_RESOURCE):
            continue
        for resource in as_list(statement["Resource"]):
            found += 1
            text = json.dumps(resource)
            assert "/snowreel-dev-*" in text or "/snowreel-prod-*" in text, name
    assert found


def test_roles_are_passed_to_sagemaker_alone_and_only_ours(deployment):
    passes = [
        (name, statement)
        for name, statement in deployment.statements()
        if "iam:PassRole" in as_list(statement["Action"])
    ]
    # the functions that train and deploy; the one that retrains does both
    assert len(passes) in {2, 3}
    for name, statement in passes:
        assert statement["Action"] == "iam:PassRole", name
        condition = {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}}
        assert statement["Condition"] == condition, name
        for resource in as_list(statement["Resource"]):
            assert isinstance(resource, dict), name


def test_the_only_managed_policy_is_the_one_for_the_gateways_log(deployment):
    managed = [
        arn
        for role in deployment.resources("AWS::IAM::Role").values()
        for arn in role["Properties"].get("ManagedPolicyArns", ())
    ]
    assert len(managed) == 1
    assert "AmazonAPIGatewayPushToCloudWatchLogs" in json.dumps(managed)


def test_no_role_trusts_everybody(deployment):
    for name, role in deployment.resources("AWS::IAM::Role").items():
        for statement in role["Properties"]["AssumeRolePolicyDocument"]["Statement"]:
            assert "*" not in json.dumps(statement["Principal"]), name


#: Services whose guides name no account when they assume a role: a condition would shut them out.
NAMES_NO_ACCOUNT = {"apigateway.amazonaws.com", "lambda.amazonaws.com"}


@pytest.mark.parametrize("environment", ["dev", "prod", "with_webapp"])
def test_services_assume_roles_for_this_account_alone(environment, request):
    """Another customer may not talk a service into our roles.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
    """
    trusts = [
        (name, statement)
        for name, role in request.getfixturevalue(environment).resources("AWS::IAM::Role").items()
        for statement in role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        if "Service" in statement["Principal"]
    ]
    asked = [each for each in trusts if each[1]["Principal"]["Service"] not in NAMES_NO_ACCOUNT]
    assert len(asked) >= 2
    for name, trust in asked:
        account = "123456789012" if environment == "prod" else {"Ref": "AWS::AccountId"}
        assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": account}}, name


def test_every_function_has_a_role_of_its_own(deployment):
    functions = deployment.resources("AWS::Lambda::Function").values()
    roles = [json.dumps(function["Properties"]["Role"]) for function in functions]
    assert len(set(roles)) == len(roles)


def test_three_role_names_are_fixed_and_no_other(dev):
    names = {
        role["Properties"]["RoleName"]
        for role in dev.resources("AWS::IAM::Role").values()
        if "RoleName" in role["Properties"]
    }
    kinds = ("snowflake-caller", "deployer", "training-job")
    assert names == {f"snowreel-dev-{kind}" for kind in kinds}
    for role in dev.resources("AWS::IAM::Role").values():
        assert "Path" not in role["Properties"]


def called_operations(*modules):
    """Names of the SageMaker operations that the code calls."""
    found = set()
    for module in modules:
        for node in ast.walk(ast.parse((ROOT / module).read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
            elif isinstance(node, ast.Attribute):
                found.add(node.attr)
    return found


def granted_operations(dev, *roles):
    for name, statement in dev.statements():
        if any(role in name for role in roles):
            for action in as_list(statement["Action"]):
                if action.startswith("sagemaker:"):
                    yield action.removeprefix("sagemaker:")


def snake(name):
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")


def test_every_sagemaker_right_is_used_by_the_code(dev):
    """A right that no line needs is one too many."""
    used = called_operations(
        "functions/sagemaker/control_plane.py",
        "functions/sagemaker/endpoints.py",
        "functions/custom_resources/run_time_resources.py",
    )
    granted = set(granted_operations(dev, "FunctionsTrain", "FunctionsDeploy", "FunctionsInvoke"))
    granted |= set(granted_operations(dev, "RunTimeResources"))
    # CreateModel, CreateEndpointConfig and CreateTrainingJob with tags need AddTags
    assert {snake(name) for name in granted} <= used


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_no_parameter_or_variable_carries_a_secret(environment, request):
    deployment = request.getfixturevalue(environment)
    suspicious = ("password", "passphrase", "private_key", "access_key", "token", "secret")
    for template in deployment.templates.values():
        assert set(template.get("Parameters", {})) <= {"BootstrapVersion"}
    for name, function in deployment.resources("AWS::Lambda::Function").items():
        for variable, value in (
            function["Properties"].get("Environment", {"Variables": {}})["Variables"].items()
        ):
            text = json.dumps(value).lower().replace("private_key_secret_arn", "")
            text = text.replace("arn:aws:secretsmanager", "").replace(":secret:", "")
            assert not any(word in f"{variable.lower()} {text}" for word in suspicious), name
    for name, resource in deployment.resources("Custom::SnowflakeIntegration").items():
        connection = json.loads(resource["Properties"]["Connection"])
        allowed = {"account", "user", "role", "warehouse", "authenticator"}
        allowed |= {"workload_identity_provider", "private_key_secret_arn"}
        assert set(connection) <= allowed, name


def test_by_default_there_is_no_secret_at_all(dev):
    assert not any("secretsmanager" in json.dumps(template) for template in dev.templates.values())
    assert (
        "WORKLOAD_IDENTITY" in dev.the("Custom::SnowflakeIntegration")["Properties"]["Connection"]
    )


def test_with_a_key_pair_each_role_reads_its_own_key_alone(prod):
    readers = {
        name.split("/")[1]: as_list(statement["Resource"])
        for name, statement in prod.statements()
        if "secretsmanager:GetSecretValue" in as_list(statement["Action"])
    }
    assert len(readers) == 2
    for name, resources in readers.items():
        kind = "training" if "Training" in name else "deployer"
        assert resources == [f"arn:aws:secretsmanager:us-east-1:123456789012:secret:{kind}-AbCdEf"]
