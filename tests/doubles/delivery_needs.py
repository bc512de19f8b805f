"""Requests that the workflows on GitHub make: a role for a token, then roles of CDK's bootstrap.

Whom those let in is read from the template that `cdk bootstrap` deploys, which the pinned CLI
carries.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from aws_local.iam.authority import ASSUME_ROLE, ASSUME_ROLE_FEDERATED
from aws_local.iam.policy_document import statements
from aws_local.settings import Identity
from stated_need import StatedNeed

from local.stack import ACCOUNT_ID, REGION

ISSUER = "token.actions.githubusercontent.com"
PROVIDER = f"arn:aws:iam::{ACCOUNT_ID}:oidc-provider/{ISSUER}"
_BOOTSTRAP = (
    Path(__file__).parents[2] / "node_modules/aws-cdk/lib/api/bootstrap/bootstrap-template.yaml"
)
_VALUES = {"Qualifier": "hnb659fds", "AWS::AccountId": ACCOUNT_ID, "AWS::Region": REGION}
_OIDC = "https://docs.github.com/en/actions/reference/security/oidc"
_CDK = "https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html"
#: For what a workflow takes each of CDK's roles.
_USES = {
    "deploy": {
        "deploy": "deploy the stacks",
        "file-publishing": "publish the functions' packages and the templates",
        "image-publishing": "push the images",
        "lookup": "compare with what is deployed",
    },
    "drift": {"lookup": "detect drift"},
}


def subject(repository: str, job: str) -> dict[str, str]:
    """Claims of a token of a workflow, as a policy's conditions name them.

    Args:
        repository: As tokens name it, `OWNER@ID/NAME@ID` or `OWNER/NAME`.
        job: What the job runs for: `environment:dev`, `ref:refs/heads/main`, `pull_request`.
    """
    claims = {"aud": "sts.amazonaws.com", "sub": f"repo:{repository}:{job}"}
    return {f"{ISSUER}:{claim}": value for claim, value in claims.items()}


def delivery_needs(prefix: str, repository: str, environment: str) -> Iterator[StatedNeed]:
    """All that a deployment's workflows ask of the policies."""
    jobs = {"deploy": f"environment:{environment}", "drift": "ref:refs/heads/main"}
    for name, uses in _USES.items():
        role = f"arn:aws:iam::{ACCOUNT_ID}:role/{prefix}-github-{name}"
        yield StatedNeed(
            caller=PROVIDER,
            action=ASSUME_ROLE_FEDERATED,
            resource=role,
            use=f"{name}, from GitHub",
            page=_OIDC,
            context=subject(repository, jobs[name]),
            refused={
                f"{ISSUER}:aud": "https://github.com/example",
                f"{ISSUER}:sub": f"repo:{repository}:pull_request",
            },
        )
        for kind, use in uses.items():
            yield StatedNeed(
                caller=role,
                action=ASSUME_ROLE,
                resource=f"arn:aws:iam::{ACCOUNT_ID}:role/{_bootstrap_name(kind)}",
                use=use,
                page=_CDK,
            )


def bootstrap_roles() -> dict[str, Identity]:
    """The roles of CDK's bootstrap by ARN, with whom they let in."""
    resources = yaml.safe_load(_BOOTSTRAP.read_text())["Resources"].values()
    return {
        f"arn:aws:iam::{ACCOUNT_ID}:role/{_filled(each['Properties']['RoleName']['Fn::Sub'])}": (
            Identity(trust=statements({"Statement": list(_own_account(each["Properties"]))}))
        )
        for each in resources
        if each["Type"] == "AWS::IAM::Role" and "RoleName" in each["Properties"]
    }


def _own_account(role: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Statements of the trust that let this account in; no other one is trusted by default."""
    for statement in role["AssumeRolePolicyDocument"]["Statement"]:
        if statement.get("Principal") != {"AWS": {"Ref": "AWS::AccountId"}}:
            continue
        found = {**statement, "Principal": {"AWS": ACCOUNT_ID}}
        if "Condition" in found:
            # an external id is denied unless the bootstrap is told otherwise
            _, found["Condition"], _ = found["Condition"]["Fn::If"]
        yield found


def _bootstrap_name(kind: str) -> str:
    return _filled(f"cdk-${{Qualifier}}-{kind}-role-${{AWS::AccountId}}-${{AWS::Region}}")


def _filled(text: str) -> str:
    for name, value in _VALUES.items():
        text = text.replace(f"${{{name}}}", value)
    return text
