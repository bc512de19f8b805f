"""Versions of models in SageMaker's registry: one package for each training job of a model.

A model's packages are one group, named as its endpoint. The registry numbers them and keeps who
approved each, by which figures; it knows nothing of what serves, which the endpoint alone says.

https://docs.aws.amazon.com/sagemaker/latest/dg/model-registry-models.html
"""

import hashlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal

from functions import names
from functions.errors import BusyError
from functions.gate_rule import Rule
from functions.sagemaker.control_plane import ControlPlane
from functions.sagemaker.errors import MissingError, TakenError
from functions.sagemaker.resources import ModelPackage, TrainingJob
from functions.settings import DeploySettings
from functions.training import figures

APPROVED, REJECTED = "Approved", "Rejected"
#: Who or what approved or rejected a version.
Verdict = Literal["deployed", "passed", "forced", "failed", "rolled back"]
_REJECTIONS = frozenset({"failed", "rolled back"})

#: Metrics of a training that its version carries.
METRICS = (
    "rmse",
    "mae",
    "ndcg_at_10",
    "recall_at_10",
    "coverage",
    "popular_ndcg_at_10",
    "users",
    "items",
    "ratings",
)
_VERDICT = "verdict"
#: A force is remembered whatever comes later.
_FORCED = "forced"
_JUDGEMENT = "judgement-job"
_RULE, _METRIC = "gate.", "metric."
_CONTENT_TYPES = ["application/json", "text/csv"]


@dataclass(frozen=True, kw_only=True)
class ModelVersion:
    """A version with what the registry keeps of it."""

    package: ModelPackage
    metadata: Mapping[str, str]

    @property
    def training_job(self) -> str:
        """The job that made its model."""
        return self.package.description

    @property
    def verdict(self) -> str:
        """The ground on which it is approved or rejected; empty where nobody has said."""
        return self.metadata.get(_VERDICT, "")

    @property
    def was_forced(self) -> bool:
        """True for what was ever promoted against the gate."""
        return _FORCED in self.metadata

    @property
    def rules(self) -> list[Rule]:
        """The gate's rules, as they were when it was asked; none if it never was."""
        return [Rule.of_text(name, text) for name, text in _below(_RULE, self.metadata).items()]

    @property
    def grounds(self) -> set[str]:
        """Keys of what the gate went by."""
        return {key for key in self.metadata if key.startswith(_RULE) or key == _JUDGEMENT}

    @property
    def judgement_job(self) -> str:
        """The judgement that the gate went by; empty where there was none."""
        return self.metadata.get(_JUDGEMENT, "")

    @property
    def metrics(self) -> dict[str, float]:
        """Figures of its training."""
        return {name: float(text) for name, text in _below(_METRIC, self.metadata).items()}


@dataclass(frozen=True)
class ModelVersions:
    """The registered versions of a stack's models."""

    sagemaker: ControlPlane
    settings: DeploySettings

    def packages(self, model_name: str) -> Iterable[ModelPackage]:
        """Versions of a model, the newest first."""
        return self.sagemaker.model_packages(self._group(model_name))

    def find(self, model_name: str, training_job: str) -> ModelVersion | None:
        """The version of a training job, if it is one of the model's."""
        for package in self.packages(model_name):
            if package.description == training_job:
                return self.read(package)
        return None

    def rejected(self, model_name: str) -> set[str]:
        """Training jobs of the versions that the gate, a roll-back or a person has rejected."""
        packages = self.packages(model_name)
        return {each.description for each in packages if each.approval == REJECTED}

    def read(self, package: ModelPackage) -> ModelVersion:
        """A version with its metadata."""
        metadata = self.sagemaker.model_package_metadata(package.arn)
        return ModelVersion(package=package, metadata=metadata)

    def register(self, model_name: str, job: TrainingJob) -> ModelVersion:
        """The version of a training job, made now if there is none; nobody has approved it yet.

        Raises:
            BusyError: SageMaker does not show it yet.
        """
        found = self.find(model_name, job.name)
        if found is None:
            self._create(model_name, job)
            found = self.find(model_name, job.name)
        if found is None:
            raise BusyError("The model's version is not visible yet: send it again.")
        return found

    def decide(
        self,
        version: ModelVersion,
        verdict: Verdict,
        rules: Iterable[Rule] = (),
        judgement_job: str = "",
    ) -> None:
        """Say whether a version may serve, and why."""
        grounds = {f"{_RULE}{rule.name}": str(rule) for rule in rules}
        if judgement_job:
            grounds[_JUDGEMENT] = judgement_job
        metadata = {_VERDICT: verdict, **grounds}
        if verdict == "forced":
            metadata[_FORCED] = "yes"
        approval = REJECTED if verdict in _REJECTIONS else APPROVED
        earlier = version.grounds - set(grounds) if grounds else set()
        self.sagemaker.update_model_package(
            version.package.arn, approval, metadata, without=sorted(earlier)
        )

    def note(self, version: ModelVersion, rule: Rule) -> None:
        """Add a rule to those that the gate went by; what was decided stays."""
        self.sagemaker.update_model_package(
            version.package.arn,
            version.package.approval,
            {f"{_RULE}{rule.name}": str(rule)},
            without=[],
        )

    def _create(self, model_name: str, job: TrainingJob) -> None:
        group = self._group(model_name)
        try:
            self.sagemaker.create_model_package(self._request(group, job))
        except MissingError:
            with suppress(TakenError):
                self.sagemaker.create_model_package_group(group)
            self._create_in_new(group, job)

    def _create_in_new(self, group: str, job: TrainingJob) -> None:
        try:
            self.sagemaker.create_model_package(self._request(group, job))
        except MissingError as error:
            raise BusyError("The group of versions is not visible yet: send it again.") from error

    def _request(self, group: str, job: TrainingJob) -> dict[str, Any]:
        place = names.Artifacts(prefix=self.settings.prefix, bucket=self.settings.artifact_bucket)
        metrics = figures(job)
        shown = [name for name in METRICS if name in metrics]
        container = {"Image": self.settings.image_uri, "ModelDataUrl": place.address(job.name)}
        return {
            "ModelPackageGroupName": group,
            "ModelPackageDescription": job.name,
            "InferenceSpecification": {
                "Containers": [container],
                "SupportedContentTypes": _CONTENT_TYPES,
                "SupportedResponseMIMETypes": _CONTENT_TYPES,
            },
            "CustomerMetadataProperties": {
                "training-job": job.name,
                **{f"{_METRIC}{name}": f"{metrics[name]:.10g}" for name in shown},
            },
            # two requests at once make one version
            "ClientToken": hashlib.sha256(f"{group} {job.name}".encode()).hexdigest()[:32],
        }

    def _group(self, model_name: str) -> str:
        return names.endpoint_name(self.settings.prefix, model_name)


def _below(prefix: str, metadata: Mapping[str, str]) -> dict[str, str]:
    return {
        key.removeprefix(prefix): value
        for key, value in sorted(metadata.items())
        if key.startswith(prefix)
    }
