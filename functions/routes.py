"""Which Lambda function answers which path of the API: data for stack, gateway and docs.

Standard library only: `infra` builds the API from this table and local mode serves the same one.
"""

from dataclasses import dataclass
from typing import Literal

from functions.lambdas import LambdaName

#: The API's stage: its version is part of every address.
STAGE = "v1"


#: Body of the gateway's own refusals: the functions' shape, its response type being the code.
GATEWAY_ERROR = (
    '{"error":{"code":"$context.error.responseType",'
    '"message":$context.error.messageString,"request_id":"$context.requestId"}}'
)


@dataclass(frozen=True, kw_only=True)
class Route:
    """One external function's resource: POST takes a batch, GET polls for its answer."""

    path: str
    sql_function: str
    lambda_name: LambdaName
    #: Names of the arguments, in the order of the SQL signature.
    arguments: tuple[str, ...]
    #: A FLOAT has no room for an error in its row: the whole batch fails.
    returns: Literal["VARIANT", "FLOAT"] = "VARIANT"
    #: One batch is one piece of work, named by the batch id: more than one row is refused.
    single_row: bool = False


ROUTES = (
    Route(
        path="/train",
        sql_function="train_and_get_recommendations",
        lambda_name="train",
        arguments=("input_table", "output_table"),
        single_row=True,
    ),
    Route(
        path="/start-training",
        sql_function="start_training",
        lambda_name="train",
        arguments=("input_table", "output_table", "options"),
        single_row=True,
    ),
    Route(
        path="/training-status",
        sql_function="training_status",
        lambda_name="train",
        arguments=("training_job",),
    ),
    Route(
        path="/deploy",
        sql_function="deploy_model",
        lambda_name="deploy",
        arguments=("model_name", "model_artifact"),
        single_row=True,
    ),
    Route(
        path="/undeploy",
        sql_function="undeploy_model",
        lambda_name="deploy",
        arguments=("model_name",),
        single_row=True,
    ),
    Route(
        path="/models",
        sql_function="list_models",
        lambda_name="deploy",
        arguments=(),
    ),
    Route(
        path="/invoke",
        sql_function="invoke_model",
        lambda_name="invoke",
        arguments=("model_name", "user_id", "item_id"),
        returns="FLOAT",
    ),
    Route(
        path="/invoke-details",
        sql_function="invoke_model_details",
        lambda_name="invoke",
        arguments=("model_name", "user_id", "item_id"),
    ),
    Route(
        path="/recommend",
        sql_function="recommend",
        lambda_name="invoke",
        arguments=("model_name", "user_id", "n"),
    ),
    Route(
        path="/estimate-for",
        sql_function="estimate_for",
        lambda_name="invoke",
        arguments=("model_name", "ratings", "item_id"),
        returns="FLOAT",
    ),
    Route(
        path="/recommend-for",
        sql_function="recommend_for",
        lambda_name="invoke",
        arguments=("model_name", "ratings", "n", "filters"),
    ),
)
