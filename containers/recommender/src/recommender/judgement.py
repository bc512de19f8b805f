"""The judgement job: a candidate beside the champion on ratings that are newer than both.

SageMaker runs it as `train` too, with the candidate's own hyperparameters and a few of its own;
both models come through input channels. Its figures go to the log, and to the candidate's row in
the table of runs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from snowflake.connector.connection import SnowflakeConnection

from recommender.artifact import archive
from recommender.artifact.artifact import Artifact
from recommender.artifact.manifest import ArtifactError
from recommender.container import Container, ContainerError
from recommender.data.features import Features
from recommender.data.ratings import Ratings
from recommender.evaluation.judgement import Judgement
from recommender.evaluation.rating_shift import recorded_margin, shift
from recommender.progress import Progress, Report, print_line
from recommender.serving.smoke_test import REQUESTS, SmokeTest
from recommender.snowflake_io import features_source, run_log, source
from recommender.snowflake_io.connection import connect
from recommender.snowflake_io.drift import drifts
from recommender.snowflake_io.table_name import TableName
from recommender.training.fit import TrainingResult, fit_models, with_new_items
from recommender.training.hyperparameters import Hyperparameters
from recommender.training.trained_artifact import artifact_of

#: The job's own hyperparameters; the first tells a judgement from a training.
_BEGAN_AT, _CANDIDATE, _CHAMPION, _FEWEST, _DRIFT = OWN = (
    "champion_began_at",
    "candidate_job",
    "champion_job",
    "fewest_new_ratings",
    "drift_view",
)
#: Input channels of the two models.
_CHAMPION_CHANNEL, _CANDIDATE_CHANNEL = "model", "candidate"


@dataclass(frozen=True, kw_only=True)
class JudgementRequest:
    """Hyperparameters of a judgement job.

    Attributes:
        candidate: Those of the candidate's training.
        candidate_job: Name of that training.
        champion_job: Name of the training whose model serves.
        began_at: When that one began, in UTC.
        fewest_new_ratings: With fewer no model is fitted.
        drift_view: Which is asked for the drift of the day before, where it is there.
    """

    candidate: Hyperparameters
    candidate_job: str
    champion_job: str
    began_at: datetime
    fewest_new_ratings: int
    drift_view: TableName

    @classmethod
    def parse(cls, strings: Mapping[str, str]) -> "JudgementRequest":
        """Validate the strings that SageMaker passes.

        Raises:
            RecommenderError: One is missing or malformed.
        """
        theirs = {name: text for name, text in strings.items() if name not in OWN}
        try:
            return cls(
                candidate=Hyperparameters.parse(theirs),
                candidate_job=strings[_CANDIDATE],
                champion_job=strings[_CHAMPION],
                began_at=datetime.fromisoformat(strings[_BEGAN_AT]).astimezone(UTC),
                fewest_new_ratings=int(strings[_FEWEST]),
                drift_view=TableName.parse(strings[_DRIFT]),
            )
        except (KeyError, ValueError) as error:
            raise ContainerError(
                f"The judgement job must pass {', '.join(OWN)}: {error}."
            ) from error


def is_asked_for(hyperparameters: Mapping[str, str]) -> bool:
    """True if the job is a judgement, not a training."""
    return _BEGAN_AT in hyperparameters


def run(container: Container, hyperparameters: Mapping[str, str], progress: Progress) -> None:
    """Do one judgement job.

    Raises:
        RecommenderError: The request, the champion or the table are not fit for it.
    """
    request = JudgementRequest.parse(hyperparameters)
    champion = archive.read(container.channel(_CHAMPION_CHANNEL))
    figures = _of_candidate(container, champion)
    with connect(container) as connection:
        table = _table(connection, request, progress.stage(0.1, 0.3))
        judgement = _judgement(champion, table, request)
        figures |= judgement.counts()
        if (found := drifts(connection, request.drift_view)) is not None:
            figures["drifts"] = float(found)
        possible = judgement.is_possible(request.fewest_new_ratings)
        features = _features(connection, judgement.old, request) if possible else None
    if features is not None:
        back_test = _back_test(request, judgement.old, features, progress.stage(0.3, 0.8))
        progress.report(0.8, "comparing on new ratings")
        figures |= judgement.figures(back_test)
    for name, value in figures.items():
        progress.metric(name, value)
    _write(container, request, figures)
    progress.report(1.0, "done")


def _of_candidate(container: Container, champion: Artifact) -> dict[str, float]:
    """Figures of the candidate's own artifact; one that cannot be served fails every request."""
    try:
        candidate = archive.read(container.channel(_CANDIDATE_CHANNEL))
    except ArtifactError as error:
        print_line(f"warning: {error}")
        return {"smoke_failures": 2.0 * REQUESTS}
    return {
        "smoke_failures": float(SmokeTest(candidate).failures()),
        **shift(candidate, champion),
        **recorded_margin(candidate, champion),
    }


def _table(connection: SnowflakeConnection, request: JudgementRequest, report: Report) -> Ratings:
    candidate = request.candidate
    rows = source.read(connection, candidate.input_table, report)
    others = features_source.other_ids(connection, candidate.item_features_table)
    return rows.ratings(others, of_one=True)


def _judgement(champion: Artifact, table: Ratings, request: JudgementRequest) -> Judgement:
    return Judgement(champion, table, np.datetime64(request.began_at.replace(tzinfo=None), "s"))


def _features(
    connection: SnowflakeConnection, ratings: Ratings, request: JudgementRequest
) -> Features:
    candidate = request.candidate
    return features_source.read(
        connection,
        ratings,
        items=candidate.item_features_table,
        users=candidate.user_features_table,
    )


def _back_test(
    request: JudgementRequest, old: Ratings, features: Features, report: Report
) -> Artifact:
    """The candidate as it would be without the new ratings."""
    candidate = request.candidate
    models = fit_models(old, features, candidate.options, report=report, warn=_warn)
    result = TrainingResult(with_new_items(models, old, features), metrics={})
    return artifact_of(candidate, old, features, result, training_job=request.candidate_job)


def _warn(sentence: str) -> None:
    print_line(f"warning: {sentence}")


def _write(container: Container, request: JudgementRequest, figures: Mapping[str, float]) -> None:
    """Add the judgement to the candidate's row, where there is one."""
    judgement: dict[str, str | float] = {
        "judgement_job": container.training_job,
        "champion": request.champion_job,
        "champion_began_at": f"{request.began_at:%Y-%m-%d %H:%M:%S}",
        **figures,
    }
    with connect(container) as connection:
        run_log.add_judgement(
            connection, request.candidate.run_table, request.candidate_job, judgement
        )
