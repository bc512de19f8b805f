"""All-or-nothing deployments; a retry adopts the one under way.

One batch is one endpoint configuration, named by the batch id. Its variant carries the model's
name and its SageMaker model the training job's, so the configuration alone states the request, and
a retry or a polling request that finds it can carry on. Its tags name what served when it was made:
a change is carried out on what it was asked about, or not at all. Nothing else is stored.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from functions import deployment_reasons, error_codes, names
from functions.arrivals import Arrivals
from functions.configurations import Configurations
from functions.deployment_request import ChangeRequest, DeploymentRequest
from functions.endpoint_content import EndpointContent
from functions.errors import BusyError, RefusedError
from functions.model_versions import ModelVersions
from functions.sagemaker.control_plane import ControlPlane
from functions.sagemaker.errors import MissingError, TakenError
from functions.sagemaker.resources import BROKEN_STATES, Endpoint, EndpointConfig
from functions.settings import DeploySettings


@dataclass(frozen=True)
class Deployments:
    """The deployments of one stack."""

    sagemaker: ControlPlane
    settings: DeploySettings

    @property
    def configurations(self) -> Configurations:
        """The stack's endpoint configurations."""
        return Configurations(self.sagemaker, self.settings)

    @property
    def content(self) -> EndpointContent:
        """Makes the models and configurations."""
        return EndpointContent(self.configurations)

    @property
    def artifacts(self) -> names.Artifacts:
        """Addresses of the stack's artifacts."""
        return names.Artifacts(prefix=self.settings.prefix, bucket=self.settings.artifact_bucket)

    @property
    def arrivals(self) -> Arrivals:
        """News for the registry."""
        return Arrivals(ModelVersions(self.sagemaker, self.settings))

    def find(self, batch_id: str) -> EndpointConfig | None:
        """The configuration that the batch made, if it did."""
        return self.sagemaker.endpoint_config(names.work_name(self.settings.prefix, batch_id))

    def endpoint(self, variant: str) -> Endpoint | None:
        """The endpoint of a model, or of a second variant of it, if there is one."""
        return self.sagemaker.endpoint(names.endpoint_name(self.settings.prefix, variant))

    def serving(self, variant: str) -> EndpointConfig | None:
        """The configuration of an endpoint, whatever its state; None where either is missing."""
        endpoint = self.endpoint(variant)
        return self.sagemaker.endpoint_config(endpoint.config) if endpoint else None

    def settled(self, model_name: str) -> Endpoint | None:
        """The endpoint of a model before the next change, when all of the last one is done.

        Nobody may have asked for the last one again since it came into service.

        Raises:
            BusyError: A change is under way.
        """
        endpoint = self.endpoint(model_name)
        if endpoint is None:
            return None
        if endpoint.is_busy:
            raise BusyError(f"The model {model_name} is being changed: send it again.")
        serving = self.sagemaker.endpoint_config(endpoint.config)
        is_own = names.is_work_name(self.settings.prefix, endpoint.config)
        if serving is not None and is_own and endpoint.status == "InService":
            self._conclude(serving)
        return endpoint

    def begin(self, request: DeploymentRequest) -> EndpointConfig:
        """The batch's configuration: made now, or found from an earlier request of the batch.

        Raises:
            RefusedError: The batch id was used with other arguments.
            BusyError: Another deployment of the model is under way.
        """
        return self.adopt(request, partial(self._create, request))

    def adopt(self, request: ChangeRequest, create: Callable[[], None]) -> EndpointConfig:
        """The batch's configuration, which `create` makes where no earlier request has made it.

        Raises:
            RefusedError: The batch id was used with other arguments.
            BusyError: SageMaker does not show it yet.
        """
        found = self.find(request.batch_id)
        if found is None:
            create()
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
        endpoint = self.endpoint(config.variant)
        if endpoint is not None and endpoint.config == config.name:
            return self._arrived(endpoint, config)
        tags = self.sagemaker.tags(config.arn)
        if names.SERVED_TAG in tags:
            return True
        if names.RETIRED_TAG in tags:
            raise RefusedError(error_codes.DEPLOYMENT_FAILED, deployment_reasons.overtaken(config))
        return self._begun(endpoint, config, tags)

    def remove(self, variant: str) -> None:
        """Remove an endpoint, its configurations, and models that nobody needs then.

        What is gone or going already is left alone, so that it can be asked for again.

        Raises:
            BusyError: It is being changed: SageMaker deletes nothing until that is over.
        """
        endpoint = self.endpoint(variant)
        if endpoint is not None and endpoint.status != "Deleting":
            self.sagemaker.delete_endpoint(endpoint.name)
        everything = self.configurations.all()
        own = [config for config in everything if config.variant == variant]
        self.configurations.retire(own, everything)

    def end_challenger(self, model_name: str, training_job: str) -> None:
        """Remove a model's challenger if it is of this training; raises BusyError as `remove`."""
        variant = names.second_variant("challenger", model_name)
        config = self.serving(variant)
        if config is not None and config.training_job == training_job:
            self.remove(variant)

    # --- steps ----------------------------------------------------------------------------------

    def _begun(
        self, endpoint: Endpoint | None, config: EndpointConfig, tags: Mapping[str, str]
    ) -> bool:
        """The next step of what neither serves nor has served."""
        if endpoint is None:
            return self._create_endpoint(config)
        if endpoint.is_busy:
            return self._under_way(endpoint, config, tags)
        if tags.get(names.REPLACES_TAG) != endpoint.config:
            self.configurations.retire([config], self.configurations.all())
            raise RefusedError(error_codes.DEPLOYMENT_FAILED, deployment_reasons.overtaken(config))
        if endpoint.status in BROKEN_STATES:
            self._discard(endpoint)
            raise BusyError("An endpoint that failed earlier is being removed: send it again.")
        if names.REQUESTED_TAG in tags:
            raise RefusedError(
                error_codes.DEPLOYMENT_FAILED, deployment_reasons.rolled_back(endpoint, config)
            )
        return self._update_endpoint(endpoint, config)

    def _create(self, request: DeploymentRequest) -> None:
        endpoint = self.settled(request.model_name)
        previous = self._link(endpoint, request.training_job) if endpoint else None
        config = request.config(
            self.settings, replaces=endpoint.config if endpoint else None, previous=previous
        )
        self.content.make(names.in_words(request.model_name), request.training_job, config)

    def _link(self, endpoint: Endpoint, training_job: str) -> str | None:
        """The way back of a new configuration: neither what failed, nor the same version again."""
        serving = self.sagemaker.endpoint_config(endpoint.config)
        if serving is None:
            return None
        is_replaced = serving.training_job == training_job or endpoint.status in BROKEN_STATES
        return self.configurations.before(serving) if is_replaced else serving.name

    def _create_endpoint(self, config: EndpointConfig) -> bool:
        name = names.endpoint_name(self.settings.prefix, config.variant)
        try:
            with self.content.within_quota(config.in_words, config.training_job, config):
                self.sagemaker.create_endpoint(name, config.name)
        except (TakenError, MissingError) as error:
            # Somebody was faster, or the configuration is not visible to all of SageMaker yet.
            raise BusyError("The endpoint cannot be created yet: send it again.") from error
        return False

    def _update_endpoint(self, endpoint: Endpoint, config: EndpointConfig) -> bool:
        if endpoint.has_instances and config.is_serverless:
            self.configurations.erase([config], config.training_job)
            raise RefusedError(
                error_codes.DEPLOYMENT_FAILED, deployment_reasons.never_serverless(config)
            )
        try:
            with self.content.within_quota(config.in_words, config.training_job, config):
                self.sagemaker.update_endpoint(
                    endpoint.name, config.name, keep_capacity=endpoint.has_instances
                )
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
                f"The endpoint of the {config.in_words} failed: {reason}",
            )
        if endpoint.status == "InService":
            self._conclude(config)
            return True
        # Another deployment is under way, so this one had come into service before.
        return endpoint.pending_config not in {None, config.name}

    def _conclude(self, config: EndpointConfig) -> None:
        """Register what has come into service, and retire what is kept no longer; once."""
        tags = self.sagemaker.tags(config.arn)
        if names.SERVED_TAG in tags:
            return
        if names.is_model(config.variant):
            self.arrivals.record(config, tags)
            # it would share the users with itself
            self.end_challenger(config.model_name, config.training_job)
        self.configurations.retire_older(config)
        self.sagemaker.add_tags(config.arn, {names.SERVED_TAG: "yes"})

    def _under_way(
        self, endpoint: Endpoint, config: EndpointConfig, tags: Mapping[str, str]
    ) -> bool:
        if endpoint.pending_config == config.name or names.REQUESTED_TAG in tags:
            return False
        raise BusyError(f"The {config.in_words} is being changed: send it again.")

    def _discard(self, endpoint: Endpoint) -> None:
        self.sagemaker.delete_endpoint(endpoint.name)
        everything = self.configurations.all()
        going = [config for config in everything if config.name == endpoint.config]
        self.configurations.retire(going, everything)
