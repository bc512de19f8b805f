"""The account's policies, read from the document that `make iam` writes."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from aws_local.iam.policy_document import statements
from aws_local.settings import Access, Identity

from functions.lambdas import HANDLERS, LambdaName
from local.stack import PRINCIPALS

FILE = Path(__file__).parent / "access.json"
#: The person at this machine may look at everything in the account.
_ADMINISTRATOR = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def access() -> Access:
    """Policies of the roles and resources, and the rights of the person at this machine."""
    found = document()
    identities = {arn: _identity(role) for arn, role in found["roles"].items()}
    person = Identity(policy=statements({"Statement": _ADMINISTRATOR}))
    return Access(
        identities=identities | {PRINCIPALS["integrator"]: person},
        resources={
            arn: statements({"Statement": policy}) for arn, policy in found["resources"].items()
        },
    )


def function_log_group(name: LambdaName) -> str:
    """Name of the log group of one of the API's functions."""
    return str(document()["functions"][HANDLERS[name]]["log_group"])


def _identity(role: dict[str, Any]) -> Identity:
    return Identity(
        policy=statements({"Statement": role["policy"]}),
        trust=statements({"Statement": role["trust"]}),
    )


@cache
def document() -> dict[str, Any]:
    """The document that `make iam` wrote: roles, resources and functions."""
    content: dict[str, Any] = json.loads(FILE.read_text())
    return content
