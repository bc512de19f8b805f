"""The garbage collector passes over long-lived objects and still frees dead ones."""

import gc
import weakref

import pytest
from webapp.base.gc_tuning import freeze_survivors


class Knot:
    """Refers to itself: only a collection frees it."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def thawed():
    gc.unfreeze()
    yield
    gc.unfreeze()


def test_later_collections_pass_over_survivors():
    survivor = Knot()
    freeze_survivors()
    assert gc.get_freeze_count() > 1000  # all modules among them
    assert not any(found is survivor for found in gc.get_objects())


def test_a_frozen_object_that_died_is_collected_at_the_next_freeze():
    knot = Knot()
    alive = weakref.ref(knot)
    freeze_survivors()
    del knot
    gc.collect()
    assert alive() is not None
    freeze_survivors()
    assert alive() is None
