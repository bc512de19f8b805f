"""Sign-in by key pair, for accounts without workload identity federation.

The connection's arguments then name a secret of Secrets Manager, `private_key_secret_arn`; its text
is the private key, unencrypted, in PEM format. Nothing of it is ever written anywhere.
"""

from collections.abc import Mapping
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from recommender.errors import RecommenderError

SECRET_ARN = "private_key_secret_arn"  # noqa: S105 - the name of an argument


class PrivateKeyError(RecommenderError):
    """The secret does not hold a usable private key, or may not be read."""


def with_private_key(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The connection's arguments with the private key in place of its secret's name.

    Raises:
        PrivateKeyError: The secret cannot be read, or holds no private key.
    """
    values = dict(arguments)
    secret_arn = values.pop(SECRET_ARN, None)
    if secret_arn is not None:
        values["private_key"] = _read(secret_arn)
    return values


def _read(secret_arn: str) -> bytes:
    try:
        secret = boto3.client("secretsmanager").get_secret_value(SecretId=secret_arn)
        key = load_pem_private_key(secret["SecretString"].encode(), password=None)
    except (BotoCoreError, ClientError, KeyError, TypeError, ValueError) as error:
        # The error's own text may quote the key.
        raise PrivateKeyError(
            f"The secret {secret_arn} cannot be used ({type(error).__name__}): it must hold an "
            "unencrypted private key in PEM format as its text."
        ) from None
    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
