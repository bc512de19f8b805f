"""All-or-nothing deployments; a retry adopts the one under way.

One batch is one endpoint configuration, named by the batch id. Its variant carries the model's
name and its SageMaker model the training job's, so the configuration alone states the request, and
a retry or a polling request that finds it can carry on. Nothing else is stored.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from functions import error_codes, names
from functions.errors import BusyError, RefusedError
from functions.sagemaker.control_plane import ControlPlane
from functions.sagemaker.errors import MissingError, TakenError
from functions.sagemaker.resources import BROKEN_STATES, Endpoint, EndpointConfig, tag_list
from functions.settings import DeploySettings

#: Time in which a retry of an undeployment finds its receipt; callers give up earlier.
RECEIPT_KEPT = timedelta(days=1)


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


@dataclass(frozen=True)
class Deployments:
    """The deployments of one stack."""

    sagemaker: ControlPlane
    settings: DeploySettings

    @property
    def artifacts(self) -> names.Artifacts:
        """Addresses of the stack's artifacts."""
        return names.Artifacts(prefix=self.settings.prefix, bucket=self.settings.artifact_bucket)

    def find(self, batch_id: str) -> EndpointConfig | None:
        """The configuration that the batch made, if it did."""
        return self.sagemaker.endpoint_config(names.work_name(self.settings.prefix, batch_id))

    def endpoint(self, model_name: str) -> Endpoint | None:
        """The endpoint of a model, if there is one."""
        return self.sagemaker.endpoint(names.endpoint_name(self.settings.prefix, model_name))

    def begin(self, request: DeploymentRequest) -> EndpointConfig:
        """The batch's configuration: made now, or found from an earlier request of the batch.

        Raises:
            RefusedError: The batch id was used with other arguments.
            BusyError: Another deployment of the model is under way.
        """
        found = self.find(request.batch_id)
        if found is None:
            self._create(request)
            found = self.find(request.batch_id)
        if found is None:
            raise BusyError("The endpoint configuration is not visible yet: send it again.")
        self.check_arguments(found, request.arguments_hash())
        return found

    def check_arguments(self, config: EndpointConfig, arguments_hash: str) -> None:
        """See that a batch asks for what its configuration was made for.

        Raises:
            RefusedError: The batch id was used with other arguments, or for another function.
        """
        if self.sagemaker.tags(config.arn).get(names.ARGUMENTS_TAG) != arguments_hash:
            raise RefusedError(
                error_codes.BATCH_ID_REUSED,
                f"This batch id began {config.name} with other arguments: use a new one.",
            )

    def advance(self, config: EndpointConfig) -> bool:
        """Take the next step towards `config` in service.

        Returns:
            Whether it is in service.

        Raises:
            RefusedError: It failed; the endpoint serves what it served before, if anything.
            BusyError: Another deployment of the model is under way.
        """
        endpoint = self.endpoint(config.model_name)
        if endpoint is None:
            return self._create_endpoint(config)
        if endpoint.config == config.name:
            return self._arrived(endpoint, config)
        if endpoint.is_busy:
            return self._under_way(endpoint, config)
        if endpoint.status in BROKEN_STATES:
            self._discard(endpoint)
            raise BusyError("An endpoint that failed earlier is being removed: send it again.")
        if names.REQUESTED_TAG in self.sagemaker.tags(config.arn):
            raise RefusedError(error_codes.DEPLOYMENT_FAILED, _rolled_back(endpoint, config))
        return self._update_endpoint(endpoint, config)

    # --- steps ----------------------------------------------------------------------------------

    def _create(self, request: DeploymentRequest) -> None:
        endpoint = self.endpoint(request.model_name)
        if endpoint is not None and endpoint.is_busy:
            raise BusyError(f"The model {request.model_name} is being changed: send it again.")
        self._create_model(request)
        try:
            # The same batch may be here at the same time; begin() compares the arguments.
            with suppress(TakenError):
                self.sagemaker.create_endpoint_config(self._config_request(request, endpoint))
        except MissingError as error:
            raise BusyError("The model is not visible yet: send it again.") from error

    def _create_model(self, request: DeploymentRequest) -> None:
        try:
            # One model per training job: an earlier deployment, or half of one, may have left it.
            with suppress(TakenError):
                self.sagemaker.create_model(self._model_request(request))
        except MissingError as error:
            raise RefusedError(
                error_codes.ARTIFACT_MISSING,
                f"The model artifact of {request.training_job} is gone from the bucket:"
                " train again.",
            ) from error

    def _create_endpoint(self, config: EndpointConfig) -> bool:
        name = names.endpoint_name(self.settings.prefix, config.model_name)
        try:
            self.sagemaker.create_endpoint(name, config.name)
        except (TakenError, MissingError) as error:
            # Somebody was faster, or the configuration is not visible to all of SageMaker yet.
            raise BusyError("The endpoint cannot be created yet: send it again.") from error
        return False

    def _update_endpoint(self, endpoint: Endpoint, config: EndpointConfig) -> bool:
        try:
            self.sagemaker.update_endpoint(endpoint.name, config.name)
        except MissingError as error:
            raise BusyError("The endpoint cannot be updated yet: send it again.") from error
        # Only now: a crash in between makes the next request ask once more, which does no harm.
        self.sagemaker.add_tags(config.arn, {names.REQUESTED_TAG: "yes"})
        return False

    def _arrived(self, endpoint: Endpoint, config: EndpointConfig) -> bool:
        if endpoint.status in BROKEN_STATES:
            reason = endpoint.failure_reason or f"its state is {endpoint.status}."
            raise RefusedError(
                error_codes.DEPLOYMENT_FAILED,
                f"The endpoint of {config.model_name} failed: {reason}",
            )
        if endpoint.status == "InService":
            self.clean_up(config)
            return True
        # Another deployment is under way, so this one had come into service before.
        return endpoint.pending_config not in {None, config.name}

    def _under_way(self, endpoint: Endpoint, config: EndpointConfig) -> bool:
        requested = names.REQUESTED_TAG in self.sagemaker.tags(config.arn)
        if endpoint.pending_config == config.name or requested:
            return False
        raise BusyError(f"The model {config.model_name} is being changed: send it again.")

    # --- removal --------------------------------------------------------------------------------

    def clean_up(self, current: EndpointConfig) -> None:
        """Remove what `current` replaced: the model's older configurations, with their models."""
        everything = self.configs()
        older = [
            config
            for config in everything
            if config.model_name == current.model_name
            and config.name != current.name
            and config.created_at <= current.created_at
        ]
        self.remove(older, everything)

    def configs(self) -> list[EndpointConfig]:
        """Every endpoint configuration of the stack."""
        prefix = self.settings.prefix
        listed = self.sagemaker.endpoint_config_names(f"{prefix}-")
        own = [name for name in listed if names.is_work_name(prefix, name)]
        found = (self.sagemaker.endpoint_config(name) for name in own)
        return [config for config in found if config is not None]

    def _discard(self, endpoint: Endpoint) -> None:
        self.sagemaker.delete_endpoint(endpoint.name)
        everything = self.configs()
        self.remove([config for config in everything if config.name == endpoint.config], everything)

    def remove(self, configs: list[EndpointConfig], everything: list[EndpointConfig]) -> None:
        """Remove configurations and the models that no other one of `everything` needs.

        Receipts that no retry asks for any more go with them.
        """
        receipts = [config for config in everything if names.is_receipt(config.model_name)]
        oldest = datetime.now(UTC) - RECEIPT_KEPT
        unneeding = {config.name for config in (*configs, *receipts)}
        used = {config.training_job for config in everything if config.name not in unneeding}
        for config in configs:
            # The model first: the configuration is what leads the next request to it.
            if config.training_job not in used:
                self.sagemaker.delete_model(config.training_job)
            self.sagemaker.delete_endpoint_config(config.name)
        for receipt in receipts:
            if receipt.created_at < oldest:
                self.sagemaker.delete_endpoint_config(receipt.name)

    # --- requests -------------------------------------------------------------------------------

    def _model_request(self, request: DeploymentRequest) -> dict[str, Any]:
        return {
            "ModelName": request.training_job,
            "PrimaryContainer": {
                "Image": self.settings.image_uri,
                "ModelDataUrl": self.artifacts.address(request.training_job),
            },
            "ExecutionRoleArn": self.settings.inference_role_arn,
            "Tags": tag_list({names.TRAINING_JOB_TAG: request.training_job}),
        }

    def _config_request(
        self, request: DeploymentRequest, endpoint: Endpoint | None
    ) -> dict[str, Any]:
        tags = {
            names.ARGUMENTS_TAG: request.arguments_hash(),
            names.ROW_TAG: str(request.row),
            names.MODEL_NAME_TAG: request.model_name,
            names.TRAINING_JOB_TAG: request.training_job,
        }
        if endpoint is not None:
            tags[names.PREVIOUS_CONFIG_TAG] = endpoint.config
        return self.config_request(request.batch_id, request.model_name, request.training_job, tags)

    def config_request(
        self, batch_id: str, variant: str, training_job: str, tags: dict[str, str]
    ) -> dict[str, Any]:
        """The request that makes the configuration of a batch."""
        return {
            "EndpointConfigName": names.work_name(self.settings.prefix, batch_id),
            "ProductionVariants": [
                {"VariantName": variant, "ModelName": training_job, **self._capacity()}
            ],
            "Tags": tag_list(tags),
        }

    def _capacity(self) -> dict[str, Any]:
        if self.settings.inference_instance_type:
            return {
                "InstanceType": self.settings.inference_instance_type,
                "InitialInstanceCount": self.settings.inference_min_instances,
            }
        return {
            "ServerlessConfig": {
                "MemorySizeInMB": self.settings.inference_memory_mb,
                "MaxConcurrency": self.settings.inference_max_concurrency,
            }
        }


def _rolled_back(endpoint: Endpoint, config: EndpointConfig) -> str:
    reason = endpoint.failure_reason or "the new configuration did not come into service."
    return (
        f"The model {config.model_name} was not updated and serves what it served before: {reason}"
    )
