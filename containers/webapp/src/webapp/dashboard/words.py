"""Values of figures as readers see them: names in their language, rounded numbers."""

from collections.abc import Callable, Mapping
from functools import partial

import pandas as pd

from webapp.base import countries
from webapp.base.translation import Translation
from webapp.warehouse.session import Row

_ROUNDED = (
    "mean_rating",
    "bayesian_rating",
    "rmse",
    "mae",
    "ndcg_at_10",
    "popular_ndcg_at_10",
    "recall_at_10",
    "coverage",
    "figure",
    "baseline_figure",
    "rule_limit",
    "value",
    "drift_limit",
    "click_through",
    "rating_through",
    "rate",
    "other_rate",
    "difference",
    "difference_low",
    "difference_high",
)
_MOMENTS = ("first_of_month", "finished_at", "created_at", "day")
#: Columns whose values are names with a sentence of their own, by the kind of the sentence.
_NAMED = {
    "state": "state",
    "verdict": "verdict",
    "approval": "approval",
    "rule": "rule",
    "bound": "bound",
    "shelf": "shelf_name",
    "measure": "measure",
}


def shown(column: str, row: Row, t: Translation) -> object:
    """The value of a column for readers."""
    value = row[column]
    if value is None or column not in _WORDS:
        return value
    return _WORDS[column](row, t)


def _rounded(column: str, row: Row, _: Translation) -> float:
    return round(float(row[column]), 3)


def _moment(column: str, row: Row, _: Translation) -> pd.Timestamp:
    return pd.Timestamp(row[column])


def _named(column: str, row: Row, t: Translation) -> str:
    return t.word(_NAMED[column], row[column])


def _subject(row: Row, t: Translation) -> str:
    """Name of what drifts; of ratings by which metric, too."""
    is_mean = row.get("metric") == "DIFFERENCE_OF_MEANS"
    return t.word("subject", row["subject"] if is_mean else row["metric"].lower())


def _comparison(row: Row, t: Translation) -> str:
    """Shelf, measure, and the two models of a difference."""
    return t(
        "models.comparison",
        shelf=t.word("shelf_name", row["shelf"]),
        measure=t.word("measure", row["measure"]),
        model=row["model"],
        other=row["other_model"],
    )


_WORDS: Mapping[str, Callable[[Row, Translation], object]] = {
    "genre": lambda row, t: t.genre(row["genre"]),
    "country": lambda row, t: countries.name(row["country_code"] or row["country"], t.language),
    "share_of_films": lambda row, _: round(float(row["share_of_films"]), 4),
    "subject": _subject,
    "comparison": _comparison,
    "is_drift": lambda row, t: t("drift.beyond" if row["is_drift"] else "drift.within"),
    "is_certain": lambda row, t: t("word.yes" if row["is_certain"] else "word.no"),
    "is_passed": lambda row, t: t("word.yes" if row["is_passed"] else "word.no"),
    **{column: partial(_rounded, column) for column in _ROUNDED},
    **{column: partial(_moment, column) for column in _MOMENTS},
    **{column: partial(_named, column) for column in _NAMED},
}
