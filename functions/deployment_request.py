"""A batch that asks for a model to be deployed, and the requests that SageMaker is sent for it."""

from dataclasses import dataclass
from typing import Any

from functions import names
from functions.sagemaker.resources import Endpoint, tag_list
from functions.settings import DeploySettings


@dataclass(frozen=True, kw_only=True)
class DeploymentRequest:
    """A batch that asks for a model to be deployed."""

    batch_id: str
    row: int
    model_name: str
    training_job: str

    def arguments_hash(self) -> str:
        """Hash of what two equal requests have in common."""
        return names.arguments_hash(
            {"model_name": self.model_name, "training_job": self.training_job}
        )

    def model(self, settings: DeploySettings) -> dict[str, Any]:
        """The request that makes the SageMaker model."""
        artifacts = names.Artifacts(prefix=settings.prefix, bucket=settings.artifact_bucket)
        return {
            "ModelName": self.training_job,
            "PrimaryContainer": {
                "Image": settings.image_uri,
                "ModelDataUrl": artifacts.address(self.training_job),
            },
            "ExecutionRoleArn": settings.inference_role_arn,
            "Tags": tag_list({names.TRAINING_JOB_TAG: self.training_job}),
        }

    def config(self, settings: DeploySettings, endpoint: Endpoint | None) -> dict[str, Any]:
        """The request that makes the endpoint configuration, the successor of `endpoint`'s."""
        tags = {
            names.ARGUMENTS_TAG: self.arguments_hash(),
            names.ROW_TAG: str(self.row),
            names.MODEL_NAME_TAG: self.model_name,
            names.TRAINING_JOB_TAG: self.training_job,
        }
        if endpoint is not None:
            tags[names.PREVIOUS_CONFIG_TAG] = endpoint.config
        return config_request(
            settings,
            self.batch_id,
            variant=self.model_name,
            training_job=self.training_job,
            tags=tags,
        )


def config_request(
    settings: DeploySettings,
    batch_id: str,
    *,
    variant: str,
    training_job: str,
    tags: dict[str, str],
) -> dict[str, Any]:
    """The request that makes the endpoint configuration of a batch."""
    return {
        "EndpointConfigName": names.work_name(settings.prefix, batch_id),
        "ProductionVariants": [
            {"VariantName": variant, "ModelName": training_job, **_capacity(settings)}
        ],
        "Tags": tag_list(tags),
    }


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
