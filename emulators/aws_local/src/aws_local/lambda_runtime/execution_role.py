"""The role of a function: Lambda assumes it, and writes log and traces in its name.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
"""

from collections.abc import Iterator

from loopback.service import ServiceError

from aws_local.iam.authority import ASSUME_ROLE, AccessDeniedError, Authority
from aws_local.iam.request import AccessRequest, Caller
from aws_local.settings import Account, FunctionSettings

SERVICE = "lambda.amazonaws.com"


def require_rights(function: FunctionSettings, account: Account, authority: Authority) -> None:
    """Raise ServiceError unless Lambda may run the function under its role.

    AWS would run a function that cannot write its log; nobody would learn why it fails.
    """
    role_arn = account.principals[function.role].arn
    if not authority.allows(Caller(SERVICE), AccessRequest.of(ASSUME_ROLE, role_arn)):
        raise ServiceError(
            f"The role defined for the function {function.name} cannot be assumed by Lambda: "
            f"let the trust policy of {role_arn} name {SERVICE}."
        )
    group = account.arn("logs", f"log-group:{function.log_group or f'/aws/lambda/{function.name}'}")
    try:
        authority.require(Caller(role_arn, function.name), rights(group))
    except AccessDeniedError as error:
        raise ServiceError(f"The function {function.name} cannot run: {error}.") from error


def rights(log_group_arn: str) -> Iterator[AccessRequest]:
    """Requests that Lambda makes in the name of a role, active tracing included."""
    for action in ("CreateLogStream", "PutLogEvents"):
        yield AccessRequest.of(
            f"logs:{action}", f"{log_group_arn}:log-stream:2026/01/31/[$LATEST]1"
        )
    for action in ("PutTraceSegments", "PutTelemetryRecords"):
        yield AccessRequest.of(f"xray:{action}", "*")
