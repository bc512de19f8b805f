"""IAM before moto: S3 by object, other services by operation, in each service's error."""

import json

import boto3
import httpx
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


def test_services_with_many_addresses_are_decided_by_operation(port, client):
    error = refusal(client(port, "lambda", "nobody").get_function, FunctionName="oven")
    assert error["Code"] == "AccessDeniedException"
    assert (
        "lambda:GetFunction on resource: arn:aws:lambda:us-east-1:123456789012:function:oven"
    ) in error["Message"]


@pytest.mark.parametrize(
    ("service", "operation"),
    [
        ("lambda", "list_functions"),
        ("stepfunctions", "list_state_machines"),
        ("sns", "list_topics"),
        ("scheduler", "list_schedules"),
        ("iam", "list_roles"),
    ],
)
def test_a_refusal_has_a_request_id_in_every_protocol(port, client, service, operation):
    with pytest.raises(ClientError) as error:
        getattr(client(port, service, "nobody"), operation)()
    assert len(error.value.response["ResponseMetadata"]["RequestId"]) == 36


@pytest.mark.parametrize("body", [b"{", b"[]"])
def test_a_body_that_cannot_be_read_is_a_refusal(port, signed_headers, body):
    url = f"http://localhost:{port}/"
    headers = {"x-amz-target": "AWSStepFunctions.StartExecution"}
    signed = signed_headers("function", "POST", url, body, headers, service="states")
    answer = httpx.post(url, content=body, headers=signed)
    assert (answer.status_code, answer.json()["__type"]) == (400, "SerializationException")


def test_everybody_may_ask_who_they_are(port, client):
    assert client(port, "sts", "nobody").get_caller_identity()["Account"] == "123456789012"
    error = refusal(client(port, "iam", "nobody").list_roles)
    assert error["Code"] == "AccessDenied"


def trust(caller, external_id):
    condition = {"StringEquals": {"sts:ExternalId": external_id}}
    statement = {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"AWS": caller},
        "Condition": condition,
    }
    return json.dumps({"Version": "2012-10-17", "Statement": statement})


def test_a_role_is_assumed_by_whom_its_trust_policy_names(port, client, account):
    """With the external id; the keys are those of the role, which its services know."""
    role = {"RoleArn": account.principals["job"].arn, "RoleSessionName": "snowflake"}
    caller = account.principals["caller"]
    function, sts = client(port, "iam"), client(port, "sts", "caller")
    assert refusal(sts.assume_role, ExternalId="rye", **role)["Code"] == "AccessDenied"
    function.update_assume_role_policy(RoleName="job", PolicyDocument=trust(caller.arn, "rye"))
    answer = sts.assume_role(ExternalId="rye", **role)
    assert answer["Credentials"]["AccessKeyId"] == (
        account.principals["job"].credentials.aws_access_key_id
    )
    assert answer["AssumedRoleUser"]["Arn"].endswith(":assumed-role/job/snowflake")
    error = refusal(sts.assume_role, ExternalId="oat", **role)
    assert error["Code"] == "AccessDenied"
    assert "sts:AssumeRole on resource: arn:aws:iam::123456789012:role/job" in error["Message"]
    assert refusal(sts.assume_role, **role)["Code"] == "AccessDenied"
    assert refusal(client(port, "sts").assume_role, ExternalId="rye", **role)["Code"] == (
        "AccessDenied"
    )


def test_keys_of_a_role_are_for_who_has_the_callers_secret(port, client, account):
    document = trust(account.principals["caller"].arn, "rye")
    client(port, "iam").update_assume_role_policy(RoleName="nobody", PolicyDocument=document)
    key = account.principals["caller"].credentials.aws_access_key_id
    forged = boto3.client(
        "sts",
        endpoint_url=f"http://localhost:{port}",
        region_name="us-east-1",
        aws_access_key_id=key,
        aws_secret_access_key="guessed",
    )
    with pytest.raises(ClientError) as error:
        forged.assume_role(
            RoleArn=account.principals["nobody"].arn,
            RoleSessionName="snowflake",
            ExternalId="rye",
        )
    assert error.value.response["Error"]["Code"] == "SignatureDoesNotMatch"


@pytest.mark.parametrize(
    ("name", "document", "code"),
    [
        ("nobody-knows", "{}", "NoSuchEntity"),
        ("job", "{", "MalformedPolicyDocument"),
        ("job", '{"Statement": [{"NotPrincipal": "*"}]}', "MalformedPolicyDocument"),
    ],
)
def test_a_wrong_trust_policy_is_refused(port, client, name, document, code):
    update = client(port, "iam").update_assume_role_policy
    assert refusal(update, RoleName=name, PolicyDocument=document)["Code"] == code


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
