"""The document of a run: its waits, and what an earlier or a later version of it holds."""

import json

from functions.retraining.run import Run

GIVEN = {"model_name": "films", "input_table": "a", "output_table": "b"}


def test_a_run_is_the_same_after_its_way_through_the_state_machine():
    run = Run.of(GIVEN, "night").done(training_job="job", version=3).ended("Refused", "Because.")
    assert Run.of(json.loads(json.dumps(run.document())), "night") == run


def test_a_document_of_another_version_is_read_as_far_as_it_goes():
    """A deployment in the middle of a run brings new code to an old document, or the reverse."""
    old = GIVEN | {"training_job": "job"}
    new = Run.of(old, "night").document() | {"of_a_later_version": 1, "error": {"Error": "x"}}
    assert Run.of(new, "night") == Run.of(old, "night")


def test_waits_grow_with_the_time_that_a_step_takes_up_to_half_an_hour():
    run, seconds = Run.of(GIVEN, "night"), []
    for _ in range(40):
        run = run.waiting()
        seconds.append(run.wait_seconds)
    assert seconds[:4] == [15, 19, 23, 29]
    assert seconds[-1] == 1800
    for number, wait in enumerate(seconds[6:], 6):
        assert wait <= 0.35 * sum(seconds[:number])
    assert run.done().waiting().wait_seconds == 15
    assert run.ended("Failed", "x").waiting().wait_seconds == 15
