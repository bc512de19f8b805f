"""IAM before moto: S3 by object, other services by operation, in each service's error."""

import pytest
from aws_local.s3.object_calls import ObjectCall
from botocore.exceptions import ClientError

BUCKET = "artifacts"
SHOWN = "arn:aws:sts::123456789012:assumed-role/{0}/{0}"


@pytest.fixture(scope="module")
def port(tmp_path_factory, new_settings, running):
    folder = tmp_path_factory.mktemp("state")
    settings = new_settings(folder)
    with running("aws_local", settings, folder, settings.api.port):
        yield settings.s3.port


def refusal(call, **parameters):
    with pytest.raises(ClientError) as error:
        call(**parameters)
    return error.value.response["Error"]


def test_a_role_gets_what_its_policy_allows(port, client):
    client(port, "s3", "job").put_object(Bucket=BUCKET, Key="rye", Body=b"rye")
    answer = client(port, "s3", "inference").get_object(Bucket=BUCKET, Key="rye")
    assert answer["Body"].read() == b"rye"


def test_s3_refuses_in_its_own_words(port, client):
    error = refusal(client(port, "s3", "job").get_object, Bucket=BUCKET, Key="rye")
    assert error["Code"] == "AccessDenied"
    assert error["Message"] == (
        f"User: {SHOWN.format('job')} is not authorized to perform: s3:GetObject on resource: "
        f"arn:aws:s3:::{BUCKET}/rye because no identity-based policy allows the s3:GetObject action"
    )


def test_a_missing_object_is_told_to_those_who_may_list(port, client):
    absent = {"Bucket": BUCKET, "Key": "absent"}
    assert refusal(client(port, "s3", "inference").get_object, **absent)["Code"] == "NoSuchKey"
    function = client(port, "s3", "function")
    assert refusal(function.head_object, **absent)["Code"] == "404"


def test_other_services_are_decided_by_operation(port, client):
    function = client(port, "secretsmanager", "function")
    error = refusal(function.get_secret_value, SecretId="oven")
    assert error["Code"] == "AccessDeniedException"
    assert "secretsmanager:GetSecretValue on resource: arn:aws:secretsmanager:" in error["Message"]


def test_everybody_may_ask_who_they_are(port, client):
    assert client(port, "sts", "nobody").get_caller_identity()["Account"] == "123456789012"
    error = refusal(client(port, "iam", "nobody").list_roles)
    assert error["Code"] == "AccessDenied"


def test_unsigned_calls_and_unknown_keys_are_refused(port, client):
    from botocore import UNSIGNED

    unsigned = client(port, "s3", signature_version=UNSIGNED)
    assert refusal(unsigned.list_objects_v2, Bucket=BUCKET)["Code"] == "AccessDenied"


@pytest.mark.parametrize(
    ("method", "key", "query", "action"),
    [
        ("GET", "", {}, "ListBucket"),
        ("HEAD", "", {}, "ListBucket"),
        ("GET", "", {"versions": ""}, "ListBucketVersions"),
        ("PUT", "", {}, "CreateBucket"),
        ("GET", "a", {}, "GetObject"),
        ("HEAD", "a", {}, "GetObject"),
        ("PUT", "a", {"partNumber": "1", "uploadId": "x"}, "PutObject"),
        ("POST", "a", {"uploads": ""}, "PutObject"),
        ("DELETE", "a", {"uploadId": "x"}, "AbortMultipartUpload"),
        ("DELETE", "a", {}, "DeleteObject"),
    ],
)
def test_actions_of_s3(method, key, query, action):
    call = ObjectCall(method=method, bucket=BUCKET, key=key, query=query)
    assert [each.action for each in call.requests()] == [f"s3:{action}"]


def test_deletions_and_copies_need_a_right_on_each_object():
    body = (
        '<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
        "<Object><Key>a</Key></Object>"
        "<Object><Key>b</Key><VersionId>1</VersionId></Object></Delete>"
    )
    call = ObjectCall(
        method="POST", bucket=BUCKET, key="", query={"delete": ""}, body=body.encode()
    )
    assert [(each.action, each.resource) for each in call.requests()] == [
        ("s3:DeleteObject", "arn:aws:s3:::artifacts/a"),
        ("s3:DeleteObject", "arn:aws:s3:::artifacts/b"),
        ("s3:DeleteObjectVersion", "arn:aws:s3:::artifacts/b"),
    ]
    copy = ObjectCall(method="PUT", bucket=BUCKET, key="b", query={}, copied="/artifacts/a%20b")
    assert [each.resource for each in copy.requests()] == [
        "arn:aws:s3:::artifacts/b",
        "arn:aws:s3:::artifacts/a b",
    ]
