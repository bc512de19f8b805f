"""SageMaker's resources, as far as answers are made from them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from functions.names import in_words, model_of

#: An endpoint in one of these states takes no update and cannot be deleted, except by waiting.
BUSY_STATES = frozenset({"Creating", "Updating", "SystemUpdating", "RollingBack", "Deleting"})
#: In one of these it answers.
SERVING_STATES = frozenset({"InService", "Updating", "SystemUpdating", "RollingBack"})
#: In one of these it is beyond an update: it is removed and made anew.
BROKEN_STATES = frozenset({"Failed", "OutOfService", "UpdateRollbackFailed"})


@dataclass(frozen=True, kw_only=True)
class TrainingJob:
    """A training job, as far as answers are made from it."""

    name: str
    arn: str
    status: str
    secondary_status: str
    created_at: datetime
    artifact: str | None
    failure_reason: str
    instance_type: str
    #: When its program began; None while machines are made ready.
    started_at: datetime | None
    #: Once it has ended.
    billed_seconds: int | None
    metrics: Mapping[str, float] = field(default_factory=dict)
    hyperparameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class EndpointConfig:
    """An endpoint configuration: the variant carries the model's name, its model the job's."""

    name: str
    arn: str
    #: A model's name, or what `names` makes of one for its second endpoints and for receipts.
    variant: str
    training_job: str
    created_at: datetime
    #: Memory and concurrency, or instances: what the variant has beside its names.
    capacity: Mapping[str, Any]

    @property
    def model_name(self) -> str:
        """The model whose endpoint, or second endpoint, it is for."""
        return model_of(self.variant)

    @property
    def in_words(self) -> str:
        """The endpoint that it is for, as sentences name its owner: `model films`."""
        return in_words(self.variant)

    @property
    def is_serverless(self) -> bool:
        """True where no instance serves it."""
        return "ServerlessConfig" in self.capacity


@dataclass(frozen=True, kw_only=True)
class ModelPackage:
    """A version of a model in the registry, as a list of versions shows it."""

    arn: str
    number: int
    approval: str
    description: str
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """An endpoint and where it stands."""

    name: str
    arn: str
    status: str
    config: str
    #: Configuration that an update under way is bringing in, where SageMaker says so.
    pending_config: str | None
    failure_reason: str
    #: Machines that serve it; None: it is serverless, or nothing serves it yet.
    instances: int | None
    created_at: datetime
    updated_at: datetime

    @property
    def is_busy(self) -> bool:
        """True while a creation, an update or a deletion is under way."""
        return self.status in BUSY_STATES

    @property
    def has_instances(self) -> bool:
        """True where machines serve it that always run."""
        return self.instances is not None


def tag_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Tags in the shape that SageMaker's requests take."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]
