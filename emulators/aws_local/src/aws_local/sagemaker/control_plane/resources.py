"""All resources of one SageMaker, and the operations on them by name."""

from collections.abc import Awaitable, Callable

from aws_local.iam.authority import Authority
from aws_local.sagemaker.containers.timings import Timings
from aws_local.sagemaker.containers.workplace import Workplace
from aws_local.sagemaker.control_plane.endpoint_configs import EndpointConfigs
from aws_local.sagemaker.control_plane.endpoints import Endpoints
from aws_local.sagemaker.control_plane.model_registry import ModelRegistry
from aws_local.sagemaker.control_plane.models import Models
from aws_local.sagemaker.control_plane.tags import Tags
from aws_local.sagemaker.control_plane.training_jobs import TrainingJobs
from aws_local.sagemaker.state.document import Document
from aws_local.settings import SageMakerSettings

Operation = Callable[[Document], Awaitable[Document]]


class Resources:
    """Training jobs, models and their versions, endpoint configurations and endpoints."""

    def __init__(self, settings: SageMakerSettings, timings: Timings, authority: Authority) -> None:
        """Read the state on disk; raise ServiceError naming a damaged file."""
        workplace = Workplace.of(settings, timings, authority)
        self.jobs = TrainingJobs(workplace)
        self.models = Models(workplace)
        self.configs = EndpointConfigs(settings, self.models)
        self.endpoints = Endpoints(workplace, self.configs)
        self.registry = ModelRegistry(settings)
        kinds = (self.jobs, self.models, self.configs, self.endpoints, self.registry)
        self.tags = Tags(kind.collection for kind in kinds)

    def operations(self) -> dict[str, Operation]:
        """The control plane's operations."""
        return {
            "CreateTrainingJob": self.jobs.create,
            "DescribeTrainingJob": self.jobs.describe,
            "ListTrainingJobs": self.jobs.list,
            "StopTrainingJob": self.jobs.stop,
            "CreateModel": self.models.create,
            "DescribeModel": self.models.describe,
            "ListModels": self.models.list,
            "DeleteModel": self.models.delete,
            "CreateModelPackageGroup": self.registry.create_group,
            "DescribeModelPackageGroup": self.registry.describe_group,
            "ListModelPackageGroups": self.registry.list_groups,
            "DeleteModelPackageGroup": self.registry.delete_group,
            "CreateModelPackage": self.registry.create,
            "DescribeModelPackage": self.registry.describe,
            "ListModelPackages": self.registry.list,
            "UpdateModelPackage": self.registry.update,
            "DeleteModelPackage": self.registry.delete,
            "CreateEndpointConfig": self.configs.create,
            "DescribeEndpointConfig": self.configs.describe,
            "ListEndpointConfigs": self.configs.list,
            "DeleteEndpointConfig": self.configs.delete,
            "CreateEndpoint": self.endpoints.create,
            "DescribeEndpoint": self.endpoints.describe,
            "ListEndpoints": self.endpoints.list,
            "UpdateEndpoint": self.endpoints.update,
            "UpdateEndpointWeightsAndCapacities": self.endpoints.scale,
            "DeleteEndpoint": self.endpoints.delete,
            "AddTags": self.tags.add,
            "ListTags": self.tags.list,
            "DeleteTags": self.tags.delete,
        }

    def begin(self) -> None:
        """Go on where an earlier life ended."""
        self.jobs.settle_earlier_life()
        self.endpoints.resume_earlier_life()

    async def end(self) -> None:
        """End every process; the documents stay as they are."""
        await self.jobs.end()
        await self.endpoints.end()
