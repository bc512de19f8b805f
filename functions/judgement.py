"""Judgements: SageMaker jobs that compare a candidate with the champion on ratings newer than both.

A judgement belongs to a pair of trainings, the candidate and the one whose model serves, and is
named after both. For whoever retrains and then promotes:

    judgements = Judgements(sagemaker, train_settings())
    job = judgements.begin(candidate, champion)     # both completed; again, it is the same job
    job = judgements.find(candidate.name, champion.name)    # until training.is_finished(job)

It runs on the trainings' machine and fits the models once. `promote_model` finds the judgement of
its pair by itself and lets the gate decide by its figures; it begins none and waits for none. One
that failed, was stopped or goes on is as none: the figures that the trainings recorded decide.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from functions import job_metrics, names, training
from functions.errors import BusyError
from functions.input_channel import model_channel
from functions.sagemaker.control_plane import ControlPlane
from functions.sagemaker.resources import TrainingJob
from functions.settings import TrainSettings
from functions.table_names import TableName

#: Figures of both models on the new ratings, and the ends of the differences' 95 % intervals.
_SCORES = (
    "ndcg_at_10",
    "champion_ndcg_at_10",
    "popular_ndcg_at_10",
    "recently_popular_ndcg_at_10",
    "ndcg_difference_low",
    "ndcg_difference_high",
    "rmse",
    "champion_rmse",
    "rmse_difference_low",
    "rmse_difference_high",
    "mean_rating",
    "champion_mean_rating",
    "scale_shift",
    "recorded_ndcg_margin",
)
_LARGE_COUNTS = ("new_ratings", "old_ratings", "timed_ratings")
_COUNTS = (*_LARGE_COUNTS, "users", "evaluated_users", "smoke_failures", "drifts")


@dataclass(frozen=True)
class Judgements:
    """The judgements of one stack."""

    sagemaker: ControlPlane
    settings: TrainSettings

    def find(self, candidate: str, champion: str) -> TrainingJob | None:
        """The judgement of two training jobs, by their names, if one was begun."""
        return find(self.sagemaker, self.settings.prefix, candidate, champion)

    def begin(self, candidate: TrainingJob, champion: TrainingJob) -> TrainingJob:
        """The judgement of two completed trainings: begun now, or found.

        Raises:
            RefusedError: The quota is used up.
            BusyError: SageMaker does not show the job yet.
        """
        pair = {"candidate": candidate.name, "champion": champion.name}
        training.begin(self.sagemaker, self._request(candidate, champion, pair), pair)
        found = self.find(candidate.name, champion.name)
        if found is None:
            raise BusyError("The judgement is not visible yet: send it again.")
        return found

    def _request(
        self, candidate: TrainingJob, champion: TrainingJob, pair: Mapping[str, str]
    ) -> dict[str, Any]:
        place, prefix = training.artifacts(self.settings), self.settings.prefix
        began_at = champion.started_at or champion.created_at
        job = training.job_request(
            names.judgement_name(prefix, candidate.name, champion.name),
            self.settings,
            hyperparameters={
                **candidate.hyperparameters,
                "champion_began_at": began_at.astimezone(UTC).isoformat(timespec="seconds"),
                "candidate_job": candidate.name,
                "champion_job": champion.name,
                "fewest_new_ratings": str(self.settings.least_new_ratings),
                "drift_view": str(TableName(self.settings.database, self.settings.schema, "DRIFT")),
            },
            metrics=job_metrics.definitions((*_SCORES, *_COUNTS), _LARGE_COUNTS),
            tags={names.ARGUMENTS_TAG: names.arguments_hash(pair)},
        )
        models = {"model": champion.name, "candidate": candidate.name}
        channels = [model_channel(name, place.address(of)) for name, of in models.items()]
        return {**job, "InputDataConfig": channels}


def find(sagemaker: ControlPlane, prefix: str, candidate: str, champion: str) -> TrainingJob | None:
    """The judgement of two training jobs of a stack, if one was begun."""
    return sagemaker.training_job(names.judgement_name(prefix, candidate, champion))


def figures(job: TrainingJob | None) -> dict[str, float] | None:
    """Figures and counts of a finished judgement; None where there is none to go by."""
    if job is None or job.status != "Completed":
        return None
    return job_metrics.figures(job.metrics, _SCORES, _COUNTS)
