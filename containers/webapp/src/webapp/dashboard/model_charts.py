"""Charts of models: figures over time, days with drift, differences with their intervals."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from webapp.dashboard.charts import AnyChart, finished, tooltip

#: Beyond twice its limit a point grows no more.
_LARGEST = 2.0
#: They stand out from the light and from the dark background, by 3 to 1 at least.
_COLOURS = ["#4a86ab", "#d6406f"]
_SHAPES = ["circle", "cross"]


def lines(
    data: pd.DataFrame,
    *,
    time: str,
    values: Sequence[str],
    titles: dict[str, str],
    description: str,
) -> AnyChart:
    """A line over time for each of several columns, told apart by colour and dashes."""
    each = pd.concat([data.assign(series=titles[name], figure=data[name]) for name in values])
    y = alt.Y(field="figure", type="quantitative", title=None, scale=alt.Scale(zero=False))
    return finished(
        alt.Chart(each.dropna(subset=["figure"]))
        .mark_line(point=True)
        .encode(
            x=alt.X(field=time, type="temporal", title=titles[time]),
            y=y,
            color=alt.Color(field="series", scale=alt.Scale(range=_COLOURS), **_told_apart()),
            strokeDash=alt.StrokeDash(field="series", **_told_apart()),
            tooltip=tooltip(data, titles),
        ),
        description,
    )


def drift(
    data: pd.DataFrame, *, states: Sequence[str], titles: dict[str, str], description: str
) -> AnyChart:
    """A point for each day and subject: the nearer to its limit the larger, a cross beyond it.

    `states` are the values of the column `is_drift`: within the limit, and beyond it.
    """
    nearness = (data["value"].abs() / data["drift_limit"]).clip(upper=_LARGEST).fillna(0.0)
    sizes = alt.Scale(domain=[0, _LARGEST], range=[12, 170])
    colours = alt.Scale(domain=list(states), range=_COLOURS)
    shapes = alt.Scale(domain=list(states), range=_SHAPES)
    return finished(
        alt.Chart(data.assign(nearness=nearness))
        .mark_point(filled=True, opacity=1)
        .encode(
            x=alt.X(field="day", type="temporal", title=titles["day"]),
            y=_one_line_each("subject"),
            size=alt.Size(field="nearness", type="quantitative", scale=sizes, legend=None),
            color=alt.Color(field="is_drift", scale=colours, **_told_apart()),
            shape=alt.Shape(field="is_drift", scale=shapes, **_told_apart()),
            tooltip=tooltip(data, titles),
        ),
        description,
        height=28 * data["subject"].nunique() + 90,
    )


def intervals(
    data: pd.DataFrame,
    *,
    category: str,
    value: str,
    ends: tuple[str, str],
    titles: dict[str, str],
    description: str,
) -> AnyChart:
    """A point and its interval for each row, beside a dashed line at zero."""
    low, high = ends
    # where and how, and below it of which models
    y = _one_line_each(category, "split(datum.label, ': ')")
    base = alt.Chart(data).encode(y=y, tooltip=tooltip(data, titles))
    rules = base.mark_rule(strokeWidth=2, color=_COLOURS[0]).encode(
        x=alt.X(field=low, type="quantitative", title=titles[value]), x2=alt.X2(field=high)
    )
    points = base.mark_circle(size=110, opacity=1, color=_COLOURS[0]).encode(
        x=alt.X(field=value, type="quantitative")
    )
    zero = alt.Chart(data.head(1)).mark_rule(strokeDash=[4, 4], color="#8a8088", aria=False)
    return finished(
        alt.LayerChart(layer=[rules, points, zero.encode(x=alt.datum(0))]),
        description,
        height=40 * data[category].nunique() + 90,
    )


def _told_apart() -> dict[str, Any]:
    # One below the other: a phone has no room beside.
    legend = alt.Legend(title=None, orient="top", direction="vertical", labelLimit=300)
    return {"type": "nominal", "legend": legend}


def _one_line_each(category: str, label: str = "datum.label") -> alt.Y:
    axis = alt.Axis(labelOverlap=False, labelLimit=260, labelExpr=label)
    return alt.Y(field=category, type="nominal", title=None, axis=axis)
