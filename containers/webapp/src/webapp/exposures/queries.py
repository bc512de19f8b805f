"""Queries and changes of what was shown to viewers, and what they did with it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from webapp.exposures.events import Click, Event, Exposure
from webapp.warehouse.session import Row
from webapp.warehouse.statements import Change, Executor, Rows, change, query


def add_events(on: Executor, events: Sequence[Event]) -> None:
    """Keep events, each once however often this is called; none of a viewer who has left."""
    exposures = [event for event in events if isinstance(event, Exposure)]
    clicks = [event for event in events if isinstance(event, Click)]
    if exposures:
        add_exposures(on, exposures)
    if clicks:
        add_clicks(on, clicks)


@change
def add_exposures(run: Change, exposures: Sequence[Exposure]) -> None:
    """Keep exposures, all in one statement."""
    run(
        _json(
            {
                "viewer_id": shown.viewer_id,
                "film_id": shown.film_id,
                "rank": shown.rank,
                "shelf": shown.shelf,
                "model_name": shown.source.model_name,
                "training_job": shown.source.training_job,
                "shown_at": shown.shown_at.isoformat(sep=" "),
            }
            for shown in exposures
        ),
        min(shown.shown_at for shown in exposures),
    )


@change
def add_clicks(run: Change, clicks: Sequence[Click]) -> None:
    """Keep clicks, all in one statement."""
    run(
        _json(
            {
                "viewer_id": click.viewer_id,
                "film_id": click.film_id,
                "shelf": click.shelf,
                "action": click.action,
                "clicked_at": click.clicked_at.isoformat(sep=" "),
            }
            for click in clicks
        ),
        min(click.clicked_at for click in clicks),
    )


@query
def exposures_of(rows: Rows, viewer_id: str) -> list[Row]:
    """All that was shown to a viewer, the newest first."""
    return rows(viewer_id)


@query
def clicks_of(rows: Rows, viewer_id: str) -> list[Row]:
    """All that a viewer did on shelves, the newest first."""
    return rows(viewer_id)


def remove_events_of(on: Executor, viewer_id: str) -> None:
    """Forget what was shown to a viewer, and what the viewer did with it."""
    remove_exposures_of(on, viewer_id)
    remove_clicks_of(on, viewer_id)


@change
def remove_exposures_of(run: Change, viewer_id: str) -> None:
    """Forget what was shown to a viewer."""
    run(viewer_id)


@change
def remove_clicks_of(run: Change, viewer_id: str) -> None:
    """Forget what a viewer did on shelves."""
    run(viewer_id)


def remove_events_before(on: Executor, moment: datetime) -> None:
    """Forget what was shown before a moment, and what viewers did before it."""
    remove_exposures_before(on, moment)
    remove_clicks_before(on, moment)


@change
def remove_exposures_before(run: Change, moment: datetime) -> None:
    """Forget what was shown before a moment."""
    run(moment)


@change
def remove_clicks_before(run: Change, moment: datetime) -> None:
    """Forget what viewers did on shelves before a moment."""
    run(moment)


def _json(given: Iterable[Mapping[str, object]]) -> str:
    # Without what is not known: JSON's null is a value to Snowflake.
    known = [{key: value for key, value in row.items() if value is not None} for row in given]
    return json.dumps(known)
