"""Splits of users: exact, the same everywhere and for ever, and nobody turns back."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from moved_clock import Clock

from functions.sagemaker.control_plane import ControlPlane
from functions.sagemaker.splits import Splits
from functions.split import Split, place

USERS = [str(number) for number in range(10_000)]
PREFIX, SECONDS = "snowreel-test", 60
ENDPOINT = f"{PREFIX}-films--challenger"
#: What the writing of a tag may take.
WRITTEN = 2.0


@pytest.mark.parametrize("model", ["films", "movielens-model-v1", "a"])
@pytest.mark.parametrize("share", [0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0])
def test_a_split_of_ten_thousand_users_is_exact_to_one_percent(model, share):
    challenged = sum(place(model, user) < share for user in USERS)
    assert challenged / len(USERS) == pytest.approx(share, abs=0.01)


def test_a_place_is_the_same_in_every_process_and_for_ever():
    assert place("films", "196") == 0.17514060099258855
    assert place("films", "vé") == 0.43156961859525866
    assert place("series", "196") != place("films", "196")


@given(user=st.text(), model=st.sampled_from(["films", "series"]), shares=st.lists(st.floats(0, 1)))
def test_no_user_changes_sides_while_the_share_only_grows(user, model, shares):
    sides = [place(model, user) < share for share in sorted(shares)]
    assert sides == sorted(sides)
    assert 0 <= place(model, user) < 1


class Endpoints:
    """SageMaker with one challenger, whose share is changed as `set_challenger` does."""

    def __init__(self, clock: Clock) -> None:
        self._clock, self._split = clock, Split(before=0.0, after=0.0, since=0.0, by="none")

    def __call__(self, operation: str, /, **_: Any) -> Any:
        if operation == "list_endpoints":
            endpoint = {"EndpointName": ENDPOINT, "EndpointArn": "arn"}
            return {"Endpoints": [endpoint | {"EndpointStatus": "InService"}]}
        return {"Tags": [{"Key": "snowreel:split", "Value": str(self._split)}]}

    def grow(self, more: float) -> None:
        now = self._clock.now
        before = self._split.share(now)
        after = min(1.0, max(before, self._split.after) + more)
        since = now + SECONDS + WRITTEN
        self._split = Split(before=before, after=after, since=since, by="batch")


#: Seconds that pass, the process that answers then, and what the share grows by.
EVENTS = st.lists(
    st.tuples(st.floats(0, 70), st.integers(0, 3), st.sampled_from([0.0, 0.0, 0.1, 0.3])),
    max_size=60,
)


@settings(max_examples=200, deadline=None)
@given(events=EVENTS)
def test_whoever_answers_the_share_of_a_growing_challenger_never_falls(events):
    with pytest.MonkeyPatch.context() as patch:
        clock = Clock()
        patch.setattr("functions.sagemaker.splits.time", clock)
        endpoints = Endpoints(clock)
        processes = [Splits(ControlPlane(endpoints), PREFIX) for _ in range(4)]
        highest = 0.0
        for seconds, process, more in events:
            clock.now += seconds
            endpoints.grow(more)
            share = processes[process].share("films", SECONDS)
            assert share >= highest
            highest = share
