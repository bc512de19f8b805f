"""A batch that asks for a model to be deployed, and the requests that SageMaker is sent for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from functions import names
from functions.sagemaker.resources import EndpointConfig, tag_list
from functions.settings import DeploySettings


class ChangeRequest(Protocol):
    """A batch that asks for a change of an endpoint."""

    @property
    def batch_id(self) -> str:
        """Names the configuration that the change makes."""

    def arguments_hash(self) -> str:
        """Hash of what two equal requests have in common."""


@dataclass(frozen=True, kw_only=True)
class DeploymentRequest:
    """A batch that asks for a model to be deployed."""

    batch_id: str
    row: int
    model_name: str
    training_job: str

    @property
    def variant(self) -> str:
        """Whose endpoint it is about; see `names`."""
        return self.model_name

    @property
    def own_tags(self) -> dict[str, str]:
        """Tags beside those that every request has."""
        return {}

    def arguments_hash(self) -> str:
        """Hash of what two equal requests have in common."""
        return names.arguments_hash(
            {"model_name": self.model_name, "training_job": self.training_job}
        )

    def config(
        self, settings: DeploySettings, *, replaces: str | None, previous: str | None
    ) -> dict[str, Any]:
        """The request that makes the endpoint configuration.

        Args:
            settings: Of the stack.
            replaces: The configuration that serves now, if one does.
            previous: The configuration of the version that it follows, if it follows one.
        """
        return config_request(
            settings,
            self.batch_id,
            variant=self.variant,
            training_job=self.training_job,
            tags=_tags(self, self.training_job, replaces, previous) | self.own_tags,
        )


@dataclass(frozen=True, kw_only=True)
class SecondEndpointRequest(DeploymentRequest):
    """A batch that asks for a second endpoint beside a model's own."""

    kind: names.SecondKind

    @property
    def variant(self) -> str:
        """Whose endpoint it is about; see `names`."""
        return names.second_variant(self.kind, self.model_name)

    def arguments_hash(self) -> str:
        """Hash of what two equal requests have in common."""
        return names.arguments_hash({self.kind: self.model_name, "training_job": self.training_job})


@dataclass(frozen=True, kw_only=True)
class ChallengeRequest(SecondEndpointRequest):
    """A batch that asks for a training's model to answer a share of another one's users."""

    kind: names.SecondKind = "challenger"
    share: float
    #: Whether it does even if it fails the gate.
    force: bool
    #: The configuration of the challenger that is there, where its share alone changes.
    share_of: str | None = None

    @property
    def own_tags(self) -> dict[str, str]:
        """The share; of a mere change of it also what it changes, and that it is a receipt."""
        share = {names.SHARE_TAG: repr(self.share)}
        if self.share_of is None:
            return share
        return share | {names.SHARE_OF_TAG: self.share_of, names.RETIRED_TAG: "yes"}

    def arguments_hash(self) -> str:
        """Hash of what two equal requests have in common."""
        return names.arguments_hash(
            {
                "challenge": self.model_name,
                "training_job": self.training_job,
                "share": repr(self.share),
                "force": self.force,
            }
        )


@dataclass(frozen=True, kw_only=True)
class PromotionRequest(DeploymentRequest):
    """A batch that asks for a model to be deployed if it passes the gate."""

    #: Whether it is deployed all the same if it does not.
    force: bool

    def arguments_hash(self) -> str:
        """Hash of what two equal requests have in common."""
        return names.arguments_hash(
            {
                "promote": self.model_name,
                "training_job": self.training_job,
                "force": self.force,
            }
        )


@dataclass(frozen=True, kw_only=True)
class RollBackRequest:
    """A batch that asks for the version that served before."""

    batch_id: str
    row: int
    model_name: str

    def arguments_hash(self) -> str:
        """Hash of what two equal requests have in common."""
        return names.arguments_hash({"roll_back": self.model_name})

    def config(
        self,
        settings: DeploySettings,
        target: EndpointConfig,
        *,
        leaving: EndpointConfig,
        previous: str | None,
    ) -> dict[str, Any]:
        """The request that makes the endpoint configuration: the kept one under another name.

        Args:
            settings: Of the stack.
            target: The kept configuration of the version that is to serve again.
            leaving: What serves now.
            previous: The configuration of the version that served before `target`, if it is known.
        """
        return config_request(
            settings,
            self.batch_id,
            variant=self.model_name,
            training_job=target.training_job,
            tags=_tags(self, target.training_job, leaving.name, previous)
            | {names.ROLLED_BACK_TAG: leaving.training_job},
            capacity=target.capacity,
        )


def model_request(settings: DeploySettings, training_job: str) -> dict[str, Any]:
    """The request that makes the SageMaker model of a training job."""
    artifacts = names.Artifacts(prefix=settings.prefix, bucket=settings.artifact_bucket)
    return {
        "ModelName": training_job,
        "PrimaryContainer": {
            "Image": settings.image_uri,
            "ModelDataUrl": artifacts.address(training_job),
        },
        "ExecutionRoleArn": settings.inference_role_arn,
        "Tags": tag_list({names.TRAINING_JOB_TAG: training_job}),
    }


def config_request(
    settings: DeploySettings,
    batch_id: str,
    *,
    variant: str,
    training_job: str,
    tags: Mapping[str, str],
    capacity: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The request that makes the endpoint configuration of a batch."""
    return {
        "EndpointConfigName": names.work_name(settings.prefix, batch_id),
        "ProductionVariants": [
            {
                "VariantName": variant,
                "ModelName": training_job,
                **(capacity or _capacity(settings)),
            }
        ],
        "Tags": tag_list(tags),
    }


def _tags(
    request: DeploymentRequest | RollBackRequest,
    training_job: str,
    replaces: str | None,
    previous: str | None,
) -> dict[str, str]:
    tags = {
        names.ARGUMENTS_TAG: request.arguments_hash(),
        names.ROW_TAG: str(request.row),
        names.MODEL_NAME_TAG: request.model_name,
        names.TRAINING_JOB_TAG: training_job,
    }
    links = {names.REPLACES_TAG: replaces, names.PREVIOUS_CONFIG_TAG: previous}
    return tags | {tag: name for tag, name in links.items() if name is not None}


def _capacity(settings: DeploySettings) -> dict[str, Any]:
    if settings.inference_instance_type:
        return {
            "InstanceType": settings.inference_instance_type,
            "InitialInstanceCount": settings.inference_min_instances,
        }
    return {
        "ServerlessConfig": {
            "MemorySizeInMB": settings.inference_memory_mb,
            "MaxConcurrency": settings.inference_max_concurrency,
        }
    }
