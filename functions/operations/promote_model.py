"""The SQL function `promote_model`."""

from functools import partial
from typing import Any

from functions import error_codes
from functions.arguments import FORCE, MODEL_NAME, TRAINING_JOB
from functions.batch import PENDING, Batch, Pending
from functions.deployment import Deployments
from functions.deployment_request import PromotionRequest
from functions.examples import ARTIFACT, JOB
from functions.external_function import Row
from functions.model_change import advance, completed_job, poll
from functions.model_versions import APPROVED, ModelVersion
from functions.names import check_model_name
from functions.operation import Example, RowOperation
from functions.promotion import Promotion, Promotions, reason
from functions.sagemaker.resources import EndpointConfig
from functions.settings import deploy_settings


def promote_model(batch: Batch, row: Row) -> Promotion | Pending:
    """Ask the gate; where it passes, or is forced, deploy as `deploy_model` does."""
    promotions = Promotions(Deployments(batch.sagemaker, deploy_settings()))
    deployments = promotions.deployments
    request = PromotionRequest(
        batch_id=batch.id,
        row=row.number,
        model_name=check_model_name(row.arguments[0]),
        training_job=deployments.artifacts.training_job(row.arguments[1]),
        force=FORCE.read(row.arguments[2]),
    )
    if deployments.find(batch.id) is None:
        candidate = completed_job(deployments, request.training_job)
        version = promotions.decide(request.model_name, candidate, force=request.force)
        if version.package.approval != APPROVED:
            return _refused(promotions, request.model_name, version)
    return _settle(promotions, deployments.begin(request))


def poll_promotion(batch: Batch) -> tuple[int, Any] | Pending:
    """The promotion that an earlier request of the batch began."""
    promotions = Promotions(Deployments(batch.sagemaker, deploy_settings()))
    return poll(
        batch,
        promotions.deployments,
        partial(_settle, promotions),
        "No promotion is known under this batch id: none was begun, or a later change of the"
        " same model has replaced it.",
    )


def _settle(promotions: Promotions, config: EndpointConfig) -> Promotion | Pending:
    status = advance(promotions.deployments, config)
    if status is None:
        return PENDING
    version = promotions.version(config.model_name, config.training_job)
    return promotions.answer(config.model_name, version, status)


def _refused(promotions: Promotions, model_name: str, version: ModelVersion) -> Promotion:
    return {**promotions.answer(model_name, version, "Refused"), "reason": reason(version)}


OPERATION = RowOperation(
    path="/promote",
    sql_function="promote_model",
    lambda_name="deploy",
    arguments=(MODEL_NAME, TRAINING_JOB, FORCE),
    optional=1,
    single_row=True,
    rule=promote_model,
    poll_rule=poll_promotion,
    summary="Deploy a training's model if it passes the gate, without downtime.",
    description=(
        "The gate compares the candidate's figures with fixed limits and with those of what serves:"
        " on ratings newer than both, where a judgement of the two has found enough, else those"
        " that their trainings recorded. What fails it is registered as rejected and not deployed,"
        " unless `force` says so."
    ),
    example=Example(
        rows=[[0, "films", JOB, None]],
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
                    "judgement_job": "snowreel-dev-judgement-3f0c5d1e9b7a2c4d",
                    "gate": [
                        {
                            "rule": "ranking",
                            "figure": 0.357,
                            "bound": "at least",
                            "limit": 0.347,
                            "passed": True,
                            "ratings": "new",
                            "difference": {"low": -0.004, "high": 0.01},
                        }
                    ],
                },
            ]
        ],
    ),
    errors=(
        error_codes.INVALID_MODEL_NAME,
        error_codes.INVALID_OPTIONS,
        error_codes.ALREADY_SERVING,
        error_codes.ARTIFACT_REFUSED,
        error_codes.ARTIFACT_MISSING,
        error_codes.UNKNOWN_TRAINING_JOB,
        error_codes.TRAINING_NOT_COMPLETED,
        error_codes.QUOTA_EXCEEDED,
        error_codes.DEPLOYMENT_FAILED,
        error_codes.BATCH_ID_REUSED,
    ),
)
