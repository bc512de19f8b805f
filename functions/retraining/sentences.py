"""The sentences that tell people how a run ended."""

from functions.model_versions import ModelVersion
from functions.retraining.run import Outcome, Run
from functions.retraining.smoke_test import TESTS, SmokeTest
from functions.sagemaker.resources import TrainingJob
from functions.training import figures

#: SNS takes no longer subject: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
_LONGEST_SUBJECT = 100
_FIGURES = {"ndcg_at_10": "NDCG@10", "rmse": "RMSE"}
_WORDS = {
    "Promoted": "a new version serves",
    "Refused": "the gate refused a version",
    "Skipped": "nothing was done",
    "Failed": "a run failed",
}


def under_way(run: Run, earlier: str) -> str:
    """The reason for which a second run at once does nothing."""
    return f"The pipeline {earlier} of {run.model_name} is under way, so this one did nothing."


def nothing_new(run: Run, job: TrainingJob) -> str:
    """The reason for which nothing was trained."""
    return (
        f"{run.input_table} has {int(figures(job).get('ratings', 0))} new ratings, fewer than the"
        f" {run.least_new_ratings} that are asked for: what serves {run.model_name} stays."
    )


def undeployed(run: Run) -> str:
    """The reason for which nothing is promoted where somebody wants nothing to serve."""
    return f"{run.model_name} was undeployed during the run, so nothing was promoted."


def rejected(run: Run, version: ModelVersion) -> str:
    """The reason for which a version is not promoted that somebody has rejected meanwhile."""
    return (
        f"Version {version.package.number} of {run.model_name} was rejected during the run, so it"
        " was not promoted."
    )


def replaced(run: Run) -> str:
    """The end of a version that served, but not for long."""
    return (
        f"{run.training_job} came into service as {run.model_name}, and another change has replaced"
        " it since."
    )


def promoted(run: Run, version: ModelVersion | None, before: ModelVersion | None) -> str:
    """The version that serves, with its figures beside those of the one before."""
    parts = []
    for name, words in _FIGURES.items():
        if version and name in version.metrics:
            was = f" (was {before.metrics[name]:.3f})" if before and name in before.metrics else ""
            parts.append(f"{words} {version.metrics[name]:.3f}{was}")
    told = f": {', '.join(parts)}" if parts else ""
    return f"{run.model_name} serves version {run.version}, {run.training_job}{told}."


def failed_test(run: Run, tested: SmokeTest) -> str:
    """The wrong answers of a candidate; the first stands for all."""
    return (
        f"Version {run.version} was not promoted: {len(tested.faults)} of {2 * TESTS} answers of"
        f" its smoke test are wrong, {tested.faults[0]}."
    )


def failed(run: Run) -> str:
    """An error that is no refusal, as people are told of it; its reason is for the log."""
    return (
        f"The pipeline {run.id} failed after many tries: the log of the function `retrain` has the"
        f" reason; `list_models` says what serves {run.model_name}."
    )


def too_late(run: Run) -> str:
    """The reason for which a run ends that has waited for a day."""
    return (
        f"SageMaker has been busy with {run.model_name} for a day, so this run ends: see"
        " `list_models` for what it does."
    )


def with_subject(outcome: Outcome, run: Run, prefix: str) -> Outcome:
    """The outcome with the subject of its mail."""
    drift = (
        f" Yesterday {run.drifts} figures were beyond their limits: the view `drift` names them."
    )
    lists = f" {run.output_table} holds the lists of the training that was not promoted."
    has_lists = run.version is not None and outcome.status in {"Refused", "Failed"}
    message = outcome.message + (lists if has_lists else "") + (drift if run.drifts else "")
    subject = f"{prefix} {run.model_name}: {_WORDS[outcome.status]}"
    printable = subject.encode("ascii", "replace").decode()[:_LONGEST_SUBJECT]
    return Outcome(status=outcome.status, message=message, subject=printable)
