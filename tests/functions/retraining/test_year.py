"""A year of nights on the test's own clock, bad ones among them: the right model serves each day.

`make nights` prints what came of them.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aws_fault import AwsError
from compared_models import COMPARED, COUNTS
from model_container import score
from nights import GOOD, Nights

pytestmark = pytest.mark.thorough

OPERATIONS = Path(__file__).parents[3] / "docs" / "operations.md"
MODEL, GROUP = "films", "snowreel-test-films"
DAY = 24 * 3600
NIGHTS = 365


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of night: what happens in it, and how it must end."""

    name: str
    ends: str
    figures: dict[str, float] = field(default_factory=dict)
    #: Called before the run, with the nights and a source of chance.
    before: Callable[[Nights, random.Random], None] = lambda *_: None
    #: Called at each wait of the run.
    meanwhile: Callable[[Nights], None] = lambda _: None
    weight: int = 1


def _fail_training(nights: Nights) -> None:
    for name, job in nights.aws.resources["training-job"].items():
        if job["TrainingJobStatus"] == "InProgress" and "-judgement-" not in name:
            job |= {"TrainingJobStatus": "Failed", "FailureReason": "AlgorithmError: no table"}


def _fail_judgement(nights: Nights) -> None:
    for name, job in nights.aws.resources["training-job"].items():
        if job["TrainingJobStatus"] == "InProgress" and "-judgement-" in name:
            job |= {"TrainingJobStatus": "Failed", "FailureReason": "AlgorithmError: no time"}


def _fail_candidate(nights: Nights) -> None:
    for name, endpoint in nights.aws.resources["endpoint"].items():
        if name.endswith("--candidate") and endpoint["EndpointStatus"] == "Creating":
            endpoint |= {"EndpointStatus": "Failed", "FailureReason": "The image is gone."}


def _kill(nights: Nights, chance: random.Random) -> None:
    nights.aws.killed_after = len(nights.aws.calls) + chance.randint(1, 60)


def _throttle(nights: Nights, _: random.Random) -> None:
    error = AwsError("ThrottlingException", "Rate exceeded")
    operations = ("CreateTrainingJob", "DescribeTrainingJob", "CreateEndpoint", "UpdateEndpoint")
    for operation in operations:
        nights.aws.faults[operation] = [error] * 5


def _use_up_quota(nights: Nights, _: random.Random) -> None:
    message = "The account-level service limit 'ml.m5.large for training job usage' is 0 Instances"
    nights.aws.fail("CreateTrainingJob", "ResourceLimitExceeded", message)


def _delete_endpoint(nights: Nights, _: random.Random) -> None:
    nights.aws.resources["endpoint"].pop(GROUP, None)


def _answer_wrongly(nights: Nights, _: random.Random) -> None:
    def wrongly(endpoint: str, payload: dict[str, Any]) -> Any:
        reply = score(endpoint, payload)
        if endpoint.endswith("--candidate") and "estimates" in reply:
            reply["estimates"][0] = None
        return reply

    nights.aws.invocation = wrongly


def _compared(**changes: float) -> Callable[[Nights, random.Random], None]:
    def compare(nights: Nights, _: random.Random) -> None:
        nights.compared = SAME_ON_NEW_RATINGS | changes

    return compare


SAME_ON_NEW_RATINGS = {
    **COMPARED,
    **COUNTS,
    "champion_ndcg_at_10": 0.33,
    "recently_popular_ndcg_at_10": 0.3,
    "ndcg_difference_high": 0.01,
    "scale_shift": 0.0,
}
KINDS = (
    Kind(name="an ordinary night", ends="Promoted", weight=30),
    Kind(name="ordinary, compared on new ratings", ends="Promoted", before=_compared(), weight=20),
    Kind(
        name="a worse model, by new ratings",
        ends="Refused",
        before=_compared(ndcg_at_10=0.2, ndcg_difference_high=-0.05),
        weight=5,
    ),
    Kind(
        name="beaten by last week's popular items",
        ends="Refused",
        before=_compared(ndcg_at_10=0.324, recently_popular_ndcg_at_10=0.325),
        weight=2,
    ),
    Kind(name="a worse model, as recorded", ends="Refused", figures={"ndcg_at_10": 0.3}, weight=5),
    Kind(name="half of the table lost", ends="Refused", figures={"ratings": 400}, weight=4),
    Kind(name="the table loaded twice", ends="Refused", figures={"duplicates": 1000}, weight=4),
    Kind(name="another scale", ends="Refused", figures={"rmse": 1.9}, weight=2),
    Kind(
        name="too few new ratings",
        ends="Skipped",
        figures={"users": 0, "rows": 0, "ratings": 3},
        weight=8,
    ),
    Kind(name="a failed training", ends="Failed", meanwhile=_fail_training, weight=5),
    Kind(name="a failed judgement", ends="Promoted", meanwhile=_fail_judgement, weight=3),
    Kind(name="a candidate that does not start", ends="Failed", meanwhile=_fail_candidate),
    Kind(name="a candidate that answers wrongly", ends="Refused", before=_answer_wrongly),
    Kind(name="a used-up quota", ends="Failed", before=_use_up_quota, weight=3),
    Kind(name="a throttled SageMaker", ends="Promoted", before=_throttle, weight=4),
    Kind(name="a killed function", ends="Promoted", before=_kill, weight=6),
    Kind(name="an endpoint deleted by hand", ends="Promoted", before=_delete_endpoint, weight=2),
)


class Year:
    """Nights one after the other, and what must serve after each."""

    def __init__(self, nights: Nights, api: Any, seed: int) -> None:
        self.nights, self.api, self.chance = nights, api, random.Random(seed)
        nights.aws.page = 100
        nights.aws.clock -= (NIGHTS + 1) * DAY
        self.ended: Counter[tuple[str, str]] = Counter()
        self.rolled_back = 0

    def live(self) -> None:
        """Take the nights; after some a person rolls back in the morning."""
        for number in range(NIGHTS):
            kind = self._kind(number)
            before = self.nights.serving()
            outcome, trained = self._night(number, kind)
            assert outcome["status"] == kind.ends, (number, kind.name, outcome)
            expected = trained if kind.ends == "Promoted" else before
            assert self.nights.serving() == expected, (number, kind.name)
            self.ended[kind.name, kind.ends] += 1
            if kind.ends == "Promoted" and number > 3 and self.chance.random() < 0.05:
                self._roll_back(number)

    def _kind(self, number: int) -> Kind:
        if number < 3:
            return KINDS[0]
        (kind,) = self.chance.choices(KINDS, [each.weight for each in KINDS])
        return kind

    def _night(self, number: int, kind: Kind) -> tuple[dict[str, Any], str | None]:
        nights = self.nights
        nights.aws.clock += DAY
        mails, known = len(nights.mails), nights.trainings()
        nights.compared, nights.aws.invocation = {"new_ratings": 0.0}, None
        kind.before(nights, self.chance)
        outcome = nights.run(
            f"night-{number}",
            GOOD | kind.figures,
            meanwhile=lambda: kind.meanwhile(nights),
            least_new_ratings=10,
        )
        nights.aws.killed_after = None
        nights.aws.faults.clear()
        assert len(nights.mails) == mails + 1, "each night is told once"
        assert nights.aws.names("endpoint") <= {GROUP}, "the candidate's endpoint is gone"
        assert len(nights.aws.names("model")) <= 3
        return outcome, next(iter(nights.trainings() - known), None)

    def _roll_back(self, number: int) -> None:
        nights = self.nights
        left = nights.serving()
        asked = self.api.post("/roll-back", [[0, MODEL]], batch=f"morning-{number}").value
        if "error" in asked:
            assert asked["error"]["code"] == "NoEarlierVersion"
            return
        nights.work(GOOD)
        done = self.api.get("/roll-back", batch=f"morning-{number}").value
        assert (done["status"], done["rolled_back"]) == ("InService", left)
        assert nights.serving() != left
        self.rolled_back += 1

    def table(self) -> Iterator[str]:
        """The ends of the nights, as a table of Markdown."""
        yield "| what happened | nights | how they ended |"
        yield "| --- | --- | --- |"
        order = [kind.name for kind in KINDS]
        for (name, ends), count in sorted(self.ended.items(), key=lambda e: order.index(e[0][0])):
            yield f"| {name} | {count} | {ends} |"
        yield f"| a roll-back in the morning | {self.rolled_back} | the version before serves |"


# A killed process flushes no metrics; only this test's way of killing lets Powertools notice it.
@pytest.mark.filterwarnings("ignore:No application metrics:UserWarning")
@pytest.mark.slow
def test_the_right_model_serves_every_morning_of_a_year(nights, api):
    year = Year(nights, api, seed=2026)
    year.live()
    print()
    for line in year.table():
        print(line)
    assert "\n".join(year.table()) in OPERATIONS.read_text(), "`make nights` prints another table"
    assert {name for name, _ in year.ended} == {kind.name for kind in KINDS}
    assert sum(year.ended.values()) == NIGHTS
    assert year.rolled_back > 0
