"""Content of an endpoint: the SageMaker model of a training, and a batch's configuration."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from functions import error_codes
from functions.configurations import Configurations
from functions.deployment_request import model_request
from functions.errors import BusyError, RefusedError
from functions.sagemaker.errors import (
    ImageError,
    MissingError,
    QuotaError,
    TakenError,
    UnreadableError,
)
from functions.sagemaker.quota import used_up
from functions.sagemaker.resources import EndpointConfig


@dataclass(frozen=True)
class EndpointContent:
    """Models and configurations, made for endpoints and taken back where a quota stops one."""

    configurations: Configurations

    def make(self, what: str, training_job: str, config: Mapping[str, Any]) -> None:
        """Make a batch's endpoint configuration, and the SageMaker model if it is not there.

        Args:
            what: Whose endpoint it is for, as a sentence names it.
            training_job: Whose model it is.
            config: The request that makes the configuration.

        Raises:
            RefusedError: A quota or the artifact stops it.
            BusyError: SageMaker does not show the model yet.
        """
        with self.within_quota(what, training_job):
            self._create_model(training_job)
            self._create_config(config)

    @contextmanager
    def within_quota(self, what: str, training_job: str, *made: EndpointConfig) -> Iterator[None]:
        """Refuse a deployment where a quota stops it, and take back what was made for it."""
        try:
            yield
        except QuotaError as error:
            self.configurations.erase(list(made), training_job)
            raise RefusedError(
                error_codes.QUOTA_EXCEEDED,
                f"{used_up(error)}, so the {what} was not deployed, and what served before, if"
                " anything, still does: undeploy a model, or ask for more in Service Quotas.",
            ) from error

    def _create_config(self, request: Mapping[str, Any]) -> None:
        try:
            # The same batch may be here at the same time; who adopts it compares the arguments.
            with suppress(TakenError):
                self.configurations.sagemaker.create_endpoint_config(request)
        except MissingError as error:
            raise BusyError("The model is not visible yet: send it again.") from error

    def _create_model(self, training_job: str) -> None:
        request = model_request(self.configurations.settings, training_job)
        try:
            # One model per training job: an earlier deployment, or half of one, may have left it.
            with suppress(TakenError):
                self.configurations.sagemaker.create_model(request)
        except UnreadableError as error:
            raise RefusedError(
                error_codes.ARTIFACT_MISSING,
                f"SageMaker cannot read the model artifact of {training_job}: train again"
                " if it is gone from the bucket, else give the endpoints' role its rights back.",
            ) from error
        except MissingError as error:
            raise RefusedError(
                error_codes.ARTIFACT_MISSING,
                f"The model artifact of {training_job} is gone from the bucket: train again.",
            ) from error
        except ImageError as error:
            raise RefusedError(
                error_codes.DEPLOYMENT_FAILED,
                f"SageMaker makes no model of the stack's image ({str(error).rstrip('.')}): build"
                " it with `--output type=docker --provenance=false` and deploy the stack again.",
            ) from error
