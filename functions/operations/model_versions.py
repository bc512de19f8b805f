"""The SQL function `model_versions`."""

from itertools import islice
from typing import Literal, NotRequired

from functions import error_codes
from functions.arguments import MODEL_NAME
from functions.batch import Batch
from functions.challenges import Challenges
from functions.deployment import Deployments
from functions.examples import ARTIFACT, JOB
from functions.external_function import Row
from functions.gate_rule import GateRule
from functions.model_versions import ModelVersion, ModelVersions
from functions.names import check_model_name
from functions.operation import Example, RowOperation
from functions.sagemaker.deployed_models import unknown_model
from functions.sagemaker.many_calls import of_each
from functions.settings import deploy_settings
from functions.typed_dict import TypedDict

#: Versions of an answer, the newest: each takes a call of SageMaker.
MOST_VERSIONS = 50


State = Literal["Serving", "Challenger", "Kept", "Removed"]


class RegisteredVersion(TypedDict):
    """A version of a model as the registry has it, and whether it serves."""

    version: int
    training_job: str
    model_artifact: str
    #: `Kept` serves again by a roll-back; of what was removed the artifact is left.
    state: State
    #: Of the users, whom a challenger answers.
    share: NotRequired[float]
    approval: str
    verdict: str
    forced: bool
    gate: list[GateRule]
    #: The job that compared it with what served, on newer ratings.
    judgement_job: NotRequired[str]
    metrics: dict[str, float]
    created_at: str


def model_versions(batch: Batch, row: Row) -> list[RegisteredVersion]:
    """The newest versions of a model, the newest first."""
    deployments = Deployments(batch.sagemaker, deploy_settings())
    name = check_model_name(row.arguments[0])
    versions = ModelVersions(batch.sagemaker, deployments.settings)
    packages = {each.arn: each for each in islice(versions.packages(name), MOST_VERSIONS)}
    states = _states(deployments, name)
    challenger = Challenges(deployments).current(name)
    if challenger is not None:
        states[challenger.training_job] = "Challenger"
    if not packages and not states:
        raise unknown_model(batch.sagemaker, deployments.settings.prefix, name)
    found = of_each(lambda arn: versions.read(packages[arn]), packages)
    answers = [_answer(deployments, version, states) for version in found]
    for answer in answers:
        if challenger is not None and answer["state"] == "Challenger":
            answer["share"] = challenger.share
    return answers


def _states(deployments: Deployments, model_name: str) -> dict[str, State]:
    """Training jobs of what serves and of what is kept."""
    serving = deployments.serving(model_name)
    if serving is None:
        return {}
    history = deployments.configurations.history(serving)
    states: dict[str, State] = {config.training_job: "Kept" for config in history}
    return states | {serving.training_job: "Serving"}


def _answer(
    deployments: Deployments, version: ModelVersion, states: dict[str, State]
) -> RegisteredVersion:
    answer: RegisteredVersion = {
        "version": version.package.number,
        "training_job": version.training_job,
        "model_artifact": deployments.artifacts.address(version.training_job),
        "state": states.get(version.training_job, "Removed"),
        "approval": version.package.approval,
        "verdict": version.verdict,
        "forced": version.was_forced,
        "gate": [rule.answer() for rule in version.rules],
        "metrics": version.metrics,
        "created_at": version.package.created_at.isoformat(),
    }
    if version.judgement_job:
        answer["judgement_job"] = version.judgement_job
    return answer


OPERATION = RowOperation(
    path="/model-versions",
    sql_function="model_versions",
    lambda_name="deploy",
    arguments=(MODEL_NAME,),
    most_rows=5,
    rule=model_versions,
    summary="The versions of a model, the newest first.",
    description=f"The newest {MOST_VERSIONS}; each training job that was deployed is a version.",
    example=Example(
        rows=[[0, "films"]],
        answers=[
            [
                0,
                [
                    {
                        "version": 1,
                        "training_job": JOB,
                        "model_artifact": ARTIFACT,
                        "state": "Serving",
                        "approval": "Approved",
                        "verdict": "deployed",
                        "forced": False,
                        "gate": [],
                        "metrics": {"rmse": 0.934, "ndcg_at_10": 0.457},
                        "created_at": "2026-01-02T03:04:05+00:00",
                    }
                ],
            ]
        ],
    ),
    errors=(error_codes.INVALID_MODEL_NAME, error_codes.UNKNOWN_MODEL),
)
