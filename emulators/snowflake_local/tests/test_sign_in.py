"""Workload identity is verified; people are let in."""

import base64
import json

import pytest
from loopback.credentials import Credentials
from snowflake.connector.errors import DatabaseError
from snowflake_local.http.sign_in import SignInError, user_of

JOB = "arn:aws:iam::123456789012:role/job"
FUNCTION = "arn:aws:iam::123456789012:role/function"

WORKLOAD = {"authenticator": "WORKLOAD_IDENTITY", "workload_identity_provider": "AWS"}


@pytest.fixture
def job(server, monkeypatch):
    """The environment of a training job: its keys, and the user that it is mapped to."""
    key = server.warehouse.settings.principals[JOB]
    use(monkeypatch, key)
    monkeypatch.setenv("SNOWFLAKE_WIF_ALLOWED_HOST_SUFFIXES", "localhost")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    admin = server.connect()
    admin.run("create role if not exists trainer")
    admin.run(
        "create or replace user training type = service "
        f"workload_identity = (type = aws arn = '{JOB}') default_role = trainer"
    )
    admin.run("grant role trainer to user training")
    return server


def use(monkeypatch, key):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key.aws_access_key_id)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", key.aws_secret_access_key)
    monkeypatch.delenv("AWS_SESSION_TOKEN", raising=False)


@pytest.mark.parametrize("user", ["TRAINING", "training"])
def test_a_workload_signs_in_as_the_user_it_is_mapped_to(job, user):
    session = job.connect(user=user, password=None, **WORKLOAD)
    assert session.rows("select current_user(), current_role()") == [("TRAINING", "TRAINER")]


def test_another_principals_key_is_not_that_user(job, monkeypatch):
    use(monkeypatch, job.warehouse.settings.principals[FUNCTION])
    with pytest.raises(DatabaseError, match="no user TRAINING is mapped to the identity"):
        job.connect(user="TRAINING", password=None, **WORKLOAD)


def test_a_wrong_secret_is_refused(job, monkeypatch):
    right = job.warehouse.settings.principals[JOB]
    use(monkeypatch, Credentials(right.aws_access_key_id, "wrong"))
    with pytest.raises(DatabaseError, match="signature"):
        job.connect(user="TRAINING", password=None, **WORKLOAD)


def test_a_key_of_nobody_is_refused(job, monkeypatch):
    use(monkeypatch, Credentials.generate())
    with pytest.raises(DatabaseError, match="token included in the request is invalid"):
        job.connect(user="TRAINING", password=None, **WORKLOAD)


def test_a_service_user_needs_its_workload_identity(job):
    with pytest.raises(DatabaseError, match="signs in by WORKLOAD_IDENTITY"):
        job.connect(user="TRAINING", password="any")


def test_an_altered_mapping_counts_at_once(job):
    admin = job.connect()
    admin.run(
        "alter user training set workload_identity = (type = aws arn = 'arn:aws:iam::1:role/x')"
    )
    with pytest.raises(DatabaseError, match="no user TRAINING is mapped"):
        job.connect(user="TRAINING", password=None, **WORKLOAD)


@pytest.mark.parametrize(
    ("token", "said"),
    [
        ("%%%", "not base64"),
        (base64.b64encode(b"[]").decode(), "not a signed request"),
        (
            base64.b64encode(
                json.dumps(
                    {"method": "POST", "url": "https://example.com/", "headers": {}}
                ).encode()
            ).decode(),
            "not a GetCallerIdentity request",
        ),
        (
            base64.b64encode(
                json.dumps(
                    {
                        "method": "POST",
                        "url": "https://sts.us-east-1.amazonaws.com/?Action=GetCallerIdentity",
                        "headers": {"Authorization": "AWS4-HMAC-SHA256 SignedHeaders=host"},
                    }
                ).encode()
            ).decode(),
            "not meant for snowflakecomputing.com",
        ),
    ],
)
def test_forged_attestations(server, token, said):
    login = {"AUTHENTICATOR": "WORKLOAD_IDENTITY", "PROVIDER": "AWS", "TOKEN": token}
    with pytest.raises(SignInError, match=said):
        user_of(login, server.warehouse.catalog, server.warehouse.settings)


def test_other_clouds_and_nameless_people_are_refused(server):
    for login in ({"AUTHENTICATOR": "WORKLOAD_IDENTITY", "PROVIDER": "GCP"}, {"LOGIN_NAME": ""}):
        with pytest.raises(SignInError):
            user_of(login, server.warehouse.catalog, server.warehouse.settings)


def test_people_sign_in_as_they_are(server):
    assert server.connect(user="Grace").value("select current_user()") == "GRACE"
