"""The functions of the API, in the order of its documents: data for stack, gateway and docs.

Standard library only: `infra` builds the API from this table and local mode serves the same one.
"""

from functions.operation import Operation
from functions.operations import (
    deploy_model,
    estimate_for,
    evaluate_model,
    find_items,
    invoke_model,
    invoke_model_details,
    list_models,
    model_versions,
    pipeline_status,
    promote_model,
    rank_items,
    recommend,
    recommend_for,
    recommend_group,
    roll_back,
    set_challenger,
    similar_items,
    start_pipeline,
    start_training,
    train_and_get_recommendations,
    training_status,
    undeploy_model,
)

#: The API's stage: its version is part of every address.
STAGE = "v1"

#: Body of the gateway's own refusals: the functions' shape, its response type being the code.
GATEWAY_ERROR = (
    '{"error":{"code":"$context.error.responseType",'
    '"message":$context.error.messageString,"request_id":"$context.requestId"}}'
)

ROUTES: tuple[Operation, ...] = (
    train_and_get_recommendations.OPERATION,
    start_training.OPERATION,
    training_status.OPERATION,
    deploy_model.OPERATION,
    undeploy_model.OPERATION,
    list_models.OPERATION,
    promote_model.OPERATION,
    roll_back.OPERATION,
    set_challenger.OPERATION,
    model_versions.OPERATION,
    evaluate_model.OPERATION,
    start_pipeline.OPERATION,
    pipeline_status.OPERATION,
    invoke_model.OPERATION,
    invoke_model_details.OPERATION,
    recommend.OPERATION,
    estimate_for.OPERATION,
    recommend_for.OPERATION,
    rank_items.OPERATION,
    recommend_group.OPERATION,
    similar_items.OPERATION,
    find_items.OPERATION,
)
