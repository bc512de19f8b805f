"""Every error of the API: its code, what it means, what to do. A test holds the table complete."""

from dataclasses import dataclass

#: Where an error is answered: in the row that it concerns, with status 200.
IN_ROW = 200


@dataclass(frozen=True)
class ErrorCode:
    """An error as callers see it."""

    code: str
    #: Status of the whole answer; IN_ROW for functions that answer it in the row.
    statuses: tuple[int, ...]
    meaning: str
    remedy: str


_ROW_OR_400 = (IN_ROW, 400)

ERROR_CODES = (
    # --- training ---------------------------------------------------------------------------------
    ErrorCode(
        "InvalidTableName",
        (IN_ROW,),
        "A table's name is no name.",
        "Give `table`, `schema.table` or `database.schema.table`, quoted where SQL needs it.",
    ),
    ErrorCode(
        "TableRefused",
        (IN_ROW,),
        "The table is outside the stack's database or its allowed schemas.",
        "Use a table of an allowed schema.",
    ),
    ErrorCode(
        "SameTable",
        (IN_ROW,),
        "Input and output are the same table.",
        "Name another output.",
    ),
    ErrorCode(
        "InvalidOptions",
        (IN_ROW,),
        "An option is unknown, malformed or out of range.",
        "Correct what the message names.",
    ),
    ErrorCode(
        "QuotaExceeded",
        (IN_ROW,),
        "The AWS account may run no further training job.",
        "Wait for another training to end, or raise the quota.",
    ),
    ErrorCode(
        "UnknownTrainingJob",
        (IN_ROW,),
        "The stack has no training job of this name.",
        "Take the name from the answer of the training.",
    ),
    ErrorCode(
        "TrainingFailed",
        (IN_ROW,),
        "The training failed; the message is its own reason.",
        "Correct the tables or options that the message names.",
    ),
    ErrorCode(
        "TrainingStopped",
        (IN_ROW,),
        "Somebody stopped the training, or it ran too long.",
        "Train again, with fewer epochs or factors if it ran too long.",
    ),
    ErrorCode(
        "BatchIdReused",
        (IN_ROW,),
        "This batch id began other work before.",
        "Send a new batch id with new work.",
    ),
    # --- deployment -------------------------------------------------------------------------------
    ErrorCode(
        "InvalidModelName",
        _ROW_OR_400,
        "The name breaks the rule for model names.",
        "Use lower-case letters, digits and single hyphens between them, at most 40 characters.",
    ),
    ErrorCode(
        "ArtifactRefused",
        (IN_ROW,),
        "The artifact is none of this stack's.",
        "Name a training job of this stack, or the S3 address in its answer.",
    ),
    ErrorCode(
        "ArtifactMissing",
        (IN_ROW,),
        "The artifact is gone from the bucket.",
        "Train again.",
    ),
    ErrorCode(
        "TrainingNotCompleted",
        (IN_ROW,),
        "The training job has no model to deploy.",
        "Wait for the training to complete.",
    ),
    ErrorCode(
        "DeploymentFailed",
        (IN_ROW,),
        "The model did not come into service; what was served before is still served.",
        "See the reason in the message; deploy again.",
    ),
    ErrorCode(
        "UnknownModel",
        _ROW_OR_400,
        "No model of this name is deployed; the message names those that are.",
        "Use one of them, or deploy the model.",
    ),
    # --- invocation -------------------------------------------------------------------------------
    ErrorCode(
        "EndpointFailed",
        _ROW_OR_400,
        "The model's endpoint failed; the message has its reason.",
        "Deploy the model again.",
    ),
    ErrorCode(
        "InvalidId",
        _ROW_OR_400,
        "An id is neither text nor a number, or longer than 4,096 characters.",
        "Correct the id.",
    ),
    ErrorCode(
        "InvalidCount",
        (IN_ROW,),
        "The number of recommendations is not 1 to 1,000.",
        "Correct the number.",
    ),
    ErrorCode(
        "NullArgument",
        (IN_ROW,),
        "A model, user or number of recommendations is NULL.",
        "Leave such rows out.",
    ),
    ErrorCode(
        "InvalidRatings",
        _ROW_OR_400,
        "Ratings of the moment are no object of numbers, or lie outside the scale of the data.",
        "Correct what the message names.",
    ),
    ErrorCode(
        "InvalidFilters",
        (IN_ROW,),
        "The filters are no object.",
        "Give an object, or NULL.",
    ),
    ErrorCode(
        "RefusedByModel",
        (IN_ROW,),
        "The model refuses the ratings or filters: scale, names, or facts that it does not have.",
        "Correct what the message names.",
    ),
    ErrorCode(
        "RowTooLarge",
        _ROW_OR_400,
        "A single row asks for more than an endpoint takes.",
        "Shorten its ids.",
    ),
    # --- the whole request ------------------------------------------------------------------------
    ErrorCode(
        "InvalidBatch",
        (400,),
        'The body is not `{"data": [[row number, argument, ...], ...]}`, '
        "or the batch id is missing.",
        "Correct the row that the message names.",
    ),
    ErrorCode(
        "UnknownBatch",
        (404,),
        "Nothing is under way under this batch id.",
        "Send the POST again.",
    ),
    ErrorCode(
        "BatchTooLarge",
        (413,),
        "The body expands to more than 10 MB.",
        "Send fewer rows.",
    ),
    ErrorCode(
        "AnswerTooLarge",
        (413,),
        "The answer is larger than 6 MB.",
        "Send fewer rows.",
    ),
    ErrorCode(
        "Busy",
        (429,),
        "SageMaker throttles, an endpoint has no capacity or is not ready, or the "
        "time of the request is nearly spent.",
        "Send the same request again, later.",
    ),
    ErrorCode(
        "InternalError",
        (500,),
        "The service failed.",
        "Send the same request again; if it fails again, give its `request_id` to the operators.",
    ),
    # --- API Gateway's own ------------------------------------------------------------------------
    ErrorCode(
        "BAD_REQUEST_BODY",
        (400,),
        "The body is no JSON object with `data`, or damaged gzip.",
        "Correct the body.",
    ),
    ErrorCode(
        "BAD_REQUEST_PARAMETERS",
        (400,),
        "A polling request lacks the batch id.",
        "Send the header.",
    ),
    ErrorCode(
        "MISSING_AUTHENTICATION_TOKEN",
        (403,),
        "The request is not signed, or the path or method does not exist.",
        "Sign the request (AWS Signature Version 4).",
    ),
    ErrorCode(
        "INVALID_SIGNATURE",
        (403,),
        "The signature does not match the request.",
        "Sign exactly what is sent, with the service name `execute-api`.",
    ),
    ErrorCode(
        "EXPIRED_TOKEN",
        (403,),
        "The signature or the session is too old.",
        "Correct the clock; get new credentials.",
    ),
    ErrorCode(
        "ACCESS_DENIED",
        (403,),
        "The caller is not one of the API's callers.",
        "Ask for the caller's ARN to be added to the stack's settings.",
    ),
    ErrorCode(
        "REQUEST_TOO_LARGE",
        (413, 431),
        "The body is larger than 10 MB (6 MB uncompressed with "
        "its envelope), or the headers are larger than 10,240 bytes.",
        "Send fewer rows.",
    ),
    ErrorCode(
        "UNSUPPORTED_MEDIA_TYPE",
        (415,),
        "The content encoding is not served.",
        "Send `gzip`, `deflate` or none.",
    ),
    ErrorCode(
        "THROTTLED",
        (429,),
        "The API gets more requests than it may.",
        "Send the same request again, later.",
    ),
    ErrorCode(
        "INTEGRATION_FAILURE",
        (502,),
        "The service ended without an answer.",
        "Send the same request again.",
    ),
    ErrorCode(
        "INTEGRATION_TIMEOUT",
        (504,),
        "The service did not answer within 29 seconds.",
        "Send the same request again.",
    ),
)


def codes_of(status: int) -> list[ErrorCode]:
    """Errors that are answered with this status."""
    return [error for error in ERROR_CODES if status in error.statuses]


def markdown_table() -> str:
    """The catalogue as `docs/api.md` shows it."""
    lines = ["| code | status | meaning | what to do |", "| --- | --- | --- | --- |"]
    for error in ERROR_CODES:
        statuses = ", ".join(
            "in the row" if status == IN_ROW else str(status) for status in error.statuses
        )
        lines.append(f"| `{error.code}` | {statuses} | {error.meaning} | {error.remedy} |")
    return "\n".join(lines) + "\n"
