"""Sign-in by key pair: the key comes from its secret, and no fault shows it."""

import boto3
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from moto import mock_aws
from recommender.snowflake_io.private_key import PrivateKeyError, with_private_key


@pytest.fixture
def secret(monkeypatch):
    """Puts a text into Secrets Manager; gives its ARN."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        client = boto3.client("secretsmanager")
        yield lambda text: client.create_secret(Name="key", SecretString=text)["ARN"]


def test_arguments_without_a_secret_stay_as_they_are():
    arguments = {"account": "a", "authenticator": "WORKLOAD_IDENTITY"}
    assert with_private_key(arguments) == arguments


def test_the_key_takes_the_place_of_its_secret(secret):
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    arguments = {"account": "a", "private_key_secret_arn": secret(pem.decode())}
    values = with_private_key(arguments)
    assert set(values) == {"account", "private_key"}
    loaded = serialization.load_der_private_key(values["private_key"], password=None)
    assert isinstance(loaded, rsa.RSAPrivateKey)
    assert loaded.private_numbers() == key.private_numbers()


def test_an_unusable_key_is_reported_without_showing_it(secret):
    arn = secret("-----BEGIN PRIVATE KEY----- confidential")
    with pytest.raises(PrivateKeyError, match="must hold an unencrypted private key") as caught:
        with_private_key({"private_key_secret_arn": arn})
    assert "confidential" not in str(caught.value)
    assert caught.value.__suppress_context__
