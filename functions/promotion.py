"""Promotions: deployments that the gate lets through, or that somebody forces."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NotRequired

from functions import error_codes, judgement
from functions.deployment import Deployments
from functions.errors import RefusedError
from functions.gate import rules_for
from functions.gate_rule import WRONG_ANSWERS, GateRule
from functions.model_versions import APPROVED, ModelVersion, ModelVersions, Verdict
from functions.sagemaker.resources import TrainingJob
from functions.training import figures
from functions.typed_dict import TypedDict

Status = Literal["InService", "InProgress", "Refused"]


class Promotion(TypedDict):
    """A version that serves, that still comes up nine minutes later, or that the gate refused."""

    status: Status
    model_name: str
    version: int
    training_job: str
    model_artifact: str
    forced: bool
    gate: list[GateRule]
    #: The job that compared it with what served, on newer ratings.
    judgement_job: NotRequired[str]
    reason: NotRequired[str]


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

    def decide(self, model_name: str, candidate: TrainingJob, *, force: bool) -> ModelVersion:
        """Ask the gate, and register what it says; who is rejected is no challenger any more.

        Returns:
            The version; it may serve if it is approved.

        Raises:
            RefusedError: It serves already.
            BusyError: Another change is under way.
        """
        champion = self._champion(model_name, candidate.name)
        known = self.versions.find(model_name, candidate.name)
        was_rolled_back = known is not None and known.verdict == "rolled back"
        if known is not None and was_rolled_back and not force:
            return known
        found = self._judgement(candidate, champion)
        rules = rules_for(
            figures(candidate),
            champion.metrics if champion else None,
            self.deployments.settings,
            judgement.figures(found),
        )
        # what the nightly loop has found wrong with its answers counts whoever asks again
        rules += [rule for rule in (known.rules if known else ()) if rule.name == WRONG_ANSWERS]
        passed = all(rule.passed for rule in rules) and not was_rolled_back
        version = self.versions.register(model_name, candidate)
        verdict: Verdict = "passed" if passed else "forced" if force else "failed"
        if verdict == "failed":
            # first: whoever is rejected answers nobody
            self.deployments.end_challenger(model_name, candidate.name)
        self.versions.decide(version, verdict, rules, found.name if found else "")
        return self.version(model_name, candidate.name)

    def answer(self, model_name: str, version: ModelVersion, status: Status) -> Promotion:
        """The answer of SQL about a version that was promoted, or refused."""
        job = version.training_job
        answer: Promotion = {
            "status": status,
            "model_name": model_name,
            "version": version.package.number,
            "training_job": job,
            "model_artifact": self.deployments.artifacts.address(job),
            "forced": version.was_forced,
            "gate": [rule.answer() for rule in version.rules],
        }
        if version.judgement_job:
            answer["judgement_job"] = version.judgement_job
        return answer

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

    def _champion(self, model_name: str, candidate: str) -> Champion | None:
        """The champion; None where nothing has served, or its training is not known."""
        endpoint = self.deployments.settled(model_name)
        if endpoint is None:
            return self._last_approved(model_name, candidate)
        sagemaker = self.deployments.sagemaker
        serving = sagemaker.endpoint_config(endpoint.config)
        if serving is None:
            return None
        if serving.training_job == candidate and endpoint.status == "InService":
            raise RefusedError(
                error_codes.ALREADY_SERVING, f"{model_name} serves {candidate} already."
            )
        job = sagemaker.training_job(serving.training_job)
        known = self.versions.find(model_name, serving.training_job) if not job else None
        metrics = figures(job) if job else known.metrics if known else None
        if metrics is None:
            return None
        return Champion(training_job=serving.training_job, metrics=metrics)

    def _last_approved(self, model_name: str, candidate: str) -> Champion | None:
        """The newest other version that may serve: an endpoint that is gone lowers no limit."""
        for package in self.versions.packages(model_name):
            if package.approval == APPROVED and package.description != candidate:
                version = self.versions.read(package)
                return Champion(training_job=version.training_job, metrics=version.metrics)
        return None


def reason(version: ModelVersion, made: str = "promoted", make: str = "promote it") -> str:
    """The sentence that says which rules a version failed, or that it was rolled back.

    Args:
        version: What was refused.
        made: What it did not become.
        make: What would make it so, with force.
    """
    if version.verdict == "rolled back":
        return (
            f"Version {version.package.number} was rolled back: {make} with {{'force': true}}"
            " if it is to serve again."
        )
    failed = [rule.sentence() for rule in version.rules if not rule.passed]
    return (
        f"Version {version.package.number} was not {made}: {', '.join(failed)}. Train again, or"
        f" {make} with {{'force': true}}."
    )
