"""Repeats: the same, shown a moment later, is no exposure of its own."""

from dataclasses import replace
from datetime import timedelta

import pytest
from webapp.base import clock
from webapp.exposures.events import Exposure, Source
from webapp.exposures.repeats import WINDOW, Repeats

FIRST = Exposure(
    viewer_id="ann",
    film_id="1",
    rank=3,
    shelf="for_you",
    source=Source("films", "job-1"),
    shown_at=clock.now(),
)
MOMENT = timedelta(milliseconds=1)


def test_the_same_film_on_the_same_shelf_counts_once_within_the_window():
    repeats = Repeats()
    assert repeats.is_new(FIRST)
    assert not repeats.is_new(FIRST)
    # the window begins with what counted: what is on the page all day counts every half an hour
    last = replace(FIRST, shown_at=FIRST.shown_at + WINDOW - MOMENT)
    assert not repeats.is_new(last)
    assert repeats.is_new(replace(FIRST, shown_at=FIRST.shown_at + WINDOW))
    assert not repeats.is_new(replace(FIRST, shown_at=FIRST.shown_at + WINDOW + MOMENT))


def test_a_film_that_moves_up_is_no_new_exposure():
    repeats = Repeats()
    assert repeats.is_new(FIRST)
    assert not repeats.is_new(replace(FIRST, rank=1))


@pytest.mark.parametrize(
    "other",
    [
        {"viewer_id": "bob"},
        {"film_id": "2"},
        {"shelf": "genre"},
        {"source": Source("films", "job-2")},
        {"source": Source("other", "job-1")},
    ],
)
def test_another_viewer_film_shelf_or_model_is_a_new_exposure(other):
    repeats = Repeats()
    assert repeats.is_new(FIRST)
    assert repeats.is_new(replace(FIRST, **other))


def test_the_memory_has_a_bound_and_forgets_the_oldest():
    repeats = Repeats(most=2)
    films = [replace(FIRST, film_id=film_id) for film_id in "123"]
    assert [repeats.is_new(each) for each in films] == [True] * 3
    assert not repeats.is_new(films[2])
    assert repeats.is_new(films[0])
    assert len(repeats._counted) == 2


def test_a_clock_that_is_set_back_counts_nothing_twice():
    repeats = Repeats()
    assert repeats.is_new(FIRST)
    assert not repeats.is_new(replace(FIRST, shown_at=FIRST.shown_at - timedelta(days=1)))
