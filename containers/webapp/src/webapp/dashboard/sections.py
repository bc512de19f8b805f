"""Sections of the dashboard: statement, chart and columns of each."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import pandas as pd

from webapp.base.translation import Translation
from webapp.dashboard import charts, words
from webapp.warehouse.session import Row

Chart = Callable[..., charts.AnyChart]


@dataclass(frozen=True)
class Section:
    """One part of the dashboard; its name is that of its statement."""

    name: str
    #: Columns that are shown, in order; the key of each one's title is `column.<name>`.
    columns: tuple[str, ...]
    #: The chart of the data; None: a table says it better.
    chart: Chart | None = None
    #: Keys of the sentences for the values that the chart tells apart.
    states: tuple[str, ...] = ()

    def frame(self, rows: list[Row], t: Translation) -> pd.DataFrame:
        """The rows for readers: names in their language, rounded numbers."""
        shown = [{column: words.shown(column, row, t) for column in self.columns} for row in rows]
        return pd.DataFrame(shown, columns=list(self.columns))

    def titles(self, t: Translation) -> dict[str, str]:
        """Titles of the columns."""
        return {column: t(f"column.{column}") for column in self.columns}

    def drawn(self, frame: pd.DataFrame, t: Translation) -> charts.AnyChart | None:
        """The chart of the section, if it has one."""
        if self.chart is None:
            return None
        told_apart = {"states": [t(key) for key in self.states]} if self.states else {}
        return self.chart(
            frame, titles=self.titles(t), description=t(f"data.{self.name}"), **told_apart
        )


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
        "data_quality",
        ("dataset", "table_name", "rows_in", "rows_loaded", "rows_merged", "rows_rejected"),
    ),
    Section("data_quality_rules", ("dataset", "sentence", "rows_affected")),
)
