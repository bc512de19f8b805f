"""Any history of two models: changes, challengers, roll-backs, kills, failures, late requests.

SageMaker lives in memory. After every step what serves, and why, must be sound; once all is settled
nothing may be left over.
"""

import random
from collections.abc import Iterable, Iterator

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from model_history import History, Step

pytestmark = pytest.mark.thorough

GOOD = {"ndcg_at_10": 0.45, "popular_ndcg_at_10": 0.26, "ratings": 1000}
BAD = GOOD | {"ndcg_at_10": 0.2}
FIGURES = {"a": GOOD, "b": GOOD, "c": GOOD, "e": BAD, "f": GOOD}


STEPS = st.builds(
    Step,
    path=st.sampled_from(["/deploy", "/promote", "/promote", "/roll-back", "/roll-back"])
    | st.sampled_from(["/deploy", "/undeploy"]),
    model=st.sampled_from(("films", "films", "series")),
    letter=st.sampled_from("abce"),
    force=st.booleans(),
    share=st.just(0.0),
    again=st.none() | st.none() | st.integers(0, 9),
    killed_after=st.none() | st.none() | st.integers(1, 30),
    outcome=st.sampled_from(["InService", "InService", "InService", "rolled back", None]),
    polled=st.booleans(),
)


def challenges(seed: int) -> Iterator[Step]:
    """A history of challengers among other changes, most of which are seen through.

    Drawn evenly: what goes wrong takes several right steps before it.
    """
    draw = random.Random(seed)
    yield Step("/deploy", "films", "b", force=False, share=0.0, again=None, polled=True)
    for _ in range(16):
        yield Step(
            path=draw.choice(["/challenge"] * 4 + ["/promote"] * 2 + ["/deploy", "/roll-back"]),
            model="films",
            letter=draw.choice("aaeee"),
            force=draw.random() < 0.5,
            share=draw.choice([0.0, 0.2, 0.4, 0.6, 1.0]),
            again=draw.randrange(9) if draw.random() < 0.3 else None,
            killed_after=draw.randrange(1, 30) if draw.random() < 0.2 else None,
            outcome=draw.choice(["InService"] * 8 + ["rolled back", None]),
            polled=draw.random() < 0.8,
        )


def live_through(history: History, steps: Iterable[Step]) -> None:
    for letter, figures in FIGURES.items():
        history.aws.trained(letter, **figures)
    for step in steps:
        history.take(step)
    history.end()
    history.nothing_is_left_over()


# A killed process flushes no metrics; only this test's way of killing lets Powertools notice it.
@pytest.mark.filterwarnings("ignore:No application metrics:UserWarning")
@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    # Each step is a statement's whole way: a long history is looked at, not shortened for minutes.
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(STEPS, min_size=4, max_size=14))
def test_any_history_is_sound_and_leaves_nothing_over(api, aws, clock, steps):
    aws.__init__()
    live_through(History(api, aws, clock), steps)


@pytest.mark.filterwarnings("ignore:No application metrics:UserWarning")
@pytest.mark.parametrize("seed", range(30))
def test_any_history_of_challengers_is_sound_and_leaves_nothing_over(api, aws, clock, seed):
    live_through(History(api, aws, clock), challenges(seed))
