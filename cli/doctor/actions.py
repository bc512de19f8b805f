"""The rights of the deployed roles: IAM is asked about every action that the product needs.

What is needed are the policies of the templates, which local mode enforces. A role can have less: a
policy that was changed by hand, a permissions boundary, a service control policy.
https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from aws_local.settings import Statement

from cli.doctor.checks import CheckError
from local.access import access, document
from local.stack import (
    ACCOUNT_ID,
    BUCKET,
    INFERENCE_ROLE_ARN,
    PREFIX,
    REGION,
    TRAINING_ROLE_ARN,
)

FIX = (
    "A change by hand, a permissions boundary or a policy of the organisation takes them away: "
    "deploy again, or ask whoever manages the AWS organisation."
)

#: Variables of the functions that hold roles, and the same roles of local mode.
_PASSED = {
    "SNOWREEL_TRAINING_ROLE_ARN": TRAINING_ROLE_ARN,
    "SNOWREEL_INFERENCE_ROLE_ARN": INFERENCE_ROLE_ARN,
}
#: Log groups have names that CloudFormation makes up; without traces everything works.
_LEFT_OUT = ("logs:", "xray:")
_ROLE = re.compile(r"arn:(?P<partition>[a-z-]+):iam::(?P<account>\d{12}):role/.+")


def probe_actions(
    functions: Sequence[Mapping[str, Any]], variables: Mapping[str, str], region: str, iam: Any
) -> str:
    """Ask whether each role may do what the product does with it.

    Args:
        functions: Configurations of the deployed functions, as Lambda lists them.
        variables: Those of all of the functions.
        region: Of the deployment.
        iam: A client of boto3's.

    Raises:
        CheckError: A role lacks an action; all that are missing are named.
    """
    roles = dict(_roles(functions, variables))
    asked = 0
    missing: list[str] = []
    for arn, local_arn in roles.items():
        names = _renamed(arn, region, variables)
        for statement in _needed(local_arn):
            asked += len(statement.actions)
            results = _simulate(iam, arn, statement, names)
            missing += [_sentence(arn, each) for each in results if not _is_allowed(each)]
    if missing:
        raise CheckError("; ".join(missing))
    return f"{len(roles)} roles may do the {asked} actions that the product needs"


def _roles(
    functions: Sequence[Mapping[str, Any]], variables: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Each deployed role with its counterpart in local mode."""
    known = document()["functions"]
    for function in functions:
        if function.get("Handler") in known:
            yield function["Role"], known[function["Handler"]]["role"]
    for variable, local_arn in _PASSED.items():
        if variable in variables:
            yield variables[variable], local_arn


def _needed(local_arn: str) -> Iterator[Statement]:
    for statement in access().identities[local_arn].policy:
        actions = tuple(each for each in statement.actions if not each.startswith(_LEFT_OUT))
        if statement.effect == "Allow" and actions:
            yield replace(statement, actions=actions)


def _renamed(arn: str, region: str, variables: Mapping[str, str]) -> list[tuple[str, str]]:
    """Names of local mode, in order, and the deployment's."""
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
    iam: Any, arn: str, statement: Statement, names: list[tuple[str, str]]
) -> Iterator[Mapping[str, Any]]:
    pages = iam.get_paginator("simulate_principal_policy").paginate(
        PolicySourceArn=arn,
        ActionNames=list(statement.actions),
        ResourceArns=[_concrete(each, names) for each in statement.resources],
        ContextEntries=[
            {
                "ContextKeyName": key,
                "ContextKeyType": "string",
                "ContextKeyValues": [_concrete(each, names) for each in values],
            }
            for keys in statement.conditions.values()
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
