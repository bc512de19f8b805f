"""The policies of local mode's account, from the templates that CDK synthesises for it.

`python -m local.access_document` prints the document: `make iam` keeps it as `local/access.json`,
because local mode runs without CDK. Who works at this machine is the integrator, and the account's
administrator.
"""

import copy
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from local.nightly_loop import RETRAINING
from local.physical_names import PhysicalNames, Template
from local.stack import ACCOUNT_ID, BUCKET, PREFIX, REGION, SNOWFLAKE_USER_ARN

INTEGRATOR_ARN = f"arn:aws:iam::{ACCOUNT_ID}:user/integrator"
#: The id that only the warehouse knows; a trust policy that is not asked needs no true one.
EXTERNAL_ID = "external-id-of-the-integration"
_API_ID = "snowreel"

Statement = Mapping[str, Any]
Document = dict[str, Any]


def local_names(templates: Mapping[str, Template], prefix: str = PREFIX) -> PhysicalNames:
    """Names of a deployment's resources, where local mode has some of its own."""
    return PhysicalNames(
        templates=templates,
        account=ACCOUNT_ID,
        region=REGION,
        prefix=prefix,
        known={
            "ArtifactBucketArtifacts": BUCKET.replace(PREFIX, prefix),
            "FunctionsDeployFunction": f"{prefix}-deploy",
            "FunctionsInvokeFunction": f"{prefix}-invoke",
            "FunctionsTrainFunction": f"{prefix}-train",
            "GatewayApi": _API_ID,
            "InferenceRole": f"{prefix}-inference",
            "Provider": "token.actions.githubusercontent.com",
            "Integration.ApiAwsExternalId": EXTERNAL_ID,
            "Integration.ApiAwsIamUserArn": SNOWFLAKE_USER_ARN,
            "Repository": prefix,
        },
    )


def access_document(names: PhysicalNames) -> Document:
    """Roles with policies and trust, resource policies, and the functions' roles and logs."""
    roles: dict[str, dict[str, list[Statement]]] = {}
    resources: dict[str, list[Statement]] = {}
    functions: dict[str, dict[str, str]] = {}
    for stack, template in names.templates.items():
        for logical_id, resource in template["Resources"].items():
            found = _Resource(names, stack, logical_id, resource)
            if found.kind == "AWS::IAM::Role":
                roles.setdefault(found.arn, {"policy": [], "trust": []})
                roles[found.arn]["trust"] += found.statements("AssumeRolePolicyDocument")
            elif found.kind == "AWS::Lambda::Function":
                functions[found.property("Handler")] = found.function()
            for arn, statements in found.resource_policies():
                resources.setdefault(arn, []).extend(statements)
    for arn, statements in _identity_policies(names):
        roles[arn]["policy"] += statements
    return {"roles": roles, "resources": resources, "functions": functions}


def _identity_policies(names: PhysicalNames) -> Iterator[tuple[str, list[Statement]]]:
    for stack, template in names.templates.items():
        for logical_id, resource in template["Resources"].items():
            found = _Resource(names, stack, logical_id, resource)
            if found.kind == "AWS::IAM::Policy":
                for role in found.property("Roles"):
                    yield (
                        f"arn:aws:iam::{names.account}:role/{role}",
                        found.statements("PolicyDocument"),
                    )
            elif found.kind == "AWS::IAM::Role":
                for policy in found.property("Policies", ()):
                    yield found.arn, policy["PolicyDocument"]["Statement"]


class _Resource:
    """A resource of a template, its properties evaluated."""

    def __init__(
        self, names: PhysicalNames, stack: str, logical_id: str, source: Mapping[str, Any]
    ) -> None:
        self.kind: str = source["Type"]
        self._names, self._stack, self._logical_id = names, stack, logical_id
        self._properties: Mapping[str, Any] = source.get("Properties", {})

    @property
    def arn(self) -> str:
        return self._names.arn(self._logical_id, self._stack)

    def property(self, name: str, default: Any = None) -> Any:
        return self._names.value(self._properties.get(name, default), self._stack)

    def statements(self, name: str) -> list[Statement]:
        return list(self.property(name)["Statement"])

    def function(self) -> dict[str, str]:
        log = self.property("LoggingConfig", {}).get("LogGroup", "")
        return {"role": self.property("Role"), "log_group": log}

    def resource_policies(self) -> Iterator[tuple[str, list[Statement]]]:
        if self.kind == "AWS::S3::BucketPolicy":
            yield f"arn:aws:s3:::{self.property('Bucket')}", self.statements("PolicyDocument")
        elif self.kind == "AWS::SNS::TopicPolicy":
            for topic in self.property("Topics"):
                yield topic, self.statements("PolicyDocument")
        elif self.kind == "AWS::ECR::Repository" and "RepositoryPolicyText" in self._properties:
            statements = self.statements("RepositoryPolicyText")
            yield self.arn, [{"Resource": self.arn, **each} for each in statements]
        elif self.kind == "AWS::Lambda::Permission":
            yield self.property("FunctionName"), [self._permission()]
        elif self.kind == "AWS::ApiGateway::RestApi" and "Policy" in self._properties:
            api = _api_arn(self._names, self._logical_id, self._stack)
            statements = self.statements("Policy")
            yield api, [{**each, "Resource": _full(each["Resource"], api)} for each in statements]

    def _permission(self) -> Statement:
        """https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html."""
        statement: Document = {
            "Effect": "Allow",
            "Action": self.property("Action"),
            "Principal": {"Service": self.property("Principal")},
            "Resource": self.property("FunctionName"),
        }
        if source := self.property("SourceArn"):
            statement["Condition"] = {"ArnLike": {"aws:SourceArn": source}}
        return statement


def _api_arn(names: PhysicalNames, logical_id: str, stack: str) -> str:
    return f"arn:aws:execute-api:{names.region}:{names.account}:{names.name(logical_id, stack)}"


def _full(resource: str, api: str) -> str:
    """The address for which API Gateway takes `execute-api:/stage/*`, as its page says.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-examples.html
    """
    return resource.replace("execute-api:", api, 1)


def templates(context: Mapping[str, Any]) -> dict[str, Template]:
    """The templates of the environment `local`: the one for trials, with integrator and loop.

    Args:
        context: That of `cdk.json`.
    """
    # Not at the top: local mode runs where CDK is not installed.
    import infra  # noqa: F401, PLC0415, I001 - before aws_cdk: it names the Node.js that jsii runs
    from aws_cdk import App  # noqa: PLC0415

    from infra.deployment import Deployment  # noqa: PLC0415
    from infra.settings.context import read  # noqa: PLC0415

    values = copy.deepcopy(dict(context)) | {"environment": "local", "aws:cdk:bundling-stacks": []}
    environment = values["environments"]["dev"] | {"account": ACCOUNT_ID, "region": REGION}
    environment["api"] = environment["api"] | {"integrator_arns": [INTEGRATOR_ARN]}
    environment["retraining"] = dict(RETRAINING)
    values["environments"] = {"local": environment}
    with tempfile.TemporaryDirectory() as folder:
        app = App(context=values, outdir=folder)
        Deployment(app, read(app.node.try_get_context))
        app.synth()
        return {
            path.name.removesuffix(".template.json"): json.loads(path.read_text())
            for path in sorted(Path(folder).glob("*.template.json"))
        }


def rendered(document: Document) -> str:
    """The document as the repository keeps it."""
    return json.dumps(document, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    project = Path(__file__).parent.parent
    cdk_context = json.loads((project / "cdk.json").read_text())["context"]
    sys.stdout.write(rendered(access_document(local_names(templates(cdk_context)))))
