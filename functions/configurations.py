"""The endpoint configurations of a stack: which serve, which are kept for a way back, which go.

A configuration names the one of the version that served before it. These links are the history of
a model: a deployment lengthens it, a roll-back shortens it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice

from functions import names
from functions.sagemaker.control_plane import ControlPlane
from functions.sagemaker.many_calls import of_each
from functions.sagemaker.resources import EndpointConfig
from functions.settings import DeploySettings

#: Time in which a retry of an undeployment finds its receipt; callers give up earlier.
RECEIPT_KEPT = timedelta(days=1)


@dataclass(frozen=True)
class Configurations:
    """The configurations that the stack's deployments made."""

    sagemaker: ControlPlane
    settings: DeploySettings

    def all(self) -> list[EndpointConfig]:
        """Every configuration of the stack, receipts of undeployments included."""
        prefix = self.settings.prefix
        listed = self.sagemaker.endpoint_config_names(f"{prefix}-")
        own = [name for name in listed if names.is_work_name(prefix, name)]
        return of_each(self.sagemaker.endpoint_config, own)

    def history(self, current: EndpointConfig) -> Iterator[EndpointConfig]:
        """`current`, and before it what served before, as far as it is kept."""
        config: EndpointConfig | None = current
        while config is not None:
            yield config
            before = self.before(config)
            config = self.sagemaker.endpoint_config(before) if before else None

    def before(self, config: EndpointConfig) -> str | None:
        """Name of the configuration of the version that served before `config`."""
        return self.sagemaker.tags(config.arn).get(names.PREVIOUS_CONFIG_TAG)

    def link(self, serving: EndpointConfig | None, training_job: str) -> str | None:
        """The link of a new configuration: a version that is deployed anew replaces itself."""
        if serving is None:
            return None
        return self.before(serving) if serving.training_job == training_job else serving.name

    def retire(self, current: EndpointConfig) -> None:
        """Remove what `current` replaced, except for the versions that are kept."""
        everything = self.all()
        kept = {each.name for each in islice(self.history(current), self.settings.versions_kept)}
        older = [
            config
            for config in everything
            if config.model_name == current.model_name
            and config.name not in kept
            and config.created_at <= current.created_at
        ]
        self.remove(older, everything)

    def remove(self, configs: list[EndpointConfig], everything: list[EndpointConfig]) -> None:
        """Remove configurations and the models that no other one of `everything` needs.

        Receipts that no retry asks for any more go with them.
        """
        needed = self.needed_models(everything, without=configs)
        for config in configs:
            # The model first: the configuration is what leads the next request to it.
            if config.training_job not in needed:
                self.sagemaker.delete_model(config.training_job)
            self.sagemaker.delete_endpoint_config(config.name)
        oldest = datetime.now(UTC) - RECEIPT_KEPT
        for config in everything:
            if names.is_receipt(config.model_name) and config.created_at < oldest:
                self.sagemaker.delete_endpoint_config(config.name)

    @staticmethod
    def needed_models(
        everything: list[EndpointConfig], *, without: list[EndpointConfig]
    ) -> set[str]:
        """SageMaker models of configurations that serve or may serve; a receipt never does."""
        going = {config.name for config in without}
        return {
            config.training_job
            for config in everything
            if config.name not in going and not names.is_receipt(config.model_name)
        }
