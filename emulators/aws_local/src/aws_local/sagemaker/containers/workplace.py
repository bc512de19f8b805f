"""The surroundings of every job and every endpoint, made once for a service."""

from dataclasses import dataclass
from typing import Self

from aws_local.iam.authority import Authority
from aws_local.sagemaker.containers.artifacts import ArtifactBucket
from aws_local.sagemaker.containers.execution_roles import ExecutionRoles
from aws_local.sagemaker.containers.timings import Timings
from aws_local.settings import SageMakerSettings


@dataclass(frozen=True, kw_only=True)
class Workplace:
    """Settings, execution roles, artifacts and timings of one SageMaker."""

    settings: SageMakerSettings
    roles: ExecutionRoles
    bucket: ArtifactBucket
    timings: Timings

    @classmethod
    def of(cls, settings: SageMakerSettings, timings: Timings, authority: Authority) -> Self:
        """The workplace that settings describe."""
        roles = ExecutionRoles(settings.account, authority)
        bucket = ArtifactBucket(settings, roles)
        return cls(settings=settings, roles=roles, bucket=bucket, timings=timings)
