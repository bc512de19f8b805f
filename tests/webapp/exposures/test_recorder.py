"""The recorder: batches, a bound, a warehouse that is away, the end of the process."""

import logging
import threading
from dataclasses import replace

import pytest
from webapp.base import clock
from webapp.exposures.events import Click
from webapp.exposures.recorder import Limits, Recorder
from webapp.warehouse.errors import StatementRefusedError, WarehouseAwayError

CLICK = Click(
    viewer_id="ann",
    film_id="1",
    shelf="for_you",
    action="rated",
    clicked_at=clock.now(),
)
#: Batches at once, and attempts without a pause.
QUICK = Limits(gathering_seconds=0.0, pauses=(0.0, 0.0), closing_seconds=30.0)
NEVER = 3600.0


def clicks(count, first=0):
    return [replace(CLICK, film_id=str(first + number)) for number in range(count)]


class Written:
    """A warehouse that keeps what is written; it may be held up, and may fail."""

    def __init__(self, *failures):
        self.batches = []
        self.attempts = 0
        self.is_free = threading.Event()
        self.is_free.set()
        self._failures = list(failures)

    def __call__(self, events):
        self.attempts += 1
        assert self.is_free.wait(30)
        if self._failures:
            raise self._failures.pop(0)
        self.batches.append(list(events))

    @property
    def events(self):
        return [event for batch in self.batches for event in batch]


def test_events_are_written_in_batches_in_their_order():
    written = Written()
    recorder = Recorder(written, replace(QUICK, gathering_seconds=NEVER, most_at_once=10))
    recorder.record(clicks(4))
    recorder.record(clicks(21, first=4))
    recorder.close()
    assert [len(batch) for batch in written.batches] == [10, 10, 5]
    assert written.events == clicks(25)
    assert (recorder.dropped, recorder.lost) == (0, 0)


def test_a_full_batch_waits_for_nothing(wait_for):
    written = Written()
    recorder = Recorder(written, replace(QUICK, gathering_seconds=NEVER, most_at_once=3))
    recorder.record(clicks(2))
    recorder.record(clicks(2, first=2))
    wait_for(lambda: written.batches)
    assert written.batches == [clicks(3)]
    recorder.close()
    assert written.events == clicks(4)


def test_a_few_events_are_written_after_a_while(wait_for):
    written = Written()
    recorder = Recorder(written, replace(QUICK, gathering_seconds=0.01))
    recorder.record(clicks(1))
    wait_for(lambda: written.events == clicks(1))
    recorder.record(clicks(1, first=1))
    wait_for(lambda: written.events == clicks(2))
    recorder.close()


def test_what_the_queue_has_no_room_for_is_dropped_counted_and_said(wait_for, caplog):
    written = Written()
    written.is_free.clear()
    recorder = Recorder(written, replace(QUICK, most_waiting=5, most_at_once=2))
    recorder.record(clicks(1))
    wait_for(lambda: written.attempts)  # the thread is held up, and nothing waits
    with caplog.at_level(logging.WARNING, "webapp"):
        recorder.record(clicks(4, first=1))
        recorder.record(clicks(4, first=5))  # one finds room
        recorder.record(clicks(1, first=9))
        assert recorder.dropped == 4
        assert caplog.text == ""  # no page writes a line
        written.is_free.set()
        recorder.close()
    assert written.events == clicks(6)
    assert recorder.lost == 0
    assert "4 events of shelves were dropped" in caplog.text


def test_a_warehouse_that_comes_back_gets_all(caplog):
    written = Written(WarehouseAwayError("away"), WarehouseAwayError("away"))
    recorder = Recorder(written, QUICK)
    with caplog.at_level(logging.WARNING, "webapp"):
        recorder.record(clicks(3))
        recorder.close()
    assert written.events == clicks(3)
    assert written.attempts == 3
    assert (recorder.lost, caplog.text) == (0, "")


def test_a_warehouse_that_stays_away_costs_a_batch_after_the_last_attempt(wait_for, caplog):
    written = Written(*[WarehouseAwayError("away")] * 3)
    recorder = Recorder(written, replace(QUICK, gathering_seconds=0.0))
    with caplog.at_level(logging.WARNING, "webapp"):
        recorder.record(clicks(3))
        wait_for(lambda: recorder.lost)
        recorder.record(clicks(2, first=3))  # it is there again
        recorder.close()
    assert written.attempts == 4
    assert written.events == clicks(2, first=3)
    assert recorder.lost == 3
    assert "3 events of shelves are lost, because Snowflake does not answer" in caplog.text


@pytest.mark.parametrize(
    ("failure", "reason"),
    [
        (StatementRefusedError("Table 'SHOWN' does not exist"), "Table 'SHOWN' does not exist"),
        (KeyError("a bug"), "of the fault above"),
    ],
)
def test_what_fails_for_good_is_not_tried_again_and_the_thread_goes_on(
    wait_for, caplog, failure, reason
):
    written = Written(failure)
    recorder = Recorder(written, QUICK)
    with caplog.at_level(logging.WARNING, "webapp"):
        recorder.record(clicks(2))
        wait_for(lambda: recorder.lost == 2)
        recorder.record(clicks(1, first=2))
        recorder.close()
    assert written.attempts == 2
    assert written.events == clicks(1, first=2)
    assert reason in caplog.text


def test_the_end_waits_for_no_pause():
    written = Written(WarehouseAwayError("away"))
    limits = Limits(gathering_seconds=NEVER, pauses=(NEVER,), closing_seconds=30.0)
    recorder = Recorder(written, limits)
    recorder.record(clicks(2))
    recorder.close()
    assert written.events == clicks(2)


def test_a_warehouse_that_hangs_does_not_hold_up_the_end(wait_for, caplog):
    written = Written()
    written.is_free.clear()
    recorder = Recorder(written, replace(QUICK, most_at_once=2, closing_seconds=0.01))
    recorder.record(clicks(5))
    wait_for(lambda: written.attempts)
    with caplog.at_level(logging.WARNING, "webapp"):
        recorder.close()
    assert recorder.lost == 3  # of two nobody knows yet
    assert "the process ends" in caplog.text
    written.is_free.set()
    wait_for(lambda: not recorder._thread.is_alive())
    assert written.events == clicks(2)


def test_after_the_end_nothing_is_taken():
    written = Written()
    recorder = Recorder(written, QUICK)
    recorder.close()
    recorder.record(clicks(1))
    assert recorder.dropped == 1
    recorder.close()
    assert written.events == []


def test_many_pages_at_once_lose_nothing():
    written = Written()
    recorder = Recorder(written, replace(QUICK, most_at_once=7))
    pages = [
        threading.Thread(target=recorder.record, args=(clicks(25, first=100 * number),))
        for number in range(20)
    ]
    for page in pages:
        page.start()
    for page in pages:
        page.join()
    recorder.close()
    assert len(written.events) == len(set(written.events)) == 500
    assert max(map(len, written.batches)) <= 7
