"""Queries to the deployed model and for its batch recommendations."""

import json
from collections.abc import Iterable, Mapping

from webapp.exposures.events import Source
from webapp.films.queries import film_ids
from webapp.recommendations import model_results
from webapp.recommendations.model_results import ModelResult, RecommendationRequest
from webapp.recommendations.models import Model
from webapp.recommendations.shelves import Candidates
from webapp.warehouse.errors import StatementRefusedError
from webapp.warehouse.session import Row
from webapp.warehouse.statements import Rows, query


@query
def models(rows: Rows) -> list[Model]:
    """The deployed models."""
    answer = json.loads(rows()[0]["models"])
    return [Model.from_answer(model) for model in answer]


@query
def rating_scale(rows: Rows) -> tuple[float, float]:
    """The lowest and the highest rating of the data; 0.5 and 5 where there is none."""
    row = rows()[0]
    return (0.5, 5.0) if row["lowest"] is None else (row["lowest"], row["highest"])


@query
def estimates(rows: Rows, model: str, viewer_id: str, film_ids: Iterable[str]) -> dict[str, float]:
    """Estimated stars by film id, as the model knows the viewer; one batch for all films."""
    return _estimates(rows(model, viewer_id, json.dumps(list(film_ids))))


@query
def estimates_for(
    rows: Rows, model: str, ratings: Mapping[str, float], film_ids: Iterable[str]
) -> dict[str, float]:
    """Estimated stars by film id, for somebody with these ratings; one batch for all films."""
    return _estimates(rows(model, json.dumps(dict(ratings)), json.dumps(list(film_ids))))


@query
def recommended_for(rows: Rows, model: str, request: RecommendationRequest) -> list[ModelResult]:
    """The ranking model's films for the viewer's ratings of the moment, best first.

    Raises:
        StatementRefusedError: The model answers with an error.
    """
    ratings, filters = json.dumps(dict(request.ratings)), json.dumps(dict(request.filters))
    answer = json.loads(rows(model, ratings, model_results.COUNT, filters)[0]["answer"])
    if "error" in answer:
        raise StatementRefusedError(answer["error"]["message"])
    return [ModelResult.from_answer(found) for found in answer["recommendations"]]


@query
def recommended(rows: Rows, viewer_id: str) -> Candidates:
    """The films of the viewer's last batch recommendations, best first."""
    found = rows(viewer_id)
    training_job = found[0]["training_job"] if found else None
    return Candidates("for_you", film_ids(found), source=Source(training_job=training_job))


def _estimates(rows: Iterable[Row]) -> dict[str, float]:
    return {row["film_id"]: row["estimate"] for row in rows if row["estimate"] is not None}
