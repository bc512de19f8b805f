"""A whole deployment, as its Snowflake session and boto3 show it; tests break one thing in it."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any, Self

from cli.doctor import grants, quotas
from functions.routes import ROUTES
from local.product_sql import VALUES

API = "https://a1b2c3.execute-api.us-east-1.amazonaws.com"
ROLE = "arn:aws:iam::123456789012:role/snowreel-dev-snowflake-caller"
#: Of another partition and account than those of local mode.
ROLES = "arn:aws-us-gov:iam::210987654321:role"
USER = "arn:aws:iam::999999999999:user/abc1-s"
IMAGE = f"123456789012.dkr.ecr.us-east-1.amazonaws.com/snowreel-dev@sha256:{'0' * 64}"


@cache
def _wanted() -> dict[Any, set[str]]:
    return grants._wanted(VALUES | {"database": "SNOWREEL_DEV", "schema": "MARTS"})


class Pages(list[Any]):
    """The pages that a paginator of boto3 gives."""

    def paginate(self, **_: Any) -> "Pages":
        return self


class Simulator:
    """IAM's answers to what a role may do."""

    def __init__(self) -> None:
        #: Action to what is told about its refusal.
        self.refused: dict[str, dict[str, Any]] = {}
        self.asked: list[dict[str, Any]] = []

    def paginate(self, **question: Any) -> list[dict[str, Any]]:
        self.asked.append(question)
        return [
            {
                "EvaluationResults": [
                    {
                        "EvalActionName": action,
                        "EvalResourceName": resource,
                        "EvalDecision": "implicitDeny" if action in self.refused else "allowed",
                        **self.refused.get(action, {}),
                    }
                    for resource in question["ResourceArns"]
                ]
            }
            for action in question["ActionNames"]
        ]


class Account:
    """A whole deployment; tests break one thing in it."""

    def __init__(self) -> None:
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
            "SNOWREEL_INFERENCE_ROLE_ARN": f"{ROLES}/snowreel-dev-inference",
            "SNOWREEL_ARTIFACT_BUCKET": "models-of-the-company",
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
        #: Privileges of the scripts that nobody has.
        self.revoked: set[str] = set()
        self.described: list[str] = []
        self.simulator = Simulator()

    def answer(self, statement: str) -> list[dict[str, Any]]:
        selected = {
            "select current_user": {"NAME": "ME", "ROLE": "ANALYST"},
            "select current_region": {"REGION": self.region},
            "select current_database": {"DATABASE": "SNOWREEL_DEV", "SCHEMA": "MARTS"},
            "select list_models": {"MODELS": self.models},
        }
        for beginning, row in selected.items():
            if statement.startswith(beginning):
                return [row]
        if statement == "show external functions":
            return [{"name": name.upper()} for name in self.urls]
        if statement.startswith("describe function "):
            name = statement.removeprefix("describe function ").partition("(")[0]
            self.described.append(statement.removeprefix("describe function "))
            values = {"body": self.urls[name], "api_integration": "SNOWREEL_API_DEV"}
            return [{"property": key, "value": value} for key, value in values.items()]
        if statement.startswith("show grants on "):
            return list(self._grants(statement.removeprefix("show grants on ")))
        assert statement == "describe integration SNOWREEL_API_DEV"
        return [
            {"property": key, "property_value": value} for key, value in self.integration.items()
        ]

    def _grants(self, on: str) -> Iterator[dict[str, Any]]:
        """The scripts' grants on an object; its owner is not among those who need one."""
        yield {"privilege": "OWNERSHIP", "grantee_name": "DEPLOYER"}
        for privilege, roles in _wanted().items():
            if privilege.on == on and f"{privilege.name} on {on}" not in self.revoked:
                for role in roles:
                    yield {"privilege": privilege.name, "grantee_name": f"{role}_DEV"}

    # --- a Snowflake session ---

    def cursor(self, _: object) -> Any:
        account = self

        class Cursor:
            def __enter__(self) -> Self:
                return self

            def __exit__(self, *_: object) -> None:
                pass

            def execute(self, statement: str) -> None:
                self._rows = account.answer(statement)

            def fetchall(self) -> list[dict[str, Any]]:
                return self._rows

        return Cursor()

    # --- AWS ---

    def pages(self, operation: str) -> list[dict[str, Any]]:
        """Pages of a list: each item on one of its own."""
        if operation == "list_functions":
            other = {"SNOWREEL_PREFIX": "snowreel-prod", "SNOWREEL_INFERENCE_MAX_CONCURRENCY": "99"}
            found = [self.variables, other, {}]
            role = f"{ROLES}/SnowreelApiDev-DeployRole1A2B"
            deployed = {"Handler": "functions.deploy.handler", "Role": role}
            return [
                {"Functions": [deployed | {"Environment": {"Variables": each}}]} for each in found
            ]
        assert operation == "list_service_quotas"
        return [
            {"Quotas": [{"QuotaName": name, "Value": value}]} for name, value in self.quotas.items()
        ]

    def client(self, _service: str, **_: Any) -> Any:
        account = self

        class Client:
            @staticmethod
            def get_caller_identity() -> dict[str, str]:
                return {"Arn": "arn:aws:iam::123456789012:user/me"}

            @staticmethod
            def get_role(RoleName: str) -> dict[str, Any]:  # noqa: N803 - boto3's name
                assert RoleName == "snowreel-dev-snowflake-caller"
                return {"Role": {"AssumeRolePolicyDocument": account.trust}}

            @staticmethod
            def get_rest_api(restApiId: str) -> dict[str, str]:  # noqa: N803 - boto3's name
                assert restApiId == "a1b2c3"
                return {"policy": account.policy}

            @staticmethod
            def get_paginator(operation: str) -> Any:
                if operation == "simulate_principal_policy":
                    return account.simulator
                return Pages(account.pages(operation))

            @staticmethod
            def describe_images(**wanted: Any) -> dict[str, Any]:
                assert wanted == {
                    "registryId": "123456789012",
                    "repositoryName": "snowreel-dev",
                    "imageIds": [{"imageDigest": f"sha256:{'0' * 64}"}],
                }
                return {"imageDetails": [{"imageManifestMediaType": account.manifest}]}

        return Client
