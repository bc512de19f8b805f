"""Events in the warehouse: each once, none of a viewer who has left, gone with the account."""

from datetime import timedelta

import pytest
from webapp.accounts import accounts, export
from webapp.accounts.cleanup import EXPOSURES_KEPT, PAUSE_SECONDS, Cleanup
from webapp.base import clock
from webapp.exposures import queries
from webapp.exposures.events import Click, Exposure, Source

PASSWORD = "a long enough password"


@pytest.fixture
def events(new_viewer):
    """Makes what a new viewer was shown, and did."""
    viewer, _ = new_viewer()

    def made(shown_at):
        exposures = [
            Exposure(
                viewer_id=viewer.viewer_id,
                film_id=film_id,
                rank=rank,
                shelf="for_you",
                source=source,
                shown_at=shown_at,
            )
            for rank, (film_id, source) in enumerate(
                [("7", Source("films", "job-1")), ('it\'s "9"', Source())], 1
            )
        ]
        click = Click(
            viewer_id=viewer.viewer_id,
            film_id="7",
            shelf="for_you",
            action="rated",
            clicked_at=shown_at,
        )
        return viewer, [*exposures, click]

    return made


def counts(warehouse, viewer_id):
    return [
        warehouse.rows(f"select count(*) as n from {table} where viewer_id = ?", viewer_id)[0]["n"]
        for table in ("shown", "clicked")
    ]


def test_events_are_kept_as_they_were(warehouse, events):
    now = clock.now()
    viewer, given = events(now)
    queries.add_events(warehouse, given)
    rows = warehouse.rows("select * from shown where viewer_id = ?", viewer.viewer_id)
    assert sorted(rows, key=lambda row: row["rank"]) == [
        {
            "viewer_id": viewer.viewer_id,
            "film_id": "7",
            "rank": 1,
            "shelf": "for_you",
            "model_name": "films",
            "training_job": "job-1",
            "shown_at": now,
        },
        {
            "viewer_id": viewer.viewer_id,
            "film_id": 'it\'s "9"',
            "rank": 2,
            "shelf": "for_you",
            "model_name": None,
            "training_job": None,
            "shown_at": now,
        },
    ]
    (click,) = queries.clicks_of(warehouse, viewer.viewer_id)
    assert click == {"film_id": "7", "shelf": "for_you", "action": "rated", "clicked_at": now}


def test_a_batch_that_is_written_again_changes_nothing(warehouse, events):
    now = clock.now()
    viewer, given = events(now)
    queries.add_events(warehouse, given[:1])  # the answer to the rest was lost
    for _ in range(2):
        queries.add_events(warehouse, given)
    assert counts(warehouse, viewer.viewer_id) == [2, 1]
    _, later = events(now + timedelta(minutes=30))
    queries.add_events(warehouse, later)
    assert counts(warehouse, viewer.viewer_id) == [4, 2]


def test_a_deleted_account_takes_its_events_along(warehouse, events):
    viewer, given = events(clock.now())
    queries.add_events(warehouse, given)
    accounts.delete(warehouse, viewer.viewer_id, PASSWORD, clock.now())
    assert counts(warehouse, viewer.viewer_id) == [0, 0]
    queries.add_events(warehouse, given)  # these still waited
    assert counts(warehouse, viewer.viewer_id) == [0, 0]


def test_the_export_has_what_was_shown_and_done(warehouse, events):
    now = clock.now()
    viewer, given = events(now)
    queries.add_events(warehouse, given)
    everything = export.everything_about(warehouse, viewer)
    assert everything["shown"][0] == {
        "film_id": "7",
        "shelf": "for_you",
        "rank": 1,
        "model_name": "films",
        "shown_at": now.isoformat(),
    }
    assert [shown["rank"] for shown in everything["shown"]] == [1, 2]
    assert everything["clicked"][0]["action"] == "rated"


def test_old_events_are_removed(warehouse, events):
    now = clock.now()
    viewer, old = events(now - EXPOSURES_KEPT - timedelta(minutes=1))
    _, kept = events(now - EXPOSURES_KEPT + timedelta(minutes=1))
    queries.add_events(warehouse, [*old, *kept])
    assert counts(warehouse, viewer.viewer_id) == [4, 2]
    seconds = [0.0]
    cleanup = Cleanup(warehouse, lambda: seconds[0])
    seconds[0] = PAUSE_SECONDS
    cleanup.run_if_due(now)
    assert counts(warehouse, viewer.viewer_id) == [2, 1]


def test_the_app_may_not_change_what_it_has_noted(warehouse):
    with pytest.raises(Exception, match="Insufficient privileges"):
        warehouse.change("update shown set rank = 1")
