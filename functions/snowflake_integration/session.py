"""A session in Snowflake, as the service user of the deployment; its refusals are sentences."""

import json
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any

import boto3
import snowflake.connector
from botocore.exceptions import BotoCoreError, ClientError
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from snowflake.connector.cursor import DictCursor

from functions.custom_resources.protocol import CustomResourceError

_LOGIN_SECONDS, _STATEMENT_SECONDS = 60, 300

#: Snowflake's error numbers, as its client reports them.
_MISSING_OR_HIDDEN = 2003
_NO_PRIVILEGE = 3001
_NOT_IN_THIS_ACCOUNT = frozenset({2, 3078})
_SUSPENDED = 666

#: What Snowflake says of a refused sign-in, and what to do.
_SIGN_IN_FIXES = {
    "is not allowed to access snowflake": "a network policy shuts out AWS, whose addresses "
    "change: give the user one of its own, as docs/deploy.md says",
    "rejected by the current authentication policy": "an authentication policy shuts the user "
    "out: give it one of its own, as docs/deploy.md says",
}
_SIGN_IN_FIX = "check the account in cdk.json and run 00_bootstrap.sql in it as docs/deploy.md says"


class StatementError(CustomResourceError):
    """Snowflake refused a statement."""

    def __init__(self, message: str, number: int) -> None:
        super().__init__(message)
        #: Snowflake's error number.
        self.number = number

    @property
    def is_missing_or_hidden(self) -> bool:
        """True where the statement names an object that does not exist, or not for this role."""
        return self.number == _MISSING_OR_HIDDEN

    @property
    def is_no_privilege(self) -> bool:
        """True where the role lacks a privilege."""
        return self.number == _NO_PRIVILEGE


class Session:
    """Runs statements, one at a time."""

    def __init__(self, connection: snowflake.connector.SnowflakeConnection) -> None:
        self._connection = connection

    def execute(self, statement: str) -> list[dict[str, Any]]:
        """Rows of a statement, by column name.

        Raises:
            StatementError: Snowflake refused it.
        """
        try:
            with self._connection.cursor(DictCursor) as cursor:
                cursor.execute(statement, timeout=_STATEMENT_SECONDS)
                rows = cursor.fetchall()
        except snowflake.connector.Error as error:
            raise _refusal(statement, error, self._connection.role) from error
        return [dict(row) for row in rows]


@contextmanager
def open_session(connection: str) -> Iterator[Session]:
    """Sign in with the arguments in the JSON text `connection`; sign out at the end.

    Raises:
        CustomResourceError: The sign-in failed; nothing was made.
    """
    arguments = json.loads(connection)
    with closing(_connect(arguments)) as connected:
        yield Session(connected)


def _connect(arguments: Mapping[str, Any]) -> snowflake.connector.SnowflakeConnection:
    try:
        return snowflake.connector.connect(
            **_with_private_key(arguments),
            login_timeout=_LOGIN_SECONDS,
            # the sign-in says which cloud it runs on; probing for it costs seconds
            platform_detection_timeout_seconds=0,
            session_parameters={"QUERY_TAG": json.dumps({"app": "snowreel", "by": "deployment"})},
        )
    except snowflake.connector.Error as error:
        raise CustomResourceError(
            f"User {arguments['user']} cannot sign in to the Snowflake account "
            f"{arguments['account']} ({one_line(error)}): {_sign_in_fix(error)}.",
            nothing_made=True,
        ) from error


def _sign_in_fix(error: snowflake.connector.Error) -> str:
    text = one_line(error).lower()
    return next((fix for said, fix in _SIGN_IN_FIXES.items() if said in text), _SIGN_IN_FIX)


def _with_private_key(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments with the private key in place of the name of its secret."""
    values = dict(arguments)
    secret_arn = values.pop("private_key_secret_arn", None)
    if secret_arn is None:
        return values
    try:
        secret = boto3.client("secretsmanager").get_secret_value(SecretId=secret_arn)
        key = load_pem_private_key(secret["SecretString"].encode(), password=None)
    except (BotoCoreError, ClientError, KeyError, TypeError, ValueError) as error:
        # The error's own text may quote the key.
        raise CustomResourceError(
            f"The secret {secret_arn} cannot be used ({type(error).__name__}): it must hold an "
            "unencrypted private key in PEM format as its text.",
            nothing_made=True,
        ) from None
    values["private_key"] = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return values


def one_line(error: snowflake.connector.Error) -> str:
    """Snowflake's own words, without the client's prefix of codes and ids."""
    return " ".join(str(error.raw_msg or error.msg or error).split())


def _refusal(statement: str, error: snowflake.connector.Error, role: str | None) -> StatementError:
    number = error.errno or 0
    fix = "see docs/deploy.md"
    if number == _NO_PRIVILEGE:
        fix = (
            f"let an administrator run 00_bootstrap.sql again, which gives {role} its privileges, "
            f"and see who owns the object: {role} may change what it made, nothing else"
        )
    elif number in _NOT_IN_THIS_ACCOUNT:
        fix = "this Snowflake account does not offer it: use one with external functions on AWS"
    elif number == _SUSPENDED:
        fix = "the account is suspended: add a way to pay in Snowsight, which opens it again"
    beginning = " ".join(statement.split())[:80]
    return StatementError(f"Snowflake refused `{beginning}` ({one_line(error)}): {fix}.", number)
