"""What the functions of the API answer for a row: types, from which its document is made."""

from typing import Literal, NotRequired

# pydantic, which reads these types, needs this one before Python 3.12; Powertools brings it.
from typing_extensions import TypedDict


class RefusalReason(TypedDict):
    """Why a row was refused."""

    code: str
    message: str


class Refusal(TypedDict):
    """A row that cannot be answered; the others of its batch are."""

    error: RefusalReason


class TrainingMetrics(TypedDict):
    """How well the model estimates ratings it has not seen, and what it has learnt from."""

    rmse: NotRequired[float]
    mae: NotRequired[float]
    ratings: int | None
    items: int | None


class CompletedTraining(TypedDict):
    """A finished training: its model can be deployed, its recommendations are in the table."""

    status: Literal["Completed"]
    training_job: str
    model_artifact: str | None
    metrics: TrainingMetrics
    users: int | None
    rows: int | None
    warnings: NotRequired[list[str]]


class UnfinishedTraining(TypedDict):
    """A training that goes on, in SageMaker's word for it; `training_status` tells its end."""

    status: str
    training_job: str


TrainingAnswer = CompletedTraining | UnfinishedTraining


class Deployment(TypedDict):
    """A model that serves, or, nine minutes after the request, one that still comes up."""

    status: Literal["InService", "InProgress"]
    model_name: str
    training_job: str
    model_artifact: str


class Undeployment(TypedDict):
    """A model whose endpoint is gone."""

    status: Literal["Undeployed"]
    model_name: str


class DeployedModel(TypedDict):
    """A model's endpoint as SageMaker shows it."""

    model_name: str
    status: str
    training_job: str | None
    model_artifact: str | None
    created_at: str
    updated_at: str
    failure_reason: NotRequired[str]


class EstimateDetails(TypedDict):
    """An estimated rating, with what the model knew."""

    estimate: float
    known_user: bool
    known_item: bool
    model_artifact: str


class Recommendation(TypedDict):
    """One of a user's best unseen items."""

    item_id: str
    rank: int
    score: float
    estimated_rating: float
