"""Refusals of Snowflake become sentences with a fix, and no key ever becomes visible."""

import json
from typing import Any

import boto3
import pytest
import snowflake.connector
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from moto import mock_aws
from snowflake.connector.errors import OperationalError, ProgrammingError

from functions.custom_resources.protocol import CustomResourceError, Request
from functions.snowflake_integration import integration
from functions.snowflake_integration.session import Session, StatementError, open_session

ARGUMENTS = {
    "account": "ORG-ACCOUNT",
    "user": "SNOWREEL_DEPLOYER",
    "role": "SNOWREEL_DEPLOYER",
    "authenticator": "SNOWFLAKE_JWT",
}


class Cursor:
    def __init__(self, answer):
        self._answer = answer

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def execute(self, statement, timeout=None):
        self._rows = self._answer(statement)

    def fetchall(self):
        return self._rows


class Connection:
    """A connection whose answers are scripted."""

    role = "SNOWREEL_DEPLOYER"

    def __init__(self, answer):
        self._answer = answer

    def cursor(self, _):
        return Cursor(self._answer)

    def close(self):
        pass


def refusing(number, message):
    def answer(_):
        raise ProgrammingError(msg=message, errno=number, sqlstate="42501")

    connection: Any = Connection(answer)
    return Session(connection)


@pytest.mark.parametrize(
    ("number", "message", "fix"),
    [
        (3001, "Insufficient privileges to operate on account", "run 00_bootstrap.sql again"),
        (2, "Unsupported feature 'EXTERNAL FUNCTIONS'.", "use one with external functions on AWS"),
        (1003, "syntax error", "see docs/deploy.md"),
    ],
)
def test_a_refused_statement_is_one_sentence_with_its_fix(number, message, fix):
    with pytest.raises(StatementError) as caught:
        refusing(number, message).execute("create api integration x\napi_provider = y")
    text = str(caught.value)
    assert "`create api integration x api_provider = y`" in text
    assert message.rstrip(".") in text
    assert fix in text
    assert "\n" not in text


def properties():
    return {
        "Connection": json.dumps(ARGUMENTS),
        "Values": {
            "api_integration": "SNOWREEL_API",
            "api_url": "https://a.execute-api.us-east-1.amazonaws.com/v1",
            "caller_role_arn": "arn:aws:iam::123456789012:role/snowreel-dev-snowflake-caller",
        },
    }


def described(user_arn, external_id):
    """An account in which the integration is described as given."""

    def answer(statement):
        if statement.startswith("describe"):
            values = {"API_AWS_IAM_USER_ARN": user_arn, "API_AWS_EXTERNAL_ID": external_id}
            return [{"property": key, "property_value": value} for key, value in values.items()]
        return []

    return answer


@pytest.mark.parametrize(
    ("user_arn", "external_id"),
    [
        ("*", "X_SFCRole=1_a="),
        ("arn:aws:iam::123456789012:root", "X_SFCRole=1_a="),
        ("arn:aws:iam::123456789012:user/*", "X_SFCRole=1_a="),
        ("arn:aws:iam::123456789012:user/u", "*"),
        ("arn:aws:iam::123456789012:user/u", ""),
    ],
)
def test_no_wildcard_of_snowflakes_answer_reaches_the_trust_policy(
    monkeypatch, user_arn, external_id
):
    connection = Connection(described(user_arn, external_id))
    monkeypatch.setattr(snowflake.connector, "connect", lambda **_: connection)
    with pytest.raises(CustomResourceError, match="no trust policy may hold"):
        integration.RESOURCE.create_or_update(Request(properties=properties(), deadline=0))


def test_snowflakes_own_answer_is_passed_on(monkeypatch):
    answer = described("arn:aws:iam::123456789012:user/abc1-s-v2st0000", "ABC_SFCRole=2_x/y+z=")
    monkeypatch.setattr(snowflake.connector, "connect", lambda **_: Connection(answer))
    assert integration.RESOURCE.create_or_update(Request(properties=properties(), deadline=0)) == {
        "ApiAwsIamUserArn": "arn:aws:iam::123456789012:user/abc1-s-v2st0000",
        "ApiAwsExternalId": "ABC_SFCRole=2_x/y+z=",
    }


@pytest.mark.parametrize("number", [3001, 2003])
def test_an_integration_hidden_from_our_role_is_refused_as_foreign(monkeypatch, number):
    """SHOW lists only what the role may see; IF NOT EXISTS succeeds; ALTER is then refused."""

    def answer(statement):
        if statement.startswith("alter"):
            raise ProgrammingError(msg="not authorized", errno=number, sqlstate="42501")
        return []

    monkeypatch.setattr(snowflake.connector, "connect", lambda **_: Connection(answer))
    with pytest.raises(CustomResourceError, match="choose another") as caught:
        integration.RESOURCE.create_or_update(Request(properties=properties(), deadline=0))
    assert caught.value.nothing_made


@pytest.fixture
def secret(monkeypatch):
    """Puts a text into Secrets Manager; gives its ARN."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        client = boto3.client("secretsmanager")
        yield lambda text: client.create_secret(Name="key", SecretString=text)["ARN"]


def test_a_private_key_is_read_from_its_secret(monkeypatch, secret):
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    seen = {}

    def connect(**arguments):
        seen.update(arguments)
        return Connection(lambda _: [])

    monkeypatch.setattr(snowflake.connector, "connect", connect)
    arguments = ARGUMENTS | {"private_key_secret_arn": secret(pem.decode())}
    with open_session(json.dumps(arguments)):
        pass
    assert "private_key_secret_arn" not in seen
    loaded = serialization.load_der_private_key(seen["private_key"], password=None)
    assert isinstance(loaded, rsa.RSAPrivateKey)
    assert loaded.private_numbers() == key.private_numbers()


def test_an_unusable_key_is_refused_without_showing_it(secret, caplog):
    arn = secret("-----BEGIN PRIVATE KEY----- confidential")
    arguments = ARGUMENTS | {"private_key_secret_arn": arn}
    with (
        pytest.raises(CustomResourceError, match="must hold an unencrypted private key") as caught,
        open_session(json.dumps(arguments)),
    ):
        pass
    assert "confidential" not in str(caught.value) + caplog.text
    assert caught.value.__suppress_context__
    assert caught.value.nothing_made


def test_a_refused_sign_in_names_user_account_and_fix(monkeypatch):
    def connect(**_):
        raise OperationalError(msg="250001: Could not connect to Snowflake backend", errno=250001)

    monkeypatch.setattr(snowflake.connector, "connect", connect)
    with (
        pytest.raises(CustomResourceError) as caught,
        open_session(json.dumps(ARGUMENTS)),
    ):
        pass
    text = str(caught.value)
    assert text.startswith("User SNOWREEL_DEPLOYER cannot sign in to the Snowflake account ORG-")
    assert "00_bootstrap.sql" in text
    assert caught.value.nothing_made
