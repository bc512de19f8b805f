"""Charts of the dashboard, with tooltips and a description for screen readers."""

from typing import Literal

import altair as alt
import pandas as pd

AnyChart = alt.Chart | alt.LayerChart

_HEIGHT = 320
_ROUND = 3


def bars(
    data: pd.DataFrame, *, category: str, value: str, titles: dict[str, str], description: str
) -> AnyChart:
    """Horizontal bars, the longest on top; `titles` names the columns for people."""
    return finished(
        alt.Chart(data)
        .mark_bar(cornerRadiusEnd=_ROUND)
        .encode(
            x=alt.X(
                field=value, type="quantitative", title=titles[value], axis=alt.Axis(tickMinStep=1)
            ),
            y=_largest_first(category),
            tooltip=tooltip(data, titles),
        ),
        description,
        height=max(160, 24 * len(data)),
    )


def columns(
    data: pd.DataFrame, *, category: str, value: str, titles: dict[str, str], description: str
) -> AnyChart:
    """Vertical bars in the order of the data."""
    return finished(
        alt.Chart(data)
        .mark_bar(cornerRadiusEnd=_ROUND)
        .encode(
            x=alt.X(field=category, type="ordinal", title=titles[category]),
            y=alt.Y(
                field=value, type="quantitative", title=titles[value], axis=alt.Axis(format="~s")
            ),
            tooltip=tooltip(data, titles),
        ),
        description,
    )


def dots(
    data: pd.DataFrame, *, category: str, value: str, titles: dict[str, str], description: str
) -> AnyChart:
    """One dot per row on a scale that need not begin at zero."""
    return finished(
        alt.Chart(data)
        .mark_circle(size=110)
        .encode(
            x=alt.X(
                field=value, type="quantitative", title=titles[value], scale=alt.Scale(zero=False)
            ),
            y=_largest_first(category),
            tooltip=tooltip(data, titles),
        ),
        description,
        height=max(160, 24 * len(data)),
    )


def line(
    data: pd.DataFrame, *, time: str, value: str, titles: dict[str, str], description: str
) -> AnyChart:
    """A line over time, with a point where the pointer is."""
    return finished(
        alt.Chart(data)
        .mark_line(point=True)
        .encode(
            x=alt.X(field=time, type="temporal", title=titles[time]),
            y=alt.Y(field=value, type="quantitative", title=titles[value]),
            tooltip=tooltip(data, titles),
        ),
        description,
    )


def tooltip(data: pd.DataFrame, titles: dict[str, str]) -> list[alt.Tooltip]:
    """All columns of a row, by their titles."""
    # Said, because Altair cannot tell the type of a column that is empty.
    return [
        alt.Tooltip(field=column, title=title, type=_type(data[column]))
        for column, title in titles.items()
    ]


def _type(column: pd.Series) -> Literal["quantitative", "temporal", "nominal"]:
    if pd.api.types.is_datetime64_any_dtype(column):
        return "temporal"
    return "quantitative" if pd.api.types.is_numeric_dtype(column) else "nominal"


def finished(chart: AnyChart, description: str, height: int = _HEIGHT) -> AnyChart:
    """The chart with its height, and what it says to screen readers."""
    done: AnyChart = chart.properties(height=height, description=description)
    return done


def _largest_first(category: str) -> alt.Y:
    """One line per category, each with its whole name."""
    return alt.Y(
        field=category,
        type="nominal",
        title=None,
        sort="-x",
        axis=alt.Axis(labelOverlap=False, labelLimit=260),
    )
