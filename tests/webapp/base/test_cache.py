"""Lifetimes of cached values, and the old value while Snowflake is away."""

import threading

import pytest
from webapp.base.cache import Cache
from webapp.warehouse.errors import WarehouseAwayError


@pytest.fixture
def clock():
    return [0.0]


@pytest.fixture
def cache(clock):
    return Cache(WarehouseAwayError, lambda: clock[0])


def away():
    raise WarehouseAwayError("away")


def test_a_value_is_loaded_once_per_lifetime(cache, clock):
    values = iter(["first", "second"])
    get = lambda: cache.get("key", 10, lambda: next(values))  # noqa: E731 - said once
    assert [get(), get()] == ["first", "first"]
    clock[0] = 10
    assert get() == "second"


def test_an_expired_value_is_given_while_the_source_is_away(cache, clock):
    assert cache.get("key", 10, lambda: "known") == "known"
    clock[0] = 11
    assert cache.get("key", 10, away) == "known"
    assert cache.get("key", 10, lambda: "new") == "new"


def test_without_any_value_the_error_is_raised(cache):
    with pytest.raises(WarehouseAwayError):
        cache.get("key", 10, away)


def test_other_errors_are_raised(cache, clock):
    cache.get("key", 10, lambda: "known")
    clock[0] = 11
    with pytest.raises(ZeroDivisionError):
        cache.get("key", 10, lambda: 1 // 0)


def test_concurrent_callers_load_a_value_once(cache):
    started, go = threading.Event(), threading.Event()
    loads = []

    def load():
        loads.append(1)
        started.set()
        go.wait(5)
        return "value"

    results = []
    threads = [
        threading.Thread(target=lambda: results.append(cache.get("key", 10, load)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    assert started.wait(5)
    go.set()
    for thread in threads:
        thread.join(5)
    assert results == ["value"] * 8
    assert loads == [1]
