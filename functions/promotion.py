"""Promotions: deployments that the gate lets through, or that somebody forces."""

from collections.abc import Mapping
from dataclasses import dataclass

from functions import error_codes, judgement
from functions.deployment import Deployments
from functions.deployment_request import PromotionRequest
from functions.errors import RefusedError
from functions.gate import rules_for
from functions.model_versions import ModelVersion, ModelVersions, Verdict
from functions.sagemaker.resources import TrainingJob
from functions.training import figures


@dataclass(frozen=True, kw_only=True)
class Champion:
    """The training whose model serves, and what it recorded."""

    training_job: str
    metrics: Mapping[str, float]


@dataclass(frozen=True)
class Promotions:
    """The promotions of one stack."""

    deployments: Deployments

    @property
    def versions(self) -> ModelVersions:
        """The registered versions of the stack's models."""
        return ModelVersions(self.deployments.sagemaker, self.deployments.settings)

    def decide(self, request: PromotionRequest, candidate: TrainingJob) -> ModelVersion:
        """Ask the gate, and register what it says.

        Returns:
            The version; it may serve if it is approved.

        Raises:
            RefusedError: It serves already.
            BusyError: Another change is under way.
        """
        champion = self._champion(request)
        known = self.versions.find(request.model_name, candidate.name)
        was_rolled_back = known is not None and known.verdict == "rolled back"
        if known is not None and was_rolled_back and not request.force:
            return known
        found = self._judgement(candidate, champion)
        rules = rules_for(
            figures(candidate),
            champion.metrics if champion else None,
            self.deployments.settings,
            judgement.figures(found),
        )
        passed = all(rule.passed for rule in rules) and not was_rolled_back
        version = self.versions.register(request.model_name, candidate)
        verdict: Verdict = "passed" if passed else "forced" if request.force else "failed"
        self.versions.decide(version, verdict, rules, found.name if found else "")
        return self.version(request.model_name, candidate.name)

    def version(self, model_name: str, training_job: str) -> ModelVersion:
        """The registered version of a training job.

        Raises:
            RefusedError: It is not in the registry.
        """
        found = self.versions.find(model_name, training_job)
        if found is None:
            raise RefusedError(
                error_codes.UNKNOWN_TRAINING_JOB,
                f"{training_job} is no version of {model_name}: it was removed from the registry.",
            )
        return found

    def _judgement(self, candidate: TrainingJob, champion: Champion | None) -> TrainingJob | None:
        """The finished judgement of both; None where there is none, or nothing serves."""
        if champion is None:
            return None
        deployments = self.deployments
        prefix, names = deployments.settings.prefix, (candidate.name, champion.training_job)
        found = judgement.find(deployments.sagemaker, prefix, *names)
        return found if judgement.figures(found) is not None else None

    def _champion(self, request: PromotionRequest) -> Champion | None:
        """The champion; None where nothing serves, or its training is not known."""
        endpoint = self.deployments.settled(request.model_name)
        sagemaker = self.deployments.sagemaker
        serving = sagemaker.endpoint_config(endpoint.config) if endpoint else None
        if endpoint is None or serving is None:
            return None
        if serving.training_job == request.training_job and endpoint.status == "InService":
            raise RefusedError(
                error_codes.ALREADY_SERVING,
                f"{request.model_name} serves {request.training_job} already.",
            )
        job = sagemaker.training_job(serving.training_job)
        known = self.versions.find(request.model_name, serving.training_job) if not job else None
        metrics = figures(job) if job else known.metrics if known else None
        if metrics is None:
            return None
        return Champion(training_job=serving.training_job, metrics=metrics)


def reason(version: ModelVersion) -> str:
    """The sentence that says which rules a version failed, or that it was rolled back."""
    if version.verdict == "rolled back":
        return (
            f"Version {version.package.number} was rolled back: promote it with {{'force': true}}"
            " if it is to serve again."
        )
    failed = [rule.sentence() for rule in version.rules if not rule.passed]
    return (
        f"Version {version.package.number} was not promoted: {', '.join(failed)}. Train again, or"
        " promote it with {'force': true}."
    )
