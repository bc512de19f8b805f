"""Deployments synthesised once per run, without an account, Docker or the network."""

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# isort: off
import infra  # noqa: F401 - before aws_cdk: it names the Node.js that jsii runs

# isort: on
import aws_cdk
import pytest
from cdk_nag import AwsSolutionsChecks, ServerlessChecks

from infra.deployment import Deployment
from infra.settings.context import read

ROOT = Path(__file__).parents[2]
IMAGE_URI = f"123456789012.dkr.ecr.us-east-1.amazonaws.com/snowreel@sha256:{'0' * 64}"

Resource = dict[str, Any]


@dataclass(frozen=True)
class CloudAssembly:
    """The templates of a deployment, by construct id of the stack."""

    folder: Path
    templates: dict[str, Resource]

    def resources(self, kind: str, stack: str | None = None) -> dict[str, Resource]:
        """Resources of one CloudFormation type, by stack and logical id."""
        return {
            f"{name}/{logical_id}": resource
            for name, template in self.templates.items()
            if stack in (None, name)
            for logical_id, resource in template["Resources"].items()
            if resource["Type"] == kind
        }

    @property
    def stack_names(self) -> set[str]:
        """Names of the stacks in CloudFormation."""
        artifacts = json.loads((self.folder / "manifest.json").read_text())["artifacts"]
        return {artifacts[name]["properties"]["stackName"] for name in self.templates}

    def the(self, kind: str, stack: str | None = None) -> Resource:
        """The one resource of a type."""
        (resource,) = self.resources(kind, stack).values()
        return resource

    def statements(self) -> Iterator[tuple[str, Resource]]:
        """Every statement of every identity policy, with where it stands."""
        for name, policy in self.resources("AWS::IAM::Policy").items():
            for statement in policy["Properties"]["PolicyDocument"]["Statement"]:
                yield name, statement
        for name, role in self.resources("AWS::IAM::Role").items():
            for policy in role["Properties"].get("Policies", ()):
                for statement in policy["PolicyDocument"]["Statement"]:
                    yield name, statement


@pytest.fixture(scope="session")
def context() -> dict[str, Any]:
    """The context in cdk.json; Lambda packages are not installed for a test of templates."""
    content = json.loads((ROOT / "cdk.json").read_text())["context"]
    return content | {"aws:cdk:bundling-stacks": []}


@pytest.fixture(scope="session")
def synthesise(
    context: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., CloudAssembly]:
    """Synthesise an environment, with changes to its context: `{"api": {...}}`, for example."""

    def make(
        environment: str = "dev", changes: dict[str, Any] | None = None, *, nag: bool = False
    ) -> CloudAssembly:
        values = copy.deepcopy(context) | {"environment": environment}
        for key, change in (changes or {}).items():
            section = values["environments"][environment]
            is_group = isinstance(change, dict) and section.get(key) is not None
            section[key] = section[key] | change if is_group else change
        folder = tmp_path_factory.mktemp("cdk")
        app = aws_cdk.App(context=values, outdir=str(folder))
        Deployment(app, read(app.node.try_get_context))
        if nag:
            aws_cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(), ServerlessChecks())
        app.synth()
        templates = {
            path.name.removesuffix(".template.json"): json.loads(path.read_text())
            for path in folder.glob("*.template.json")
        }
        return CloudAssembly(folder, templates)

    return make


@pytest.fixture(scope="session")
def dev(synthesise: Callable[..., CloudAssembly]) -> CloudAssembly:
    """The environment that `cdk deploy` takes when none is named."""
    return synthesise(nag=True)


@pytest.fixture(scope="session")
def prod_settings() -> dict[str, Any]:
    """Every setting that is not by default, but those of the web app and of delivery."""
    return {
        "account": "123456789012",
        "image_uri": IMAGE_URI,
        "api": {
            "integrator_arns": ["arn:aws:iam::123456789012:role/integrator"],
            "reserved_concurrency": 20,
        },
        "monitoring": {"alarm_email": "ops@example.com"},
        "retraining": {
            "schedule": "cron(0 3 * * ? *)",
            "time_zone": "Europe/Paris",
            "model": "movielens-model-v1",
            "input_table": "ratings",
            "output_table": "recommendations",
            "least_new_ratings": 100,
            "email": "ops@example.com",
        },
        "inference": {
            "instances": {
                "type": "ml.m5.large",
                "at_least": 2,
                "at_most": 6,
                "invocations_per_minute": 600,
            }
        },
        "snowflake": {
            "allowed_schemas": ["MARTS", "SCRATCH"],
            "key_pair": {
                "deployer_secret_arn": _secret("deployer"),
                "training_secret_arn": _secret("training"),
            },
        },
    }


@pytest.fixture(scope="session")
def prod(synthesise: Callable[..., CloudAssembly], prod_settings: dict[str, Any]) -> CloudAssembly:
    """The other environment in cdk.json, with all of these settings used."""
    return synthesise("prod", prod_settings, nag=True)


@pytest.fixture(scope="session")
def webapp_settings() -> dict[str, Any]:
    """The web app, which is none of the defaults."""
    certificate = "certificate/12345678-1234-1234-1234-123456789012"
    return {
        "certificate_arn": f"arn:aws:acm:us-east-1:123456789012:{certificate}",
        "public_url": "https://films.example.org",
        "least_tasks": 1,
        "most_tasks": 4,
    }


@pytest.fixture(scope="session")
def with_webapp(
    synthesise: Callable[..., CloudAssembly], webapp_settings: dict[str, Any]
) -> CloudAssembly:
    """The first environment with the web app."""
    return synthesise("dev", {"webapp": webapp_settings}, nag=True)


@pytest.fixture(scope="session", params=["dev", "prod"])
def deployment(request: pytest.FixtureRequest) -> CloudAssembly:
    """Both environments: what must hold for one must hold for the other."""
    return request.getfixturevalue(request.param)


def _secret(name: str) -> str:
    return f"arn:aws:secretsmanager:us-east-1:123456789012:secret:{name}-AbCdEf"
