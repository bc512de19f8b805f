"""The SQL function `invoke_model_details`."""

from collections.abc import Iterable

from functions import error_codes
from functions.arguments import ITEM_ID, MODEL_NAME, USER_ID
from functions.examples import ARTIFACT, JOB
from functions.inference_operation import MODEL_ERRORS, InferenceOperation, Reply
from functions.operation import Example
from functions.typed_dict import TypedDict


class EstimateDetails(TypedDict):
    """An estimated rating, with what the model knew."""

    estimate: float
    known_user: bool
    known_item: bool
    training_job: str
    model_artifact: str


def details(reply: Reply) -> Iterable[EstimateDetails]:
    """An estimated rating for each row, with what the model knew."""
    columns = (reply["estimates"], reply["known_users"], reply["known_items"])
    for estimate, known_user, known_item in zip(*columns, strict=True):
        yield {
            "estimate": estimate,
            "known_user": known_user,
            "known_item": known_item,
            "training_job": reply["training_job"],
            "model_artifact": reply["model_artifact"],
        }


OPERATION = InferenceOperation(
    path="/invoke-details",
    sql_function="invoke_model_details",
    arguments=(MODEL_NAME, USER_ID, ITEM_ID),
    container_operation="estimate",
    values=details,
    most_per_call=50_000,
    summary="Estimated ratings with what the model knew.",
    example=Example(
        rows=[[0, "films", "196", "242"]],
        answers=[
            [
                0,
                {
                    "estimate": 3.9172,
                    "known_user": True,
                    "known_item": True,
                    "training_job": JOB,
                    "model_artifact": ARTIFACT,
                },
            ]
        ],
    ),
    errors=(*MODEL_ERRORS, error_codes.NO_ESTIMATES),
)
