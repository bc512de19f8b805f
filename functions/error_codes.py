"""Errors that the API answers: code, meaning and remedy of each, as its catalogue lists them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ErrorCode:
    """An error as callers see it."""

    name: str
    meaning: str
    remedy: str
    #: Status of a request that ends in it. None: a function that returns VARIANT answers it in its
    #: row, one that returns FLOAT has no room there and is answered 400.
    status: int | None = None


# --- training -------------------------------------------------------------------------------------

INVALID_TABLE_NAME = ErrorCode(
    "InvalidTableName",
    "A table's name is no name.",
    "Give `table`, `schema.table` or `database.schema.table`, quoted where SQL needs it.",
)
TABLE_REFUSED = ErrorCode(
    "TableRefused",
    "The table is outside the stack's database or its allowed schemas.",
    "Use a table of an allowed schema.",
)
SAME_TABLE = ErrorCode("SameTable", "Input and output are the same table.", "Name another output.")
INVALID_OPTIONS = ErrorCode(
    "InvalidOptions",
    "An option is unknown, malformed or out of range.",
    "Correct what the message names.",
)
QUOTA_EXCEEDED = ErrorCode(
    "QuotaExceeded",
    "A SageMaker quota of the AWS account is used up; the message names it. Nothing was begun.",
    "Wait for another training to end or undeploy a model, or ask for more in Service Quotas.",
)
UNKNOWN_TRAINING_JOB = ErrorCode(
    "UnknownTrainingJob",
    "The stack has no training job of this name.",
    "Take the name from the answer of the training.",
)
TRAINING_FAILED = ErrorCode(
    "TrainingFailed",
    "The training failed; the message is its own reason.",
    "Correct the tables or options that the message names.",
)
TRAINING_STOPPED = ErrorCode(
    "TrainingStopped",
    "Somebody stopped the training, or it ran too long.",
    "Train again, with fewer epochs or factors if it ran too long.",
)
EVALUATION_FAILED = ErrorCode(
    "EvaluationFailed",
    "The evaluation failed or was stopped; the message is its own reason.",
    "Correct the table that the message names.",
)
BATCH_ID_REUSED = ErrorCode(
    "BatchIdReused", "This batch id began other work before.", "Send a new batch id with new work."
)

# --- nightly loop ---------------------------------------------------------------------------------

NOT_CONFIGURED = ErrorCode(
    "NotConfigured",
    "The deployment does not retrain by itself.",
    "Set `retraining` in cdk.json and deploy again.",
)
PIPELINE_RUNNING = ErrorCode(
    "PipelineRunning",
    "Another pipeline of the model is under way; the message names it.",
    "Wait for it: `pipeline_status` tells how far it is.",
)
UNKNOWN_PIPELINE = ErrorCode(
    "UnknownPipeline",
    "The deployment has no pipeline of this name.",
    "Take the name from the answer of `start_pipeline`, or from a message about it.",
)

# --- deployment -----------------------------------------------------------------------------------

INVALID_MODEL_NAME = ErrorCode(
    "InvalidModelName",
    "The name breaks the rule for model names.",
    "Use lower-case letters, digits and single hyphens between them, at most 40 characters.",
)
ARTIFACT_REFUSED = ErrorCode(
    "ArtifactRefused",
    "The artifact is none of this stack's.",
    "Name a training job of this stack, or the S3 address in its answer.",
)
ARTIFACT_MISSING = ErrorCode(
    "ArtifactMissing", "The artifact is gone from the bucket.", "Train again."
)
TRAINING_NOT_COMPLETED = ErrorCode(
    "TrainingNotCompleted",
    "The training job has no model to deploy.",
    "Wait for the training to complete.",
)
DEPLOYMENT_FAILED = ErrorCode(
    "DeploymentFailed",
    "The model did not come into service; what was served before is still served.",
    "See the reason in the message; deploy again.",
)
NO_EARLIER_VERSION = ErrorCode(
    "NoEarlierVersion",
    "Nothing that the model served before is kept.",
    "Deploy the version that you want, by its training job.",
)
ALREADY_SERVING = ErrorCode(
    "AlreadyServing",
    "The training job's model is in service already.",
    "Nothing is to be done; see `model_versions`.",
)
CHALLENGER_EXISTS = ErrorCode(
    "ChallengerExists",
    "The model has a challenger of another training.",
    "End it first, with NULL for the training job and 0 for the share.",
)
INVALID_SHARE = ErrorCode(
    "InvalidShare", "The share of a challenger is not above 0 and at most 1.", "Correct the number."
)
UNKNOWN_MODEL = ErrorCode(
    "UnknownModel",
    "No model of this name is deployed; the message names those that are.",
    "Use one of them, or deploy the model.",
)

# --- invocation -----------------------------------------------------------------------------------

ENDPOINT_FAILED = ErrorCode(
    "EndpointFailed",
    "The model's endpoint failed; the message has its reason.",
    "Deploy the model again.",
)
NO_ESTIMATES = ErrorCode(
    "NoEstimates",
    "The model was trained on a table without ratings, and makes lists alone.",
    "Ask it for lists, or train on a table with a column RATING.",
)
INVALID_ID = ErrorCode(
    "InvalidId",
    "An id is neither text nor a number, or longer than 4,096 characters.",
    "Correct the id.",
)
INVALID_COUNT = ErrorCode(
    "InvalidCount", "The number of recommendations is not 1 to 1,000.", "Correct the number."
)
NULL_ARGUMENT = ErrorCode(
    "NullArgument",
    "An argument that must not be NULL is: a model, a user, a number, or what is asked about.",
    "Leave such rows out.",
)
INVALID_RATINGS = ErrorCode(
    "InvalidRatings",
    "Ratings of the moment are no object of numbers, or lie outside the scale of the data.",
    "Correct what the message names.",
)
UNKNOWN_ITEM = ErrorCode(
    "UnknownItem", "The model knows no item of this id.", "Ask about an item of the training."
)
INVALID_TEXT = ErrorCode(
    "InvalidText", "The words to look for are no text, or too long.", "Give a title or a sentence."
)
INVALID_MEMBERS = ErrorCode(
    "InvalidMembers",
    "The members of a group are no list of 1 to 50 objects, or one of them is malformed.",
    "Correct what the message names.",
)
INVALID_ITEMS = ErrorCode(
    "InvalidItems",
    "The items to rank are no list of ids, or more than 10,000.",
    "Give a list of ids.",
)
INVALID_FILTERS = ErrorCode(
    "InvalidFilters", "The filters are no object.", "Give an object, or NULL."
)
REFUSED_BY_MODEL = ErrorCode(
    "RefusedByModel",
    "The model refuses what it is asked: ratings beyond its scale, names or features that it does"
    " not have.",
    "Correct what the message names.",
)
ROW_TOO_LARGE = ErrorCode(
    "RowTooLarge",
    "A row's ratings, filters or ids take more bytes than a row may.",
    "Give fewer of them, or shorter ids.",
)
LIST_TOO_LARGE = ErrorCode(
    "ListTooLarge",
    "The items of a row, whose ids are long, do not fit an answer beside those of the other rows.",
    "Ask for no more than the message says.",
)

# --- the whole request ----------------------------------------------------------------------------

INVALID_BATCH = ErrorCode(
    "InvalidBatch",
    'The body is not `{"data": [[row number, argument, ...], ...]}`, or the batch id is missing.',
    "Correct the row that the message names.",
    status=400,
)
UNKNOWN_BATCH = ErrorCode(
    "UnknownBatch", "Nothing is under way under this batch id.", "Send the POST again.", status=404
)
BATCH_TOO_LARGE = ErrorCode(
    "BatchTooLarge", "The body expands to more than 10 MB.", "Send fewer rows.", status=413
)
ANSWER_TOO_LARGE = ErrorCode(
    "AnswerTooLarge", "The answer is larger than 6 MB.", "Send fewer rows.", status=413
)
BUSY = ErrorCode(
    "Busy",
    "SageMaker throttles, an endpoint has no capacity or is not ready, or the "
    "time of the request is nearly spent.",
    "Send the same request again, later.",
    status=429,
)
INTERNAL_ERROR = ErrorCode(
    "InternalError",
    "The service failed.",
    "Send the same request again; if it fails again, give its `request_id` to the operators.",
    status=500,
)
