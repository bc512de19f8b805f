"""Artifacts are packed whole and unpacked with suspicion."""

import io
import tarfile

import pytest
from aws_local.iam.authority import Authority
from aws_local.sagemaker.containers import artifacts
from aws_local.sagemaker.containers.artifacts import ArtifactBucket, ArtifactError, pack, unpack
from aws_local.sagemaker.containers.execution_roles import ExecutionRoles

ROLE = "arn:aws:iam::123456789012:role/job"


def archive(path, *members: tarfile.TarInfo):
    with tarfile.open(path, "w:gz") as tar:
        for member in members:
            tar.addfile(member, io.BytesIO(b"x" * member.size))
    return path


def member(name, kind=tarfile.REGTYPE, size=1, link="") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    info.size = size if kind == tarfile.REGTYPE else 0
    return info


def test_a_folder_is_the_same_after_packing_and_unpacking(tmp_path):
    source = tmp_path / "model"
    (source / "deep").mkdir(parents=True)
    (source / "manifest.json").write_text("{}")
    (source / "deep" / "arrays.npz").write_bytes(bytes(range(256)) * 1000)
    pack(source, tmp_path / "model.tar.gz")
    unpack(tmp_path / "model.tar.gz", tmp_path / "copy")
    assert (tmp_path / "copy/manifest.json").read_text() == "{}"
    copied = (tmp_path / "copy/deep/arrays.npz").read_bytes()
    assert copied == (source / "deep" / "arrays.npz").read_bytes()


@pytest.mark.parametrize(
    ("bad", "part"),
    [
        (member("/etc/passwd"), "outside"),
        (member("../escaped"), "outside"),
        (member("a/../../escaped"), "outside"),
        (member("link", tarfile.SYMTYPE, link="/etc/passwd"), "neither a file nor a folder"),
        (member("link", tarfile.LNKTYPE, link="manifest.json"), "neither a file nor a folder"),
        (member("pipe", tarfile.FIFOTYPE), "neither a file nor a folder"),
        (member("device", tarfile.CHRTYPE), "neither a file nor a folder"),
    ],
    ids=["absolute", "parent", "hidden-parent", "symlink", "hardlink", "pipe", "device"],
)
def test_an_unsafe_member_is_refused_before_anything_is_written(tmp_path, bad, part):
    target = tmp_path / "target"
    target.mkdir()
    with pytest.raises(ArtifactError, match=part):
        unpack(archive(tmp_path / "a.tar.gz", member("manifest.json"), bad), target)
    assert list(target.iterdir()) == []


def test_size_and_count_are_limited(tmp_path, monkeypatch):
    monkeypatch.setattr(artifacts, "MAX_UNPACKED_BYTES", 1000)
    monkeypatch.setattr(artifacts, "MAX_FILES", 3)
    with pytest.raises(ArtifactError, match="more than 1,000 bytes"):
        unpack(archive(tmp_path / "big.tar.gz", member("big", size=1001)), tmp_path / "target")
    many = [member(f"file-{number}") for number in range(4)]
    with pytest.raises(ArtifactError, match="or 3 files"):
        unpack(archive(tmp_path / "many.tar.gz", *many), tmp_path / "target")


@pytest.mark.parametrize("content", [b"", b"not an archive", b"\x1f\x8b\x08"])
def test_what_is_no_archive_is_refused(tmp_path, content):
    path = tmp_path / "model.tar.gz"
    path.write_bytes(content)
    with pytest.raises(ArtifactError, match="not a gzipped tar file"):
        unpack(path, tmp_path / "target")


@pytest.fixture
def bucket(sagemaker):
    """The artifacts of a SageMaker whose S3 does not answer."""
    roles = ExecutionRoles(sagemaker.account, Authority(sagemaker.account))
    return ArtifactBucket(sagemaker, roles)


def test_addresses_are_checked(bucket, tmp_path):
    for uri in ("http://bucket/key", "s3://bucket", "s3:///key", ""):
        with pytest.raises(ArtifactError, match="not an address of an S3 object"):
            bucket.download(uri, tmp_path / "file", ROLE)


def test_an_unreachable_s3_is_an_artifact_error(bucket):
    with pytest.raises(ArtifactError, match="Could not read model data at s3://bucket/key"):
        bucket.require("s3://bucket/key", ROLE)
