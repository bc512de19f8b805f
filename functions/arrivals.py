"""News for the registry: a version was deployed, or has come into service."""

from collections.abc import Mapping
from dataclasses import dataclass

from functions.model_versions import APPROVED, ModelVersions
from functions.names import ROLLED_BACK_TAG
from functions.sagemaker.resources import EndpointConfig


@dataclass(frozen=True)
class Arrivals:
    """Versions that come into service."""

    versions: ModelVersions

    def approve(self, config: EndpointConfig) -> None:
        """Register the version of `config`; what nobody has approved was deployed by hand."""
        job = self.versions.sagemaker.training_job(config.training_job)
        if job is None:
            return
        version = self.versions.register(config.model_name, job)
        if version.package.approval != APPROVED:
            self.versions.decide(version, "deployed")

    def record(self, config: EndpointConfig, tags: Mapping[str, str]) -> None:
        """Register the version of `config`, and reject what a roll-back took out of service.

        Args:
            config: What serves now.
            tags: Its tags.
        """
        self.approve(config)
        left = tags.get(ROLLED_BACK_TAG)
        rejected = self.versions.find(config.model_name, left) if left else None
        if rejected is not None:
            self.versions.decide(rejected, "rolled back")
