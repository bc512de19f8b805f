"""The largest arguments and answers of each function, as the API takes and gives them.

Ids beside other arguments count with as many characters as a training takes. Those in ratings, in
filters and in lists, of which a row has thousands, count with LISTED_ID characters: whole numbers,
UUIDs and SHA-1 sums are no longer. Of longer ids a row holds fewer: ratings and filters beyond
MOST_LISTED_BYTES are refused in their row, and so is a list that does not fit its answer.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from functions.answers import CompletedTraining, TrainingMetrics
from functions.argument_values import (
    LONGEST_ID,
    MAX_RECOMMENDATIONS,
    MOST_ITEMS,
    MOST_LISTED_BYTES,
    MOST_MEMBERS,
    MOST_RATINGS,
    MOST_TEXT_BYTES,
)
from functions.arguments import (
    FILTERS,
    GROUP_FILTERS,
    INPUT_TABLE,
    ITEM_ID,
    ITEMS,
    MEMBERS,
    MODEL_NAME,
    OUTPUT_TABLE,
    RATINGS,
    TEXT,
    USER_ID,
    Argument,
    N,
)
from functions.batch_contract import largest_lists
from functions.batch_contract.sizes import FLOAT, TRAINED_ID, TRAINING_JOB, ids
from functions.cost import Cost
from functions.external_function import encode_json
from functions.gate_rule import GateRule
from functions.model_versions import METRICS
from functions.names import LONGEST_MODEL_NAME
from functions.operation import LONGEST_MESSAGE
from functions.operations.invoke_model_details import EstimateDetails
from functions.operations.list_models import DeployedModel
from functions.operations.model_versions import MOST_VERSIONS, RegisteredVersion
from functions.operations.pipeline_status import PipelineStatus
from functions.payload import as_sent

if TYPE_CHECKING:
    from functions.second_models import SecondModel

#: Items that a filter excludes, labels in each other filter, and characters of a label.
EXCLUDED, LABELS, LABEL = 10_000, 1_000, 40
#: Models of a stack.
_MODELS = 1000

#: Snowflake writes a FLOAT inside an OBJECT with all its digits.
_RATING = -4.000000000000001e-10
_ARTIFACT = f"s3://{'b' * 63}/training/{'j' * 63}/output/model.tar.gz"
_TIME = "2026-01-02T03:04:05.678901+00:00"
_COST: Cost = {
    "instance_type": "ml.m5dn.24xlarge",
    "instances": 10_000,
    "seconds": 10**9,
    "dollars": 1_234_567_890.1234,
    "prices_of": "2026-01-02",
}
_REFUSAL = {"error": {"code": "c" * 40, "message": "\u00e9" * 100 + "m" * (LONGEST_MESSAGE - 100)}}


def _ratings() -> dict[str, float]:
    """The largest ratings: one id fills what all of them leave of the bytes."""
    found = dict.fromkeys(ids(MOST_RATINGS), _RATING)
    left = MOST_LISTED_BYTES - as_sent(encode_json(found))
    first, *others = found
    return dict.fromkeys([first + "i" * left, *others], _RATING)


def _items() -> list[str]:
    """The largest items: their ids fill the bytes, and the first one those that are left."""
    signs = as_sent(encode_json([""] * MOST_ITEMS))
    length, left = divmod(MOST_LISTED_BYTES - signs, MOST_ITEMS)
    first, *others = ids(MOST_ITEMS, length)
    return [first + "i" * left, *others]


def _members() -> list[dict[str, Any]]:
    """The largest members: one of them has rated all that the bytes hold."""
    members: list[dict[str, Any]] = [{"ratings": {}, "filters": {}} for _ in range(MOST_MEMBERS)]
    rated = ids((MOST_LISTED_BYTES - LONGEST_ID) // 68)
    members[0]["ratings"] = dict.fromkeys(rated, _RATING)
    left = MOST_LISTED_BYTES - as_sent(encode_json({"members": members}))
    members[0]["ratings"] = dict.fromkeys([rated[0] + "i" * left, *rated[1:]], _RATING)
    return members


def _filters(options: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The largest filters: a country without end fills what they leave of the bytes."""
    found = _filters_of_ids() | (dict(options) if options else {})
    left = MOST_LISTED_BYTES - as_sent(encode_json(found))
    return found | {"viewer": found["viewer"] | {"country": "c" * (LABEL + left)}}


def _filters_of_ids() -> dict[str, Any]:
    labels = ids(LABELS, LABEL)
    names = ("genres", "exclude_genres", "countries", "exclude_countries")
    viewer = {"favourite_genres": labels, "country": "c" * LABEL, "birth_year": 1990}
    return {
        "exclude_items": ids(EXCLUDED),
        **dict.fromkeys(names, labels),
        "years": [1900, 2100],
        "viewer": viewer | {"season": "summer"},
    }


ARGUMENTS: dict[Argument, Callable[[], Any]] = {
    MODEL_NAME: lambda: "m" * LONGEST_MODEL_NAME,
    USER_ID: lambda: "u" * TRAINED_ID,
    ITEM_ID: lambda: "i" * TRAINED_ID,
    N: lambda: MAX_RECOMMENDATIONS,
    RATINGS: _ratings,
    FILTERS: _filters,
    MEMBERS: _members,
    GROUP_FILTERS: lambda: _filters({"rule": "without_misery", "allow_seen": True}),
    ITEMS: _items,
    TEXT: lambda: "t" * (MOST_TEXT_BYTES - as_sent('""')),
    INPUT_TABLE: lambda: "t" * 770,
    OUTPUT_TABLE: lambda: "t" * 770,
}


def argument(of: Argument) -> Any:
    """The largest value of an argument; one that a single function has is a short text."""
    return ARGUMENTS[of]() if of in ARGUMENTS else "v" * TRAINED_ID


def _details() -> EstimateDetails:
    return {
        "estimate": FLOAT,
        "known_user": False,
        "known_item": False,
        "training_job": TRAINING_JOB,
        "model_artifact": _ARTIFACT,
    }


def _models() -> list[DeployedModel]:
    second: SecondModel = {
        "status": "SystemUpdating",
        "training_job": TRAINING_JOB,
        "share": FLOAT,
        "created_at": _TIME,
        "cost": _COST,
        "failure_reason": "r" * 1024,
    }
    model: DeployedModel = {
        "model_name": "m" * LONGEST_MODEL_NAME,
        "status": "UpdateRollbackFailed",
        "training_job": "j" * 63,
        "model_artifact": _ARTIFACT,
        "created_at": _TIME,
        "updated_at": _TIME,
        "cost": _COST,
        "failure_reason": "r" * 1024,
        "challenger": second,
        "candidate": second,
    }
    return [model] * _MODELS


def _pipeline() -> PipelineStatus:
    return {
        "pipeline": "p" * 80,
        "status": "Promoted",
        "model_name": "m" * LONGEST_MODEL_NAME,
        "started_at": _TIME,
        "ended_at": _TIME,
        # a state machine's cause has as many characters
        "message": "m" * 32_768,
        "training_job": "j" * 63,
        "version": 999_999_999,
        "gate": _gate(),
    }


def _gate() -> list[GateRule]:
    rule: GateRule = {
        "rule": "better_than_recently_popular",
        "figure": FLOAT,
        "bound": "at least",
        "limit": FLOAT,
        "passed": False,
        "ratings": "held-out",
        "difference": {"low": FLOAT, "high": FLOAT},
    }
    return [rule] * 8


def _versions() -> list[RegisteredVersion]:
    version: RegisteredVersion = {
        "version": 999_999_999,
        "training_job": "j" * 63,
        "model_artifact": _ARTIFACT,
        "state": "Challenger",
        "share": FLOAT,
        "approval": "PendingManualApproval",
        "verdict": "rolled back",
        "forced": False,
        "gate": _gate(),
        "judgement_job": "j" * 63,
        "metrics": {"popular_ndcg_at_10" + "m" * number: FLOAT for number in range(len(METRICS))},
        "created_at": _TIME,
    }
    return [version] * MOST_VERSIONS


def _training() -> CompletedTraining:
    metrics = dict.fromkeys(TrainingMetrics.__annotations__, FLOAT)
    return {
        "status": "Completed",
        "training_job": "j" * 63,
        "model_artifact": _ARTIFACT,
        "metrics": metrics | {"ratings": 10**12, "items": 10**12},  # type: ignore[typeddict-item]
        "users": 10**12,
        "rows": 10**12,
        "cost": _COST,
        "warnings": ["w" * 200] * 10,
    }


#: Of each function that takes more than a row a batch.
ANSWERS: dict[str, Callable[[], Any]] = {
    "training_status": _training,
    "list_models": _models,
    "model_versions": _versions,
    "pipeline_status": _pipeline,
    "invoke_model": lambda: FLOAT,
    "invoke_model_details": _details,
    "estimate_for": lambda: FLOAT,
    **largest_lists.ANSWERS,
}


def answers(sql_function: str, returns: str) -> list[Any]:
    """The largest answers of a function, its refusals included."""
    return [ANSWERS[sql_function](), *([_REFUSAL] if returns == "VARIANT" else [])]
