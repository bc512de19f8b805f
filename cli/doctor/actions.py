"""The rights of the deployed roles: IAM is asked about every action that the product needs.

What is needed are the policies of the templates, which local mode enforces. A role can have less: a
policy that was changed by hand, a permissions boundary, a service control policy.
https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cli.doctor.checks import CheckError
from local.access import document
from local.stack import ACCOUNT_ID, BUCKET, PREFIX, REGION

FIX = (
    "A change by hand, a permissions boundary or a policy of the organisation takes them away: "
    "deploy again, or ask whoever manages the AWS organisation."
)

#: Variables of the functions that hold roles, and the same roles in the document.
_PASSED = {
    "SNOWREEL_TRAINING_ROLE_ARN": f"{PREFIX}-training-job",
    "SNOWREEL_INFERENCE_ROLE_ARN": f"{PREFIX}-inference",
}
#: Log groups have names that CloudFormation makes up; without traces everything works.
_LEFT_OUT = ("logs:", "xray:")
_ROLE = re.compile(r"arn:(?P<partition>[a-z-]+):iam::(?P<account>\d{12}):role/.+")


def probe_actions(functions: Sequence[Mapping[str, Any]], region: str, iam: Any) -> str:
    """Ask whether each role may do what the product does with it.

    Args:
        functions: Configurations of the deployed functions, as Lambda lists them.
        region: Of the deployment.
        iam: A client of boto3's.

    Raises:
        CheckError: A role lacks an action; all that are missing are named.
    """
    roles = dict(_roles(functions))
    variables = _variables(functions)
    asked = 0
    missing: list[str] = []
    for arn, local_name in roles.items():
        for statement in _needed(local_name):
            actions = _listed(statement["Action"])
            asked += len(actions)
            results = _simulate(iam, arn, statement, _renamed(arn, region, variables))
            missing += [_sentence(arn, each) for each in results if not _is_allowed(each)]
    if missing:
        raise CheckError("; ".join(missing))
    return f"{len(roles)} roles may do the {asked} actions that the product needs"


def _roles(functions: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """Each deployed role with its name in the document."""
    known = document()["functions"]
    for function in functions:
        if function.get("Handler") in known:
            yield function["Role"], known[function["Handler"]]["role"].rpartition("/")[2]
    for variable, arn in _variables(functions).items():
        if variable in _PASSED:
            yield arn, _PASSED[variable]


def _variables(functions: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    merged: dict[str, str] = {}
    for function in functions:
        merged |= function["Environment"]["Variables"]
    return merged


def _needed(local_name: str) -> list[dict[str, Any]]:
    policy = document()["roles"][f"arn:aws:iam::{ACCOUNT_ID}:role/{local_name}"]["policy"]
    statements = ({**each, "Action": _kept(each["Action"])} for each in policy)
    return [each for each in statements if each["Effect"] == "Allow" and each["Action"]]


def _kept(actions: str | list[str]) -> list[str]:
    return [action for action in _listed(actions) if not action.startswith(_LEFT_OUT)]


def _renamed(arn: str, region: str, variables: Mapping[str, str]) -> list[tuple[str, str]]:
    """The document's names, in order, and the deployment's."""
    match = _ROLE.fullmatch(arn)
    if match is None:
        raise CheckError(f"{arn} is no ARN of a role")
    return [
        (BUCKET, variables.get("SNOWREEL_ARTIFACT_BUCKET", BUCKET)),
        (PREFIX, variables["SNOWREEL_PREFIX"]),
        (ACCOUNT_ID, match["account"]),
        (REGION, region),
        ("arn:aws:", f"arn:{match['partition']}:"),
    ]


def _simulate(
    iam: Any, arn: str, statement: Mapping[str, Any], names: list[tuple[str, str]]
) -> Iterator[Mapping[str, Any]]:
    resources = [_concrete(each, names) for each in _listed(statement["Resource"])]
    pages = iam.get_paginator("simulate_principal_policy").paginate(
        PolicySourceArn=arn,
        ActionNames=statement["Action"],
        ResourceArns=resources,
        ContextEntries=[
            {
                "ContextKeyName": key,
                "ContextKeyType": "string",
                "ContextKeyValues": [_concrete(each, names) for each in _listed(values)],
            }
            for keys in statement.get("Condition", {}).values()
            for key, values in keys.items()
        ],
    )
    for page in pages:
        yield from page["EvaluationResults"]


def _concrete(pattern: str, names: list[tuple[str, str]]) -> str:
    """An example of what a pattern covers, in the deployment's names; `*` alone stays."""
    if pattern == "*":
        return pattern
    for local, deployed in names:
        pattern = pattern.replace(local, deployed)
    return pattern.replace("*", "doctor")


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _is_allowed(result: Mapping[str, Any]) -> bool:
    return bool(result["EvalDecision"] == "allowed")


def _sentence(arn: str, result: Mapping[str, Any]) -> str:
    by = ""
    if not result.get("OrganizationsDecisionDetail", {}).get("AllowedByOrganizations", True):
        by = " (a policy of the organisation)"
    elif not result.get("PermissionsBoundaryDecisionDetail", {}).get(
        "AllowedByPermissionsBoundary", True
    ):
        by = " (its permissions boundary)"
    action, resource = result["EvalActionName"], result["EvalResourceName"]
    return f"{arn.rpartition('/')[2]} may not {action} on {resource}{by}"
