"""Requests of calls: actions, resources, tags, passed roles, condition keys."""

import pytest
from aws_local.iam.action_catalogue import ActionCatalogue
from aws_local.iam.request import AccessRequest
from aws_local.settings import Account

HERE = "us-east-1:123456789012"
ROLE = "arn:aws:iam::123456789012:role/baker"


@pytest.fixture
def needs():
    account = Account(account_id="123456789012", region="us-east-1", principals={})

    def of(service, operation, **parameters):
        requests = ActionCatalogue(account).requests(service, operation, parameters)
        return [(each.action, each.resource) for each in requests]

    return of


def test_an_endpoint_is_made_on_its_configuration_too(needs):
    names = {"EndpointName": "rye", "EndpointConfigName": "rye-1"}
    assert needs("sagemaker", "CreateEndpoint", **names) == [
        ("sagemaker:CreateEndpoint", f"arn:aws:sagemaker:{HERE}:endpoint/rye"),
        ("sagemaker:CreateEndpoint", f"arn:aws:sagemaker:{HERE}:endpoint-config/rye-1"),
    ]


def test_tags_at_creation_and_a_passed_role_need_rights_of_their_own(needs):
    job = f"arn:aws:sagemaker:{HERE}:training-job/rye"
    given = {"TrainingJobName": "rye", "RoleArn": ROLE, "Tags": []}
    assert needs("sagemaker", "CreateTrainingJob", **given) == [
        ("sagemaker:CreateTrainingJob", job),
        ("sagemaker:AddTags", job),
        ("iam:PassRole", ROLE),
    ]


def test_the_service_that_gets_the_role_is_a_condition_key():
    account = Account(account_id="123456789012", region="us-east-1", principals={})
    *_, passed = ActionCatalogue(account).requests(
        "sagemaker", "CreateModel", {"ModelName": "rye", "ExecutionRoleArn": ROLE}
    )
    context = {"iam:PassedToService": "sagemaker.amazonaws.com"}
    assert passed == AccessRequest.of("iam:PassRole", ROLE, context)


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "resource"),
    [
        ("sagemaker", "ListEndpoints", {}, "*"),
        ("sagemaker", "AddTags", {"ResourceArn": "arn:x"}, "arn:x"),
        ("ecr", "DescribeImages", {"repositoryName": "a"}, f"arn:aws:ecr:{HERE}:repository/a"),
        ("secretsmanager", "GetSecretValue", {"SecretId": "arn:x"}, "arn:x"),
        ("states", "StartExecution", {"stateMachineArn": "arn:x", "name": "rye"}, "arn:x"),
        ("states", "DescribeExecution", {"executionArn": "arn:x"}, "arn:x"),
        ("sns", "Publish", {"TopicArn": "arn:x"}, "arn:x"),
        ("sns", "ListTopics", {}, "*"),
        (
            "scheduler",
            "GetSchedule",
            {"Name": "rye"},
            f"arn:aws:scheduler:{HERE}:schedule/default/rye",
        ),
        ("bakery", "Bake", {}, "*"),
        ("sagemaker", "Bake", {}, "*"),
    ],
)
def test_resources_of_a_call(needs, service, operation, parameters, resource):
    assert needs(service, operation, **parameters) == [(f"{service}:{operation}", resource)]


@pytest.mark.parametrize("name", ["rye", f"arn:aws:lambda:{HERE}:function:rye"])
def test_a_function_is_invoked_by_another_name_than_the_operations(needs, name):
    assert needs("lambda", "Invoke", FunctionName=name) == [
        ("lambda:InvokeFunction", f"arn:aws:lambda:{HERE}:function:rye")
    ]


def test_metrics_sign_as_monitoring_and_are_decided_as_cloudwatch():
    account = Account(account_id="123456789012", region="us-east-1", principals={})
    (request,) = ActionCatalogue(account).requests(
        "monitoring", "PutMetricData", {"Namespace": "/bakery"}
    )
    assert request == AccessRequest.of(
        "cloudwatch:PutMetricData", "*", {"cloudwatch:namespace": "/bakery"}
    )
