"""What lives long is passed over when garbage is collected; what has died is not kept."""

import gc
import weakref

import pytest
from webapp.garbage import spare_survivors


class Knot:
    """Refers to itself: only a collection frees it."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def thawed():
    gc.unfreeze()
    yield
    gc.unfreeze()


def test_survivors_are_passed_over():
    survivor = Knot()
    spare_survivors()
    assert gc.get_freeze_count() > 1000  # all modules among them
    assert not any(found is survivor for found in gc.get_objects())


def test_what_died_after_it_was_spared_is_collected_the_next_time():
    knot = Knot()
    alive = weakref.ref(knot)
    spare_survivors()
    del knot
    gc.collect()
    assert alive() is not None
    spare_survivors()
    assert alive() is None


def test_the_catalogue_is_spared(library):
    catalogue = library.catalogue()
    assert not any(found is catalogue.by_id for found in gc.get_objects())
    assert gc.get_freeze_count() > 1000
