"""Import of a file of ratings: what it means, what is placed by hand, and only then kept."""

from collections.abc import Sequence

import streamlit as st

from webapp.accounts.viewer import Viewer
from webapp.base import clock
from webapp.base.translation import Translation
from webapp.films.catalogue import Catalogue
from webapp.taste import actions, file_reading, scales
from webapp.taste.file_columns import Service
from webapp.taste.file_entries import Entry
from webapp.taste.file_errors import RatingsFileError
from webapp.taste.file_reading import Placed, Reading
from webapp.taste.file_table import ROWS_AT_MOST
from webapp.views import errors, rating_placement
from webapp.views.page_context import PageContext

_ROWS_NAMED = 10
_TYPES = ("csv", "tsv", "txt", "json", "zip")


def show(context: PageContext, viewer: Viewer) -> None:
    """Show the upload, the meaning of the file, and the button that keeps its ratings."""
    t = context.t
    st.header(t("import.title"), anchor=False)
    st.markdown(t("import.text"))
    file = st.file_uploader(t("import.file"), type=_TYPES, key="import_file")
    if file is None:
        return
    catalogue = context.films.catalogue()
    try:
        reading = _reading(t, file.file_id, file.getvalue(), catalogue)
    except RatingsFileError as error:
        message = t(error.reason, rows=ROWS_AT_MOST, columns=error.columns)
        st.error(message, icon=":material/error:")
        return
    by_hand = rating_placement.chosen(context, file.file_id, catalogue, reading.unplaced)
    whole = reading.with_films(by_hand)
    _report(t, whole)
    _keep_button(context, viewer, whole)


def _reading(t: Translation, file_id: str, content: bytes, catalogue: Catalogue) -> Reading:
    """The meaning of the file, on the scale that it has or that the viewer chose."""
    found = _read(file_id, content, catalogue, None)
    st.markdown(t("import.read_as", service=_service(t, found.service), rows=_row_count(found)))
    if not found.scale.is_certain:
        st.warning(t("import.scale_uncertain"), icon=":material/help:")
    known_scales = sorted({*scales.SCALES, found.scale.highest})
    highest = st.selectbox(
        t("import.scale"),
        known_scales,
        index=known_scales.index(found.scale.highest),
        key=f"scale-{file_id}",
        width=320,
    )
    return found if highest == found.scale.highest else _read(file_id, content, catalogue, highest)


def _read(file_id: str, content: bytes, catalogue: Catalogue, highest: int | None) -> Reading:
    """Read the file once in this tab, however often the page runs."""
    known = st.session_state.setdefault("import_readings", {})
    key = (file_id, highest, id(catalogue))
    if any(known_file != file_id for known_file, _, _ in known):
        known.clear()
    if key not in known:
        known[key] = file_reading.read(content, catalogue, clock.now(), highest)
    reading: Reading = known[key]
    return reading


def _service(t: Translation, service: Service) -> str:
    named: dict[Service, str] = {"own": t("app.title"), "unknown": t("import.any_table")}
    return named.get(service, service)


def _row_count(reading: Reading) -> int:
    kinds = (reading.placed, reading.repeated, reading.unplaced, reading.unrated)
    return sum(map(len, kinds)) + len(reading.other_kinds)


def _report(t: Translation, reading: Reading) -> None:
    st.markdown(t("import.found", count=len(reading.placed)))
    if reading.placed:
        st.dataframe(_shown(t, reading.placed), hide_index=True, height=280)
    if reading.dated:
        st.info(t("import.dated", count=reading.dated), icon=":material/info:")
    if reading.raised:
        st.info(t("import.raised", count=reading.raised), icon=":material/info:")
    _name(
        t("import.repeated", count=len(reading.repeated)), [one.entry for one in reading.repeated]
    )
    _name(
        t("import.unplaced", count=len(reading.unplaced)), [one.entry for one in reading.unplaced]
    )
    _name(t("import.unrated", count=len(reading.unrated)), reading.unrated)
    _name(t("import.other_kinds", count=len(reading.other_kinds)), reading.other_kinds)


def _shown(t: Translation, placed: Sequence[Placed]) -> list[dict[str, object]]:
    """The rows as they are written, and as they are kept."""
    return [
        {
            t("import.column_file"): _title(found.entry),
            t("column.title"): found.film.title,
            t("column.release_year"): found.film.year,
            t("import.column_rating"): found.entry.rating,
            t("import.column_stars"): found.stars,
            t("import.column_day"): found.entry.rated_at and found.entry.rated_at.date(),
            t("import.column_how"): t(f"import.how_{found.how}"),
        }
        for found in placed
    ]


def _name(sentence: str, entries: Sequence[Entry]) -> None:
    """Say which rows are not kept, by line and title; the table has all of them."""
    if not entries:
        return
    st.warning(sentence, icon=":material/warning:")
    with st.expander(", ".join(str(entry.line) for entry in entries[:_ROWS_NAMED])):
        st.dataframe([_row(entry) for entry in entries], hide_index=True)


def _row(entry: Entry) -> dict[str, object]:
    return {"#": entry.line, "title": _title(entry), "rating": entry.rating}


def _title(entry: Entry) -> str:
    name = entry.title or entry.original_title or entry.film_id
    return f"{name} ({entry.year})" if entry.year else name


def _keep_button(context: PageContext, viewer: Viewer, reading: Reading) -> None:
    t = context.t
    given = reading.ratings()
    if not given:
        return
    known = context.taste().ratings
    changed = [film_id for film_id, stars in given.items() if known.get(film_id, stars) != stars]
    new = given.keys() - known.keys()
    same = len(given) - len(new) - len(changed)
    st.markdown(t("import.changes", new=len(new), changed=len(changed), same=same))
    st.button(
        t("import.keep", count=len(given)),
        type="primary",
        on_click=_keep,
        args=(context, viewer, reading),
    )


def _keep(context: PageContext, viewer: Viewer, reading: Reading) -> None:
    given, now = reading.ratings(), clock.now()
    errors.run_action(
        lambda: actions.rate_films(
            context.warehouse, viewer.viewer_id, given, now, moments=reading.moments()
        ),
        context.t("import.kept", count=len(given)),
    )
