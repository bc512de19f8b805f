"""The service: S3 kept on disk, the real functions behind the gateway, its start and end."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import httpx
import psutil
import pytest
from aws_local.lambda_runtime.asset import copy_asset
from aws_local.s3.bucket_folder import BucketFolder
from botocore.exceptions import ClientError
from loopback.service import ServiceError, listen

from functions.lambdas import ASSET_FILES
from local.stack import BUCKET

MEBIBYTE = 1024 * 1024


@pytest.fixture(scope="module")
def shared_stack(tmp_path_factory, new_stack, running):
    """A running service for the tests that leave it as they found it."""
    stack = new_stack(tmp_path_factory.mktemp("state"))
    with running("aws_local", stack, stack.gateway_port) as process:
        yield stack, process


def keys(s3, bucket=BUCKET):
    return [item["Key"] for item in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]


def all_ended(processes) -> bool:
    return all(not p.is_running() or p.status() == psutil.STATUS_ZOMBIE for p in processes)


def test_acknowledged_objects_survive_a_kill(stack, running, client):
    parts = [bytes([number]) * (5 * MEBIBYTE) for number in (1, 2)]
    with running("aws_local", stack, stack.gateway_port) as process:
        s3 = client(stack, "s3")
        kept = s3.put_object(
            Bucket=BUCKET,
            Key="training/../a b/é?.bin",
            Body=bytes(range(256)),
            Metadata={"job": "one"},
            ContentType="application/x-npz",
        )
        s3.put_object(Bucket=BUCKET, Key="changed", Body=b"old")
        s3.put_object(Bucket=BUCKET, Key="changed", Body=b"new")
        for name in ("removed", "removed-too", "removed-as-well"):
            s3.put_object(Bucket=BUCKET, Key=name, Body=b"same")
        s3.delete_object(Bucket=BUCKET, Key="removed")
        doomed = [{"Key": "removed-too"}, {"Key": "removed-as-well"}]
        s3.delete_objects(Bucket=BUCKET, Delete={"Objects": doomed})
        s3.copy_object(Bucket=BUCKET, Key="copy", CopySource={"Bucket": BUCKET, "Key": "changed"})
        upload = s3.create_multipart_upload(Bucket=BUCKET, Key="parts")["UploadId"]
        address = {"Bucket": BUCKET, "Key": "parts", "UploadId": upload}
        done = [
            {
                "PartNumber": number,
                "ETag": s3.upload_part(PartNumber=number, Body=part, **address)["ETag"],
            }
            for number, part in enumerate(parts, 1)
        ]
        whole = s3.complete_multipart_upload(MultipartUpload={"Parts": done}, **address)
        s3.create_bucket(Bucket="another-bucket")
        s3.put_object(Bucket="another-bucket", Key="x", Body=b"x")
        process.kill()
        process.wait()

    with running("aws_local", stack, stack.gateway_port):
        s3 = client(stack, "s3")
        assert keys(s3) == ["changed", "copy", "parts", "training/../a b/é?.bin"]
        found = s3.get_object(Bucket=BUCKET, Key="training/../a b/é?.bin")
        assert found["Body"].read() == bytes(range(256))
        assert found["ETag"] == kept["ETag"]
        assert found["Metadata"] == {"job": "one"}
        assert found["ContentType"] == "application/x-npz"
        assert abs(found["LastModified"] - datetime.now(UTC)) < timedelta(minutes=2)
        assert s3.get_object(Bucket=BUCKET, Key="changed")["Body"].read() == b"new"
        assert s3.get_object(Bucket=BUCKET, Key="copy")["Body"].read() == b"new"
        found = s3.get_object(Bucket=BUCKET, Key="parts")
        assert (found["Body"].read(), found["ETag"]) == (b"".join(parts), whole["ETag"])
        assert keys(s3, "another-bucket") == ["x"]
        contents = list((stack.s3_dir / BUCKET / "contents").iterdir())
        assert len(contents) == 3  # "changed" and "copy" share one, the removed left none


def test_files_appear_on_disk_only_below_the_s3_folder(shared_stack, client):
    stack, _ = shared_stack
    client(stack, "s3").put_object(Bucket=BUCKET, Key="../../../escaped", Body=b"x")
    assert keys(client(stack, "s3")) == ["../../../escaped"]
    assert list(stack.state_dir.parent.rglob("escaped")) == []


def test_identity_is_answered_and_sagemaker_is_refused(shared_stack, client):
    stack, _ = shared_stack
    assert client(stack, "sts").get_caller_identity()["Account"] == "123456789012"
    misdirected = client(stack, "s3").meta.endpoint_url
    import boto3

    sagemaker = boto3.client(
        "sagemaker",
        endpoint_url=misdirected,
        region_name="us-east-1",
        aws_access_key_id="some",
        aws_secret_access_key="thing",
    )
    with pytest.raises(ClientError, match="point the client there"):
        sagemaker.list_endpoints()


def test_the_projects_functions_answer_through_the_gateway(shared_stack, signed_headers):
    stack, _ = shared_stack
    key = stack.credentials["snowflake-caller"]
    for path in ("/train", "/deploy", "/invoke"):
        url, body = stack.api_url + path, b'{"data": []}'
        headers = {
            "content-type": "application/json",
            "sf-external-function-query-batch-id": "batch-1",
        }
        answer = httpx.post(
            url, content=body, headers=signed_headers(key, "POST", url, body, headers), timeout=30
        )
        assert (answer.status_code, answer.json()) == (200, {"data": []})
    unsigned = httpx.post(stack.api_url + "/train", content=b'{"data": []}')
    assert unsigned.status_code == 403


def test_large_refused_bodies_leave_the_connection_usable(shared_stack, signed_headers):
    stack, _ = shared_stack
    key, url = stack.credentials["snowflake-caller"], stack.api_url + "/train"
    body = b"x" * (11 * MEBIBYTE)
    with httpx.Client() as session:
        for _ in range(3):
            headers = signed_headers(key, "POST", url, body, {})
            assert session.post(url, content=body, headers=headers).status_code == 413


def test_only_loopback_is_listened_on(shared_stack):
    stack, process = shared_stack
    listening = [c for c in psutil.Process(process.pid).net_connections() if c.status == "LISTEN"]
    ports = {connection.laddr.port for connection in listening}
    assert {connection.laddr.ip for connection in listening} == {"127.0.0.1"}
    assert ports == {stack.aws_port, stack.gateway_port}


@pytest.mark.parametrize("how", ["kill", "terminate", "supervisor gone"])
def test_no_child_is_left_however_it_ends(stack, running, wait_for, how):
    with running("aws_local", stack, stack.gateway_port) as process:
        wait_for(lambda: len(psutil.Process(process.pid).children(recursive=True)) >= 4)
        family = psutil.Process(process.pid).children(recursive=True)
        if how == "supervisor gone":
            process.stdin.close()
        else:
            getattr(process, how)()
        assert process.wait(20) == (-9 if how == "kill" else 0)
    wait_for(lambda: all_ended(family), what="end of the children")


def start(stack) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "aws_local", str(stack.state_dir)]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL, check=False
    )


@pytest.mark.parametrize("port", ["aws_port", "gateway_port"])
def test_a_port_in_use_is_told_in_one_sentence(stack, port):
    with listen(getattr(stack, port), "other program"):
        ended = start(stack)
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"Port {getattr(stack, port)} cannot be used for the ")
    assert ended.stderr.count("\n") == 1


def test_a_damaged_index_ends_the_start_with_one_sentence(stack):
    index = stack.s3_dir / BUCKET / "index.json"
    index.parent.mkdir(parents=True)
    index.write_text("{")
    ended = start(stack)
    assert (ended.returncode, ended.stderr.count("\n")) == (1, 1)
    assert ended.stderr.startswith(f"{index} is damaged")


def test_damaged_objects_are_named(tmp_path):
    index = tmp_path / "index.json"
    stored = {"content": "0" * 64, "etag": '"0"', "last_modified": 0, "metadata": {}}
    for content, part in (
        ('{"key": {}}', f"{index} is damaged"),
        ("[]", f"{index} is damaged"),
        (json.dumps({"key": stored}), f"{tmp_path}/contents/{'0' * 64}"),
    ):
        index.write_text(content)
        with pytest.raises(ServiceError) as caught:
            BucketFolder(tmp_path)
        assert str(caught.value).startswith(part)


def test_the_asset_is_exactly_the_files_that_the_patterns_match(tmp_path):
    project, target = tmp_path / "project", tmp_path / "lambda"
    for name in ("functions/train.py", "functions/inner/more.py", "local/x.py", "functions/a.txt"):
        path = project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    first = copy_asset(project, ASSET_FILES, target)
    assert [p for p in first.rglob("*") if p.is_file()] == [first / "functions" / "train.py"]
    (project / "functions" / "train.py").write_text("changed")
    second = copy_asset(project, ASSET_FILES, target)
    assert second != first
    assert list(target.iterdir()) == [second]
    with pytest.raises(ServiceError, match="holds no file of the Lambda functions"):
        copy_asset(tmp_path / "empty", ASSET_FILES, target)
