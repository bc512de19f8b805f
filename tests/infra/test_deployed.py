"""A change that would leave stacks behind is refused before the deployment, and named after it."""

import copy
import json

import boto3
import pytest
from boto3.session import Session
from botocore.exceptions import ClientError, NoCredentialsError
from moto import mock_aws

from infra import deployed
from infra.settings.context import read
from infra.settings.model import OPTIONAL_STACKS, STACKS

TEMPLATE = json.dumps({"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}})
WEBAPP = {
    "certificate_arn": "arn:aws:acm:us-east-1:123456789012:certificate/1-2",
    "public_url": "https://films.example.org",
    "least_tasks": 1,
    "most_tasks": 2,
}


@pytest.fixture(autouse=True)
def aws(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with mock_aws():
        yield


@pytest.fixture
def app(context, tmp_path):
    """Run the program on cdk.json as changed; gives what it says, empty where all is well."""

    def run(step="before-deploy", environment="dev", *, only=("dev", "prod"), **changes):
        changed = copy.deepcopy(context)
        environments = changed["environments"] | {
            "test": copy.deepcopy(context["environments"]["dev"])
        }
        changed["environments"] = {name: environments[name] for name in only}
        changed["environments"][environment] |= changes
        path = tmp_path / "cdk.json"
        path.write_text(json.dumps({"context": changed}))
        try:
            deployed.main([step, "--environment", environment, "--context", str(path)])
        except SystemExit as error:
            return str(error)
        return ""

    return run


#: Stacks that no setting takes away.
ALWAYS = STACKS[: -len(OPTIONAL_STACKS)]


def deploy(*names, prefix="snowreel-dev", region="us-east-1"):
    cloudformation = boto3.client("cloudformation", region_name=region)
    for name in names or ALWAYS:
        cloudformation.create_stack(StackName=f"{prefix}-{name}", TemplateBody=TEMPLATE)
    boto3.client("iam").create_role(
        RoleName=f"{prefix}-training-job", AssumeRolePolicyDocument="{}"
    )


def test_an_empty_account_and_an_update_are_free(app):
    assert app() == ""
    deploy()
    assert app() == ""
    assert app(environment="prod") == ""


def test_another_region_is_refused(app):
    deploy()
    assert app(region="eu-west-1") == (
        "The role snowreel-dev-training-job exists and its stack is not in eu-west-1: set `region` "
        "in cdk.json to where the environment dev is deployed and run `make destroy` first, or "
        "give the environment another name."
    )


def test_another_name_of_the_environment_is_refused(app):
    deploy()
    said = app(environment="test", only=("test", "prod"))
    assert len(said.splitlines()) == len(ALWAYS)
    assert said.splitlines()[0] == (
        "The stack snowreel-dev-api in us-east-1 belongs to an environment 'dev' that cdk.json "
        "does not have any more: add it again and run `make destroy ENVIRONMENT=dev` first."
    )


def test_a_web_app_that_the_settings_take_away_is_refused(app):
    deploy(*ALWAYS, "webapp")
    assert app(webapp=WEBAPP) == ""
    assert app() == (
        "The stack snowreel-dev-webapp is deployed and cdk.json does not have it any more: remove "
        "it with `aws cloudformation delete-stack --region us-east-1 --stack-name "
        "snowreel-dev-webapp` first."
    )


def test_the_account_is_read_with_the_role_of_cdk_and_without_it_with_the_callers(monkeypatch):
    role = "cdk-hnb659fds-lookup-role-123456789012-us-east-1"
    arn = deployed.reading_session("us-east-1", "hnb659fds").client("sts").get_caller_identity()
    assert arn["Arn"].endswith(f"assumed-role/{role}/snowreel-deployed")

    class NotBootstrapped(Session):  # type: ignore[misc]
        def client(self, *arguments, **options):
            client = super().client(*arguments, **options)
            client.meta.events.register("before-call.sts.AssumeRole", refuse)
            return client

    monkeypatch.setattr(deployed, "Session", NotBootstrapped)
    arn = deployed.reading_session("us-east-1", "hnb659fds").client("sts").get_caller_identity()
    assert role not in arn["Arn"]


def refuse(**_):
    raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "AssumeRole")


def test_stacks_of_others_are_none_of_ours(app):
    deploy("api-of-mine", "training2", prefix="snowreel-x")
    deploy("training", prefix="my-snowreel-dev")
    assert app() == ""


def test_a_removal_ends_with_what_it_left(app):
    assert app("after-destroy") == ""
    deploy("webapp")
    assert app("after-destroy") == (
        "The stack snowreel-dev-webapp is still there: remove it with `aws cloudformation "
        "delete-stack --region us-east-1 --stack-name snowreel-dev-webapp`."
    )
    assert app("after-destroy", "prod") == ""


def test_missing_credentials_are_one_sentence(app, monkeypatch):
    monkeypatch.setattr(deployed, "Session", NoCredentials)
    said = app()
    assert said.startswith("AWS does not say what is deployed (")
    assert said.endswith("): set AWS_PROFILE, or sign in with `aws sso login`.")


class NoCredentials:
    def client(self, *_, **__):
        raise NoCredentialsError


def test_a_malformed_setting_is_its_own_sentence(app):
    assert app(region="us-east-9").endswith("must be a region that has SageMaker, not 'us-east-9'.")


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_the_names_of_the_stacks_are_those_that_the_app_makes(
    request, context, prod_settings, environment
):
    content = context["environments"][environment]
    content = content | (
        {"retraining": prod_settings["retraining"]} if environment == "prod" else {}
    )
    values = context | {"environment": environment, "environments": {environment: content}}
    assert set(read(values.get).stack_names) == request.getfixturevalue(environment).stack_names
