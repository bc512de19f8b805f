"""Sections of the dashboard: statement, chart and columns of each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import altair as alt
import pandas as pd

from webapp.base import countries
from webapp.base.translation import Translation
from webapp.dashboard import charts
from webapp.warehouse.session import Row

Chart = Callable[..., alt.Chart]


@dataclass(frozen=True)
class Section:
    """One part of the dashboard; its name is that of its statement."""

    name: str
    #: Columns that are shown, in order; the key of each one's title is `column.<name>`.
    columns: tuple[str, ...]
    #: The chart of the data; None: a table says it better.
    chart: Chart | None = None

    def frame(self, rows: list[Row], t: Translation) -> pd.DataFrame:
        """The rows for readers: names in their language, rounded numbers."""
        shown = [{column: _shown(column, row, t) for column in self.columns} for row in rows]
        return pd.DataFrame(shown, columns=list(self.columns))

    def titles(self, t: Translation) -> dict[str, str]:
        """Titles of the columns."""
        return {column: t(f"column.{column}") for column in self.columns}

    def drawn(self, frame: pd.DataFrame, t: Translation) -> alt.Chart | None:
        """The chart of the section, if it has one."""
        if self.chart is None:
            return None
        return self.chart(frame, titles=self.titles(t), description=t(f"data.{self.name}"))


SECTIONS = (
    Section(
        "films_by_genre",
        ("genre", "films", "share_of_films"),
        partial(charts.bars, category="genre", value="films"),
    ),
    Section(
        "films_by_country",
        ("country", "films", "share_of_films"),
        partial(charts.bars, category="country", value="films"),
    ),
    Section(
        "films_by_decade",
        ("decade", "films", "ratings", "mean_rating"),
        partial(charts.columns, category="decade", value="films"),
    ),
    Section(
        "best_rated",
        ("title", "release_year", "bayesian_rating", "mean_rating", "ratings"),
        partial(charts.dots, category="title", value="bayesian_rating"),
    ),
    Section(
        "box_office",
        ("list_year", "worldwide_gross_usd", "films", "first_title"),
        partial(charts.columns, category="list_year", value="worldwide_gross_usd"),
    ),
    Section(
        "ratings_over_time",
        ("first_of_month", "ratings", "raters", "mean_rating"),
        partial(charts.line, time="first_of_month", value="ratings"),
    ),
    Section(
        "model_runs",
        (
            "finished_at",
            "ndcg_at_10",
            "popular_ndcg_at_10",
            "recall_at_10",
            "coverage",
            "rmse",
            "mae",
            "ratings",
            "algorithm",
            "ranking",
            "training_job",
        ),
        partial(charts.line, time="finished_at", value="ndcg_at_10"),
    ),
    Section(
        "data_quality",
        ("dataset", "table_name", "rows_in", "rows_loaded", "rows_merged", "rows_rejected"),
    ),
    Section("data_quality_rules", ("dataset", "sentence", "rows_affected")),
)


def _shown(column: str, row: Row, t: Translation) -> object:
    value = row[column]
    if value is None or column not in _WORDS:
        return value
    return _WORDS[column](row, t)


def _rounded(column: str, row: Row, _: Translation) -> float:
    return round(float(row[column]), 3)


_WORDS: Mapping[str, Callable[[Row, Translation], object]] = {
    "genre": lambda row, t: t.genre(row["genre"]),
    "country": lambda row, t: countries.name(row["country_code"] or row["country"], t.language),
    "first_of_month": lambda row, _: pd.Timestamp(row["first_of_month"]),
    "share_of_films": lambda row, _: round(float(row["share_of_films"]), 4),
    "finished_at": lambda row, _: pd.Timestamp(row["finished_at"]),
    **{
        column: partial(_rounded, column)
        for column in (
            "mean_rating",
            "bayesian_rating",
            "rmse",
            "mae",
            "ndcg_at_10",
            "popular_ndcg_at_10",
            "recall_at_10",
            "coverage",
        )
    },
}
