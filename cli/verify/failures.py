"""Failures of accounts, networks and programs, each as one sentence with what to do."""

import snowflake.connector
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    NoCredentialsError,
    SSOError,
    TokenRetrievalError,
)

_GO_ON = "then run the same command: it goes on with this step."

#: Codes of AWS for credentials that were good once.
#: https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
_EXPIRED = {"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"}
_UNKNOWN_KEY = {"InvalidClientTokenId", "UnrecognizedClientException", "SignatureDoesNotMatch"}
_DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"}

_SIGN_IN_AGAIN = f"The AWS credentials have expired: sign in again, {_GO_ON}"

#: Parts of CDK's output that tell what happened.
_CDK = {
    "security token included in the request is expired": _SIGN_IN_AGAIN,
    "ExpiredToken": _SIGN_IN_AGAIN,
    "session associated with this profile has expired": _SIGN_IN_AGAIN,
    "but the current credentials are for": (
        "The AWS credentials are of another account than `account` in cdk.json: sign in to that "
        f"one, or name this one there, {_GO_ON}"
    ),
    "no credentials have been configured": (
        f"There are no AWS credentials for the account in cdk.json: sign in to AWS, {_GO_ON}"
    ),
    "_IN_PROGRESS state": (
        f"Somebody else is deploying this environment: wait until that has ended, {_GO_ON}"
    ),
    "ROLLBACK_FAILED": (
        "A stack could not be rolled back: continue its update rollback in CloudFormation's "
        f"console, {_GO_ON}"
    ),
    "has not been bootstrapped": (
        f"CDK was never bootstrapped in this account and region: run `make cdk ARGS=bootstrap`, "
        f"{_GO_ON}"
    ),
    "Unable to resolve AWS account": f"There are no AWS credentials: sign in to AWS, {_GO_ON}",
}


def of_error(error: Exception) -> str:
    """The sentence for an error of boto3 or of Snowflake's connector."""
    if isinstance(error, NoCredentialsError):
        return f"There are no AWS credentials: sign in to AWS, {_GO_ON}"
    if isinstance(error, ClientError):
        return _of_aws(error)
    if isinstance(error, SSOError | TokenRetrievalError):
        return _SIGN_IN_AGAIN
    if isinstance(error, BotoCoreError):
        return f"AWS cannot be asked ({error}): look at AWS_PROFILE and the network, {_GO_ON}"
    if isinstance(error, snowflake.connector.Error):
        return f"Snowflake refused ({_one_line(str(error.msg))}): mend that, {_GO_ON}"
    return _one_line(str(error))


def of_cdk(output: str) -> str | None:
    """The sentence for a failure that the CDK's output names, if it is a known one."""
    return next((sentence for part, sentence in _CDK.items() if part in output), None)


def _of_aws(error: ClientError) -> str:
    found = error.response["Error"]
    code, message = found.get("Code", ""), _one_line(found.get("Message", ""))
    if code in _EXPIRED:
        return _SIGN_IN_AGAIN
    if code in _UNKNOWN_KEY:
        return f"AWS does not know the credentials in use: sign in again, {_GO_ON}"
    if code in _DENIED:
        return f"The AWS identity in use may not do it ({message}): use one that may, {_GO_ON}"
    return f"AWS refused {error.operation_name} ({code}: {message}): mend that, {_GO_ON}"


def _one_line(text: str) -> str:
    return " ".join(text.split()).rstrip(".")
