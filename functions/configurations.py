"""The endpoint configurations of a stack: which serve, which are kept for a way back, which go.

A configuration names the one of the version that served before it. These links are the history of
a model: a deployment lengthens it, a roll-back shortens it. What leaves the history is retired: its
model goes, the configuration itself stays for a day as the receipt of its batch, so that a request
that is sent again late never brings an old version back.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice

from functions import names
from functions.sagemaker.control_plane import ControlPlane
from functions.sagemaker.deployed_models import deployed_models
from functions.sagemaker.many_calls import of_each
from functions.sagemaker.resources import EndpointConfig
from functions.settings import DeploySettings

#: Time in which a retry finds the receipt of its batch; callers give up earlier.
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
            tags = self.sagemaker.tags(config.arn)
            if names.RETIRED_TAG in tags:
                return
            yield config
            before = self._named(tags.get(names.PREVIOUS_CONFIG_TAG))
            # A batch id that is used anew after its receipt has gone names what is no way back.
            config = before if before and before.created_at < config.created_at else None

    def before(self, config: EndpointConfig) -> str | None:
        """Name of the configuration of the version that served before `config`."""
        return self.sagemaker.tags(config.arn).get(names.PREVIOUS_CONFIG_TAG)

    def retire_older(self, current: EndpointConfig) -> None:
        """Retire what `current` replaced, except for the versions that are kept."""
        everything = self.all()
        kept = {each.name for each in islice(self.history(current), self.settings.versions_kept)}
        older = [
            config
            for config in everything
            if config.variant == current.variant
            and config.name not in kept
            and config.created_at <= current.created_at
        ]
        self.retire(older, everything)

    def retire(self, configs: list[EndpointConfig], everything: list[EndpointConfig]) -> None:
        """Take configurations out of the history, and remove their models where nobody needs them.

        Receipts that no retry asks for any more go.
        """
        for config in configs:
            # Before the model: what has lost it must be no way back.
            self.sagemaker.add_tags(config.arn, {names.RETIRED_TAG: "yes"})
        self._remove_models(configs, everything)
        for config in self._expired(configs, everything):
            self.sagemaker.delete_endpoint_config(config.name)

    def erase(self, configs: list[EndpointConfig], *training_jobs: str) -> None:
        """Remove configurations without a receipt, and models that nobody needs then.

        Args:
            configs: What goes, with its models.
            training_jobs: Whose models go, too.
        """
        self._remove_models(configs, self.all(), *training_jobs)
        for config in configs:
            self.sagemaker.delete_endpoint_config(config.name)

    def is_retired(self, config: EndpointConfig) -> bool:
        """True for a receipt: of an undeployment, or of a change that is history no more."""
        if names.is_receipt(config.variant):
            return True
        return names.RETIRED_TAG in self.sagemaker.tags(config.arn)

    # --- what goes --------------------------------------------------------------------------------

    def _remove_models(
        self, configs: list[EndpointConfig], everything: list[EndpointConfig], *training_jobs: str
    ) -> None:
        jobs = {*training_jobs, *(config.training_job for config in configs)}
        for job in sorted(jobs - self._needed(jobs, everything, without=configs)):
            self.sagemaker.delete_model(job)

    def _needed(
        self, jobs: set[str], everything: list[EndpointConfig], *, without: list[EndpointConfig]
    ) -> set[str]:
        """Of the training jobs, those whose models serve or may serve by other configurations."""
        going = {config.name for config in without}
        others = [
            config
            for config in everything
            if config.training_job in jobs and config.name not in going
        ]
        return {config.training_job for config in others if not self.is_retired(config)}

    def _expired(
        self, retired: list[EndpointConfig], everything: list[EndpointConfig]
    ) -> list[EndpointConfig]:
        """Receipts older than any retry: of `retired`, and of models that are not deployed."""
        oldest = datetime.now(UTC) - RECEIPT_KEPT
        old = [config for config in everything if config.created_at < oldest]
        if not old:
            return []
        deployed = set(deployed_models(self.sagemaker, self.settings.prefix))
        going = {config.name for config in retired}
        return [
            config
            for config in old
            if config.name in going or (config.variant not in deployed and self.is_retired(config))
        ]

    def _named(self, name: str | None) -> EndpointConfig | None:
        return self.sagemaker.endpoint_config(name) if name else None
