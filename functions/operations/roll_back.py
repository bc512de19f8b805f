"""The SQL function `roll_back`."""

from functools import partial
from typing import Any

from functions import error_codes
from functions.arguments import MODEL_NAME
from functions.batch import Batch, Pending
from functions.deployment import Deployments
from functions.deployment_request import RollBackRequest
from functions.examples import ARTIFACT, JOB
from functions.external_function import Row
from functions.model_change import Deployment, poll, settle
from functions.names import ROLLED_BACK_TAG, check_model_name
from functions.operation import Example, RowOperation
from functions.roll_back import RollBacks
from functions.sagemaker.resources import EndpointConfig
from functions.settings import deploy_settings


class RollBack(Deployment):
    """A version that serves again, or, nine minutes after the request, still comes up."""

    #: The training job whose version was taken out of service.
    rolled_back: str


def roll_back(batch: Batch, row: Row) -> RollBack | Pending:
    """Begin the roll-back, or adopt the one of an earlier request, and take its next step."""
    deployments = Deployments(batch.sagemaker, deploy_settings())
    request = RollBackRequest(
        batch_id=batch.id, row=row.number, model_name=check_model_name(row.arguments[0])
    )
    return _settle(deployments, RollBacks(deployments).begin(request))


def poll_roll_back(batch: Batch) -> tuple[int, Any] | Pending:
    """The roll-back that an earlier request of the batch began."""
    deployments = Deployments(batch.sagemaker, deploy_settings())
    return poll(
        batch,
        deployments,
        partial(_settle, deployments),
        "No roll-back is known under this batch id: none was begun, or a later change of the"
        " same model has replaced it.",
    )


def _settle(deployments: Deployments, config: EndpointConfig) -> RollBack | Pending:
    left = deployments.sagemaker.tags(config.arn).get(ROLLED_BACK_TAG, "")
    answer = settle(deployments, config)
    return answer if isinstance(answer, Pending) else {**answer, "rolled_back": left}


OPERATION = RowOperation(
    path="/roll-back",
    sql_function="roll_back",
    lambda_name="deploy",
    arguments=(MODEL_NAME,),
    single_row=True,
    rule=roll_back,
    poll_rule=poll_roll_back,
    summary="Let the version that served before serve again, without downtime.",
    description=(
        "The version that is left is registered as rejected. Several roll-backs go further back,"
        " as far as versions are kept."
    ),
    example=Example(
        rows=[[0, "films"]],
        answers=[
            [
                0,
                {
                    "status": "InService",
                    "model_name": "films",
                    "training_job": JOB,
                    "model_artifact": ARTIFACT,
                    "rolled_back": JOB[:-1] + "f",
                },
            ]
        ],
    ),
    errors=(
        error_codes.INVALID_MODEL_NAME,
        error_codes.UNKNOWN_MODEL,
        error_codes.NO_EARLIER_VERSION,
        error_codes.QUOTA_EXCEEDED,
        error_codes.DEPLOYMENT_FAILED,
        error_codes.BATCH_ID_REUSED,
    ),
)
