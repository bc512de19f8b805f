"""List prices of what a verification pays for, and the sum of a run.

us-east-1, US dollars an hour, without free tiers and taxes: the prices of `docs/cost.md`.
"""

from collections.abc import Iterable, Mapping

from cli.verify.step import Outcome, Step

HOURLY: Mapping[str, float] = {
    # an X-Small warehouse: one credit an hour, a credit is 2 to 3
    "warehouse": 3.0,
    # a training job on ml.m5.large
    "training": 0.115,
    # a serverless endpoint of 2 GB that never rests
    "endpoint": 0.144,
}


def dollars(steps: Iterable[Step], outcomes: Mapping[str, Outcome]) -> float:
    """The price of the seconds that the steps took, at the most: each as if it never waited."""
    return sum(
        HOURLY[item] * outcomes[step.name].seconds / 3600
        for step in steps
        if step.name in outcomes
        for item in step.pays
    )
