"""Model artifacts: a folder packed to model.tar.gz in S3, and unpacked again, with suspicion."""

import shutil
import tarfile
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

import boto3
from boto3.exceptions import S3UploadFailedError
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from aws_local.sagemaker.containers.execution_roles import ExecutionRoles
from aws_local.settings import SageMakerSettings

#: Larger artifacts are refused, whatever they claim: the laptop's disk is finite.
MAX_UNPACKED_BYTES = 2 * 1024**3
MAX_FILES = 1_000
#: Factor matrices hardly compress: more effort only takes longer.
_GZIP_LEVEL = 1


class ArtifactError(Exception):
    """An artifact is missing, unreachable or not safe to unpack; the message says what is wrong."""


class HiddenError(ArtifactError):
    """S3 does not show the artifact to the role, be it there or not."""


class UnreachableError(ArtifactError):
    """S3 does not answer, perhaps because it starts at this moment."""


class ArtifactBucket:
    """The artifacts in S3, read and written in the name of execution roles."""

    def __init__(self, settings: SageMakerSettings, roles: ExecutionRoles) -> None:
        self._region = settings.account.region
        self._endpoint_url = settings.s3_endpoint_url
        self._roles = roles
        self._clients: dict[str, Any] = {}

    def upload(self, file: Path, uri: str, role_arn: str) -> None:
        """Put `file` at the address `uri`."""
        bucket, key = _split(uri)
        try:
            self._client(role_arn).upload_file(str(file), bucket, key)
        except (ClientError, BotoCoreError, S3UploadFailedError) as error:
            raise ArtifactError(f"The artifact could not be written to {uri}: {error}.") from error

    def download(self, uri: str, file: Path, role_arn: str) -> None:
        """Fetch the artifact at `uri` into `file`."""
        bucket, key = _split(uri)
        try:
            self._client(role_arn).download_file(bucket, key, str(file))
        except ClientError as error:
            raise ArtifactError(f"Could not read model data at {uri}: {error}.") from error
        except BotoCoreError as error:
            raise UnreachableError(f"Could not read model data at {uri}: {error}.") from error

    def download_prefix(self, uri: str, folder: Path, role_arn: str) -> None:
        """Fetch every object whose key begins as `uri`, into `folder`, by the rest of its key.

        A key that is the whole prefix is a file by its last part:
        https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_S3DataSource.html
        """
        bucket, prefix = _split(uri)
        try:
            client = self._client(role_arn)
            pages = client.get_paginator("list_objects_v2")
            keys = [
                each["Key"]
                for page in pages.paginate(Bucket=bucket, Prefix=prefix)
                for each in page.get("Contents", ())
            ]
            for key in keys:
                target = folder / (key.removeprefix(prefix).lstrip("/") or PurePosixPath(key).name)
                target.parent.mkdir(parents=True, exist_ok=True)
                client.download_file(bucket, key, str(target))
        except ClientError as error:
            raise ArtifactError(f"Could not read the data at {uri}: {error}.") from error
        except BotoCoreError as error:
            raise UnreachableError(f"Could not read the data at {uri}: {error}.") from error
        if not keys:
            raise ArtifactError(f"No S3 objects found under S3 URL {uri}.")

    def require(self, uri: str, role_arn: str) -> None:
        """Raise ArtifactError, as SageMaker does, unless the role may read an object at `uri`."""
        bucket, key = _split(uri)
        try:
            self._client(role_arn).head_object(Bucket=bucket, Key=key)
        except ClientError as error:
            status = error.response["ResponseMetadata"]["HTTPStatusCode"]
            if status == 403:
                raise HiddenError(f"Could not access model data at {uri}.") from error
            if status == 404:
                raise ArtifactError(f"Could not find model data at {uri}.") from error
            raise ArtifactError(f"Could not read model data at {uri}: {error}.") from error
        except BotoCoreError as error:
            raise UnreachableError(f"Could not read model data at {uri}: {error}.") from error

    def _client(self, role_arn: str) -> Any:
        if role_arn not in self._clients:
            key = self._roles.key(role_arn)
            self._clients[role_arn] = boto3.client(
                "s3",
                endpoint_url=self._endpoint_url,
                region_name=self._region,
                aws_access_key_id=key.aws_access_key_id,
                aws_secret_access_key=key.aws_secret_access_key,
                config=Config(retries={"mode": "standard", "total_max_attempts": 3}),
            )
        return self._clients[role_arn]


def pack(folder: Path, archive: Path) -> None:
    """Write the files of `folder` to the gzipped tar file `archive`, at its top level."""
    with tarfile.open(archive, "w:gz", compresslevel=_GZIP_LEVEL) as tar:
        for path in sorted(folder.rglob("*")):
            tar.add(path, path.relative_to(folder).as_posix(), recursive=False)


def unpack(archive: Path, folder: Path) -> None:
    """Unpack `archive` into `folder`; raise ArtifactError before anything unsafe is written."""
    try:
        with tarfile.open(archive, "r:gz") as tar:
            for member in _checked_members(tar):
                _write_member(tar, member, folder / member.name)
    except (tarfile.TarError, OSError, EOFError) as error:
        raise ArtifactError(f"The artifact is not a gzipped tar file: {error}.") from error


def _write_member(tar: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> None:
    """Content only: neither modes nor owners nor times of the archive matter here."""
    content = tar.extractfile(member)
    if content is None:  # a folder
        target.mkdir(parents=True, exist_ok=True)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with content, target.open("wb") as file:
        shutil.copyfileobj(content, file)


def _checked_members(tar: tarfile.TarFile) -> list[tarfile.TarInfo]:
    members: list[tarfile.TarInfo] = []
    size = 0
    for member in tar:
        path = PurePosixPath(member.name)
        if path.is_absolute() or ".." in path.parts:
            raise ArtifactError(f"The artifact's file {member.name!r} lies outside of its folder.")
        if not (member.isfile() or member.isdir()):
            raise ArtifactError(f"The artifact's {member.name!r} is neither a file nor a folder.")
        size += member.size
        members.append(member)
        if size > MAX_UNPACKED_BYTES or len(members) > MAX_FILES:
            raise ArtifactError(
                f"The artifact holds more than {MAX_UNPACKED_BYTES:,} bytes or {MAX_FILES} files."
            )
    return members


def _split(uri: str) -> tuple[str, str]:
    parts = urlsplit(uri)
    key = parts.path.lstrip("/")
    if parts.scheme != "s3" or not parts.netloc or not key:
        raise ArtifactError(f"{uri!r} is not an address of an S3 object, s3://bucket/key.")
    return parts.netloc, key
