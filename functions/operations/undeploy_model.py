"""The SQL function `undeploy_model`."""

from typing import Literal

from functions import error_codes
from functions.arguments import MODEL_NAME
from functions.batch import Batch
from functions.deployment import Deployments
from functions.external_function import Row
from functions.names import check_model_name
from functions.operation import Example, RowOperation
from functions.settings import deploy_settings
from functions.typed_dict import TypedDict
from functions.undeployment import UndeploymentRequest, Undeployments


class Undeployment(TypedDict):
    """A model whose endpoint is gone."""

    status: Literal["Undeployed"]
    model_name: str


def undeploy_model(batch: Batch, row: Row) -> Undeployment:
    """Remove the endpoint of a model, its configuration and its model."""
    request = UndeploymentRequest(batch_id=batch.id, variant=check_model_name(row.arguments[0]))
    Undeployments(Deployments(batch.sagemaker, deploy_settings())).carry_out(request)
    return {"status": "Undeployed", "model_name": request.variant}


OPERATION = RowOperation(
    path="/undeploy",
    sql_function="undeploy_model",
    lambda_name="deploy",
    arguments=(MODEL_NAME,),
    single_row=True,
    rule=undeploy_model,
    summary="Remove the endpoint of a model, its configuration and its model.",
    example=Example(
        rows=[[0, "films"]], answers=[[0, {"status": "Undeployed", "model_name": "films"}]]
    ),
    errors=(
        error_codes.INVALID_MODEL_NAME,
        error_codes.UNKNOWN_MODEL,
        error_codes.BATCH_ID_REUSED,
    ),
)
