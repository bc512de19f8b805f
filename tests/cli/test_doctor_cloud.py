"""The doctor of a cloud deployment: each broken link is reported with its fix."""

import json
from typing import Any

import pytest

from cli.doctor import cloud, quotas
from cli.doctor.checks import run_checks
from cli.doctor.cloud import CHECKS, CloudChain
from cli.errors import CommandError
from functions.routes import ROUTES

API = "https://a1b2c3.execute-api.us-east-1.amazonaws.com"
ROLE = "arn:aws:iam::123456789012:role/snowreel-dev-snowflake-caller"
USER = "arn:aws:iam::999999999999:user/abc1-s"
IMAGE = f"123456789012.dkr.ecr.us-east-1.amazonaws.com/snowreel-dev@sha256:{'0' * 64}"


class Pages(list[Any]):
    """The pages that a paginator of boto3 gives."""

    def paginate(self, **_):
        return self


class Account:
    """A whole deployment; tests break one thing in it."""

    def __init__(self):
        self.urls = {route.sql_function: f"{API}/v1{route.path}" for route in ROUTES}
        self.integration = {
            "ENABLED": "true",
            "API_AWS_ROLE_ARN": ROLE,
            "API_AWS_IAM_USER_ARN": USER,
            "API_AWS_EXTERNAL_ID": "ABC_SFCRole=1_x=",
            "API_ALLOWED_PREFIXES": f"{API}/v1/",
            "API_BLOCKED_PREFIXES": "",
        }
        self.trust = {
            "Statement": [
                {
                    "Principal": {"AWS": USER},
                    "Condition": {"StringEquals": {"sts:ExternalId": "ABC_SFCRole=1_x="}},
                }
            ]
        }
        self.policy = json.dumps({"Condition": ROLE}).replace('"', '\\"')
        self.region = "AWS_US_EAST_1"
        self.models = "[]"
        self.variables = {
            "SNOWREEL_PREFIX": "snowreel-dev",
            "SNOWREEL_IMAGE_URI": IMAGE,
            "SNOWREEL_TRAINING_INSTANCE_TYPE": "ml.m5.large",
            "SNOWREEL_INFERENCE_INSTANCE_TYPE": "",
            "SNOWREEL_INFERENCE_MAX_CONCURRENCY": "2",
            "SNOWREEL_INFERENCE_MIN_INSTANCES": "1",
        }
        #: Of a new account: https://docs.aws.amazon.com/general/latest/gr/sagemaker.html
        self.quotas = {
            quotas.CONCURRENCY: 10.0,
            quotas.SERVERLESS_ENDPOINTS: 5.0,
            quotas.ENDPOINT_INSTANCES: 4.0,
            quotas.TRAINING_INSTANCES: 4.0,
            "ml.m5.large for training job usage": 4.0,
            "ml.m5.large for endpoint usage": 1.0,
        }
        self.manifest = "application/vnd.docker.distribution.manifest.v2+json"
        self.described = []

    def answer(self, statement):
        if statement.startswith("select current_user"):
            return [{"NAME": "ME", "ROLE": "ANALYST"}]
        if statement.startswith("select current_region"):
            return [{"REGION": self.region}]
        if statement.startswith("select list_models"):
            return [{"MODELS": self.models}]
        if statement == "show external functions":
            return [{"name": name.upper()} for name in self.urls]
        if statement.startswith("describe function "):
            name = statement.removeprefix("describe function ").partition("(")[0]
            self.described.append(statement.removeprefix("describe function "))
            values = {"body": self.urls[name], "api_integration": "SNOWREEL_API_DEV"}
            return [{"property": key, "value": value} for key, value in values.items()]
        assert statement == "describe integration SNOWREEL_API_DEV"
        return [
            {"property": key, "property_value": value} for key, value in self.integration.items()
        ]

    # --- a Snowflake session ---

    def cursor(self, _):
        account = self

        class Cursor:
            def __enter__(self):
                return self

            def __exit__(self, *_):
                return None

            def execute(self, statement):
                self._rows = account.answer(statement)

            def fetchall(self):
                return self._rows

        return Cursor()

    # --- AWS ---

    def pages(self, operation):
        """Pages of a list: each item on one of its own."""
        if operation == "list_functions":
            other = {"SNOWREEL_PREFIX": "snowreel-prod", "SNOWREEL_INFERENCE_MAX_CONCURRENCY": "99"}
            found = [self.variables, other, {}]
            return [{"Functions": [{"Environment": {"Variables": each}}]} for each in found]
        assert operation == "list_service_quotas"
        return [
            {"Quotas": [{"QuotaName": name, "Value": value}]} for name, value in self.quotas.items()
        ]

    def client(self, service, **_):
        account = self

        class Client:
            @staticmethod
            def get_caller_identity():
                return {"Arn": "arn:aws:iam::123456789012:user/me"}

            @staticmethod
            def get_role(RoleName):  # noqa: N803 - boto3's name
                assert RoleName == "snowreel-dev-snowflake-caller"
                return {"Role": {"AssumeRolePolicyDocument": account.trust}}

            @staticmethod
            def get_rest_api(restApiId):  # noqa: N803 - boto3's name
                assert restApiId == "a1b2c3"
                return {"policy": account.policy}

            @staticmethod
            def get_paginator(operation):
                return Pages(account.pages(operation))

            @staticmethod
            def describe_images(registryId, repositoryName, imageIds):  # noqa: N803 - boto3's names
                assert (registryId, repositoryName) == ("123456789012", "snowreel-dev")
                assert imageIds == [{"imageDigest": f"sha256:{'0' * 64}"}]
                return {"imageDetails": [{"imageManifestMediaType": account.manifest}]}

        return Client


@pytest.fixture
def account():
    return Account()


def examine(account, capsys):
    """Output of an examination that finds something broken."""
    with pytest.raises(CommandError, match="links are broken: see above"):
        run_checks(CHECKS, CloudChain(account, account.client))
    return capsys.readouterr().err


def test_a_whole_deployment_is_reported_link_by_link(account, capsys):
    run_checks(CHECKS, CloudChain(account, account.client))
    output = capsys.readouterr().out
    assert output.count("ok      ") == len(CHECKS)
    assert output.endswith("Everything works.\n")
    assert "start_training(varchar, varchar, object)" in account.described
    assert "list_models()" in account.described


def break_functions(account):
    del account.urls["recommend"]


def break_url(account):
    account.urls["recommend"] = f"{API}/v1/other"


def break_region(account):
    account.region = "PUBLIC.AWS_EU_WEST_1"


def break_enabled(account):
    account.integration["ENABLED"] = "false"


def break_prefixes(account):
    account.integration["API_ALLOWED_PREFIXES"] = "https://old.example.com/"


def break_external_id(account):
    account.integration["API_AWS_EXTERNAL_ID"] = "ABC_SFCRole=2_new="


def break_user(account):
    account.integration["API_AWS_IAM_USER_ARN"] = "arn:aws:iam::1:user/other"


def break_policy(account):
    account.policy = "{}"


def break_manifest(account):
    account.manifest = "application/vnd.oci.image.manifest.v1+json"


def break_image(account):
    account.variables["SNOWREEL_IMAGE_URI"] = "docker.io/somebody/recommender:latest"


def break_call(account):
    account.models = '{"error": {"code": "X", "message": "No access."}}'


@pytest.mark.parametrize(
    ("break_it", "link", "fix"),
    [
        (break_functions, "external functions: missing in the connection's schema", "make cdk"),
        (break_url, "external functions: recommend calls", "make cdk"),
        (
            break_region,
            "region: the API is in us-east-1, the Snowflake account in eu-west-1",
            "cdk.json",
        ),
        (break_enabled, "API integration: the API integration is disabled", "set enabled = true"),
        (break_prefixes, "allowed prefixes: train_and_get_recommendations calls", "make cdk"),
        (break_external_id, "role trust: the role trusts the external id", "made anew"),
        (break_user, "role trust: the role trusts the Snowflake user", "made anew"),
        (break_policy, "API policy: the policy of the API a1b2c3 does not let", "make cdk"),
        (break_manifest, f"image: {IMAGE} has the manifest application/vnd.oci", "type=docker"),
        (break_image, "image: the image 'docker.io/somebody/recommender:latest'", "push it"),
        (break_call, "probe call: No access.", "access log"),
    ],
)
def test_a_broken_link_is_reported_with_its_fix(account, capsys, break_it, link, fix):
    break_it(account)
    errors = examine(account, capsys)
    assert f"BROKEN  {link}" in errors
    assert fix in errors
    assert errors.count("BROKEN") == 1


def test_a_connection_that_is_not_there_is_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setenv("SNOWFLAKE_HOME", str(tmp_path))
    with pytest.raises(CommandError, match="The connection nowhere cannot sign in to Snowflake"):
        cloud.run("nowhere")


def test_a_quota_that_is_too_small_is_named(account, capsys):
    account.quotas["ml.m5.large for training job usage"] = 0.0
    account.variables["SNOWREEL_INFERENCE_MAX_CONCURRENCY"] = "20"
    output = examine(account, capsys)
    assert "'ml.m5.large for training job usage' is 0 and needs to be 1" in output
    assert f"'{quotas.CONCURRENCY}' is 10 and needs to be 20" in output
    assert cloud.ASK_FOR_MORE in output


def test_instances_need_room_for_an_update(account, capsys):
    account.variables |= {
        "SNOWREEL_INFERENCE_INSTANCE_TYPE": "ml.m5.large",
        "SNOWREEL_INFERENCE_MAX_CONCURRENCY": "99",
        "SNOWREEL_INFERENCE_MIN_INSTANCES": "2",
    }
    output = examine(account, capsys)
    assert "'ml.m5.large for endpoint usage' is 1 and needs to be 4" in output
    assert quotas.CONCURRENCY not in output


def test_a_deployment_without_functions_is_noticed(account, capsys):
    account.variables = {}
    assert "no function of snowreel-dev is in the region us-east-1" in examine(account, capsys)
