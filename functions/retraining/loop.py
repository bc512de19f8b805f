"""The services and settings that the steps of a run work on."""

from dataclasses import dataclass

from functions.deployment import Deployments
from functions.judgement import Judgements
from functions.promotion import Promotions
from functions.sagemaker.control_plane import ControlPlane
from functions.sagemaker.inference import Inference
from functions.sagemaker.resources import TrainingJob
from functions.second_endpoints import SecondEndpoints
from functions.settings import RetrainSettings
from functions.step_functions.executions import Executions
from functions.training import figures


@dataclass(frozen=True, kw_only=True)
class Loop:
    """Services and settings of one stack's runs."""

    sagemaker: ControlPlane
    inference: Inference
    executions: Executions
    settings: RetrainSettings

    @property
    def deployments(self) -> Deployments:
        """The deployments of the stack."""
        return Deployments(self.sagemaker, self.settings)

    @property
    def promotions(self) -> Promotions:
        """The promotions of the stack."""
        return Promotions(self.deployments)

    @property
    def candidates(self) -> SecondEndpoints:
        """The endpoints on which candidates are tested."""
        return SecondEndpoints(deployments=self.deployments, kind="candidate")

    def champion(self, model_name: str) -> str:
        """The configuration that serves a model; empty where none does.

        Raises:
            BusyError: It is being changed.
        """
        endpoint = self.deployments.settled(model_name)
        return endpoint.config if endpoint else ""

    @property
    def judgements(self) -> Judgements:
        """The judgements of the stack."""
        return Judgements(self.sagemaker, self.settings)

    def champion_job(self, model_name: str) -> TrainingJob | None:
        """The training whose model serves; None where none does, or it is not known."""
        config = self.deployments.serving(model_name)
        return self.sagemaker.training_job(config.training_job) if config else None

    def known_ratings(self, model_name: str) -> int | None:
        """Rows that the model in service was trained on; None where that is not known."""
        job = self.champion_job(model_name)
        known = figures(job) if job else {}
        if "ratings" not in known:
            return None
        return int(known["ratings"] + known.get("duplicates", 0))
