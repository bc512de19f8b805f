"""The Snowflake account of a resource: told apart, left for another one, left behind."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from functions.custom_resources.protocol import CustomResourceError, Request
from functions.snowflake_integration.session import Session, open_session


def account_of(properties: Mapping[str, Any]) -> str:
    """Identifier of the account, one spelling for each: Snowflake takes it in any case."""
    return str(json.loads(properties["Connection"])["account"]).upper()


def refuse_to_strand(request: Request) -> None:
    """Make sure that what an update replaces in another account can be removed there afterwards.

    CloudFormation deletes the old side last, when a failure of that stops nothing any more. A
    rollback comes from an account in which nothing was made: it is let through.

    Raises:
        CustomResourceError: Nobody can sign in to the old account.
    """
    old = request.old_properties
    if not old or account_of(old) == account_of(request.properties):
        return
    if not request.physical_id.startswith(f"{account_of(old)}."):
        return
    try:
        with open_session(old["Connection"]):
            return
    except CustomResourceError as error:
        raise CustomResourceError(
            f"The account {account_of(old)} is left for {account_of(request.properties)}, but what "
            f"this stack made there could not be removed ({str(error).removesuffix('.')}): mend "
            "that, or destroy the deployment first, as docs/deploy.md says."
        ) from error


@contextmanager
def last_session(request: Request, leftover: str) -> Iterator[Session]:
    """A session to remove what the resource made; its errors say how to do without.

    CloudFormation deletes a stack that is stuck by force:
    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeleteStack.html

    Args:
        request: A deletion.
        leftover: What stays in Snowflake then, and the script that removes it.
    """
    try:
        with open_session(request.properties["Connection"]) as session:
            yield session
    except CustomResourceError as error:
        raise CustomResourceError(
            f"{str(error).removesuffix('.')}; to delete the stack all the same, run `aws "
            f"cloudformation delete-stack --stack-name {request.stack_name} --deletion-mode "
            f"FORCE_DELETE_STACK`, which leaves {leftover} in the account "
            f"{account_of(request.properties)}."
        ) from error
