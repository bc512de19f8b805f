"""The service: S3 kept on disk, the real functions behind the gateway, its start and end."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import httpx
import psutil
import pytest
from botocore.exceptions import ClientError
from loopback import settings_file
from loopback.service import listen

pytestmark = pytest.mark.thorough

BUCKET = "artifacts"
MEBIBYTE = 1024 * 1024


@pytest.fixture(scope="module")
def shared(tmp_path_factory, new_settings, running):
    """A running service for the tests that leave it as they found it."""
    folder = tmp_path_factory.mktemp("state")
    settings = new_settings(folder)
    with running("aws_local", settings, folder, settings.api.port) as process:
        yield settings, process


def keys(s3, bucket=BUCKET):
    return [item["Key"] for item in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]


def all_ended(processes) -> bool:
    return all(not p.is_running() or p.status() == psutil.STATUS_ZOMBIE for p in processes)


def test_acknowledged_objects_survive_a_kill(settings, tmp_path, running, client):
    parts = [bytes([number]) * (5 * MEBIBYTE) for number in (1, 2)]
    with running("aws_local", settings, tmp_path, settings.api.port) as process:
        s3 = client(settings.s3.port, "s3")
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

    with running("aws_local", settings, tmp_path, settings.api.port):
        s3 = client(settings.s3.port, "s3")
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
        contents = list((settings.s3.folder / BUCKET / "contents").iterdir())
        assert len(contents) == 3  # "changed" and "copy" share one, the removed left none


def test_files_appear_on_disk_only_below_the_s3_folder(shared, client):
    settings, _ = shared
    client(settings.s3.port, "s3").put_object(Bucket=BUCKET, Key="../../../escaped", Body=b"x")
    assert keys(client(settings.s3.port, "s3")) == ["../../../escaped"]
    assert list(settings.s3.folder.parent.parent.rglob("escaped")) == []


def test_identity_is_answered_and_sagemaker_is_refused(shared, client):
    settings, _ = shared
    assert client(settings.s3.port, "sts").get_caller_identity()["Account"] == "123456789012"
    misdirected = client(settings.s3.port, "s3").meta.endpoint_url
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


def test_the_functions_answer_through_the_gateway(shared, signed_headers):
    settings, _ = shared
    for path in settings.api.routes:
        url, body = f"http://localhost:{settings.api.port}/v1{path}", b'{"data": []}'
        answer = httpx.post(
            url, content=body, headers=signed_headers("caller", "POST", url, body, {}), timeout=30
        )
        assert (answer.status_code, answer.json()) == (200, {"path": path})
    assert httpx.post(url, content=b'{"data": []}').status_code == 403


def test_large_refused_bodies_leave_the_connection_usable(shared, signed_headers):
    settings, _ = shared
    url = f"http://localhost:{settings.api.port}/v1/orders"
    body = b"x" * (11 * MEBIBYTE)
    with httpx.Client() as session:
        for _ in range(3):
            headers = signed_headers("caller", "POST", url, body, {})
            assert session.post(url, content=body, headers=headers).status_code == 413


def test_only_loopback_is_listened_on(shared):
    settings, process = shared
    listening = [c for c in psutil.Process(process.pid).net_connections() if c.status == "LISTEN"]
    ports = {connection.laddr.port for connection in listening}
    assert {connection.laddr.ip for connection in listening} == {"127.0.0.1"}
    assert ports == {settings.s3.port, settings.api.port}


@pytest.mark.parametrize("how", ["kill", "terminate", "parent gone"])
def test_no_child_is_left_however_it_ends(settings, tmp_path, running, wait_for, how):
    with running("aws_local", settings, tmp_path, settings.api.port) as process:
        wait_for(lambda: len(psutil.Process(process.pid).children(recursive=True)) >= 4)
        family = psutil.Process(process.pid).children(recursive=True)
        if how == "parent gone":
            process.stdin.close()
        else:
            getattr(process, how)()
        assert process.wait(20) == (-9 if how == "kill" else 0)
    wait_for(lambda: all_ended(family), what="end of the children")


def start(settings, folder) -> subprocess.CompletedProcess:
    file = settings_file.write(settings, folder / "settings.json")
    command = [sys.executable, "-m", "aws_local", str(file)]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL, check=False
    )


@pytest.mark.parametrize("part", ["s3", "api"])
def test_a_port_in_use_is_one_sentence(settings, tmp_path, part):
    port = getattr(settings, part).port
    with listen(port, "other program"):
        ended = start(settings, tmp_path)
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"Port {port} cannot be used for the ")
    assert ended.stderr.count("\n") == 1


def test_a_damaged_index_ends_the_start_with_one_sentence(settings, tmp_path):
    index = settings.s3.folder / BUCKET / "index.json"
    index.parent.mkdir(parents=True)
    index.write_text("{")
    ended = start(settings, tmp_path)
    assert (ended.returncode, ended.stderr.count("\n")) == (1, 1)
    assert ended.stderr.startswith(f"{index} is damaged")
