"""Sections of the dashboard: a chart each, its figures and its SQL one click away."""

from collections.abc import Sequence

import streamlit as st

from webapp.dashboard import figures
from webapp.dashboard.sections import Section
from webapp.views.page_context import PageContext
from webapp.warehouse.errors import StatementRefusedError

_ROWS_IN_TABLE = 25


def totals(context: PageContext) -> None:
    """Show the numbers of films, ratings, raters and viewers."""
    counts = context.figures.rows("totals")[0]
    for column, (name, count) in zip(st.columns(len(counts)), counts.items(), strict=True):
        column.metric(context.t(f"data.{name}"), context.t.number(count), border=True)


def show_beside(context: PageContext, sections: Sequence[Section]) -> None:
    """Show sections in pairs, beside each other where there is room."""
    for first in range(0, len(sections), 2):
        pair = sections[first : first + 2]
        for column, section in zip(st.columns(2, gap="large"), pair, strict=False):
            with column:
                show(context, section)


def show(context: PageContext, section: Section) -> None:
    """Show a section: heading, chart or table, the figures and the SQL behind it."""
    t = context.t
    st.header(t(f"data.{section.name}"), anchor=False)
    try:
        rows = context.figures.rows(section.name)
    except StatementRefusedError:
        st.info(t("errors.refused"), icon=":material/error:")
        return
    if not rows:
        st.info(t("data.nothing"), icon=":material/inbox:")
        return
    frame = section.frame(rows, t)
    chart = section.drawn(frame, t)
    readable = frame.rename(columns=section.titles(t))
    if chart is None:
        st.table(readable.head(_ROWS_IN_TABLE), hide_index=True)
    else:
        st.altair_chart(chart, key=f"chart-{section.name}")
    with st.expander(t("data.behind"), icon=":material/database:"):
        st.code(figures.sql(section.name), language="sql")
        if chart is not None:
            st.table(readable.head(_ROWS_IN_TABLE), hide_index=True)
    st.download_button(
        t("data.download"),
        readable.to_csv(index=False).encode("utf-8-sig"),
        file_name=f"{section.name}.csv",
        mime="text/csv",
        icon=":material/download:",
        key=f"download-{section.name}",
        on_click="ignore",
    )
