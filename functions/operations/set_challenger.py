"""The SQL function `set_challenger`."""

from functools import partial
from typing import Any, Literal

from functions import error_codes
from functions.argument_values import share
from functions.arguments import FORCE, MODEL_NAME, Argument
from functions.batch import PENDING, Batch, Pending
from functions.challenges import Challenges
from functions.deployment import Deployments
from functions.deployment_request import ChallengeRequest
from functions.examples import ARTIFACT, JOB
from functions.external_function import Row
from functions.model_change import advance, completed_job, poll
from functions.model_versions import APPROVED, ModelVersion
from functions.names import check_model_name, is_challenger
from functions.operation import Example, RowOperation
from functions.promotion import Promotion, Promotions, reason
from functions.sagemaker.resources import EndpointConfig
from functions.settings import deploy_settings
from functions.typed_dict import TypedDict


class Challenge(Promotion):
    """A version that answers a share of the users, that still comes up, or that was refused."""

    share: float


class EndedChallenge(TypedDict):
    """A model whose users its own endpoint answers again."""

    status: Literal["Ended"]
    model_name: str


def set_challenger(batch: Batch, row: Row) -> Challenge | EndedChallenge | Pending:
    """Ask the gate and deploy a challenger, change its share, or end it."""
    challenges = Challenges(Deployments(batch.sagemaker, deploy_settings()))
    model_name, job, asked, options = row.arguments
    check_model_name(model_name)
    if job is None and asked in (0, None):
        challenges.end(batch.id, model_name)
        return {"status": "Ended", "model_name": model_name}
    request = ChallengeRequest(
        batch_id=batch.id,
        row=row.number,
        model_name=model_name,
        training_job=challenges.deployments.artifacts.training_job(job),
        share=share(asked),
        force=FORCE.read(options),
    )
    refused = _refused(challenges, request)
    return refused or _settle(challenges, challenges.begin(request))


def poll_challenge(batch: Batch) -> tuple[int, Any] | Pending:
    """The challenge that an earlier request of the batch began."""
    challenges = Challenges(Deployments(batch.sagemaker, deploy_settings()))
    return poll(
        batch,
        challenges.deployments,
        partial(_settle, challenges),
        "No challenge is known under this batch id: none was begun, or it ended long ago.",
        is_own=is_challenger,
    )


def _refused(challenges: Challenges, request: ChallengeRequest) -> Challenge | None:
    """The gate's refusal of a new challenger; who is there already has passed it."""
    promotions = Promotions(challenges.deployments)
    if challenges.deployments.find(request.batch_id) is not None:
        return None
    job = completed_job(challenges.deployments, request.training_job)
    if challenges.is_known(request):
        return None
    version = promotions.decide(request.model_name, job, force=request.force)
    if version.package.approval == APPROVED:
        return None
    answer = promotions.answer(request.model_name, version, "Refused")
    return {**answer, "share": 0.0, "reason": _reason(version)}


def _settle(challenges: Challenges, config: EndpointConfig) -> Challenge | Pending:
    status = advance(challenges, config)
    if status is None:
        return PENDING
    promotions = Promotions(challenges.deployments)
    version = promotions.version(config.model_name, config.training_job)
    answer = promotions.answer(config.model_name, version, status)
    return {**answer, "share": challenges.share(config)}


def _reason(version: ModelVersion) -> str:
    return reason(version, "made the challenger", "set it")


_TRAINING_JOB = Argument(
    name="training_job",
    schema={
        "type": ["string", "null"],
        "description": "Name out of a training's answer; null, and a share of 0, ends it.",
    },
)
_SHARE = Argument(
    name="share",
    schema={
        "type": ["number", "null"],
        "minimum": 0,
        "maximum": 1,
        "description": "Of the users, whom the challenger answers from then on.",
    },
)

OPERATION = RowOperation(
    path="/challenge",
    sql_function="set_challenger",
    lambda_name="deploy",
    arguments=(MODEL_NAME, _TRAINING_JOB, _SHARE, FORCE),
    optional=1,
    single_row=True,
    rule=set_challenger,
    poll_rule=poll_challenge,
    summary="Let a training's model answer a share of the users, and wait until it does.",
    description=(
        "The gate is asked as by `promote_model`. The same training again changes its share alone;"
        " null and 0 end it. Users are split by a hash of model and user id, so that nobody changes"
        " sides while the share only grows. A training that comes into service as the model itself"
        " is its challenger no more."
    ),
    example=Example(
        rows=[[0, "films", JOB, 0.1]],
        answers=[
            [
                0,
                {
                    "status": "InService",
                    "model_name": "films",
                    "version": 2,
                    "training_job": JOB,
                    "model_artifact": ARTIFACT,
                    "forced": False,
                    "gate": [
                        {
                            "rule": "better_than_most_popular",
                            "figure": 0.457,
                            "bound": "above",
                            "limit": 0.262,
                            "passed": True,
                        }
                    ],
                    "share": 0.1,
                },
            ]
        ],
    ),
    errors=(
        error_codes.INVALID_MODEL_NAME,
        error_codes.INVALID_OPTIONS,
        error_codes.INVALID_SHARE,
        error_codes.UNKNOWN_MODEL,
        error_codes.ENDPOINT_FAILED,
        error_codes.ALREADY_SERVING,
        error_codes.CHALLENGER_EXISTS,
        error_codes.ARTIFACT_REFUSED,
        error_codes.ARTIFACT_MISSING,
        error_codes.UNKNOWN_TRAINING_JOB,
        error_codes.TRAINING_NOT_COMPLETED,
        error_codes.QUOTA_EXCEEDED,
        error_codes.DEPLOYMENT_FAILED,
        error_codes.BATCH_ID_REUSED,
    ),
)
