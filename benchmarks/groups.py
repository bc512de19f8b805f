"""Lists for two people at once: the rules beside each other, on pairs of MovieLens 100K.

A fifth of each user's ratings is held out; the rest are ratings of the moment. The pairs with
opposite tastes are those whose estimates go against each other most, each user in one pair. Goal:
by the rule least_misery, the mean estimate of the member who has the lower one is at least 0.1
above that of the rule average.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from recommender.arrays import Floats
from recommender.data.features import NO_ANSWERS
from recommender.data.histories import UserHistories
from recommender.evaluation.splits import Split, random_split
from recommender.ranking.group_rules import RULES, GroupScores, average, even, moods
from recommender.ranking.trained_models import TrainedModels
from recommender.rating.fold_in import fold_in
from recommender.training.fit import fit_models
from recommender.training.option_table import parse_options

from benchmarks.goals import Figure, report
from benchmarks.made_ratings import movielens_100k

N, PAIRS, GOAL = 10, 200, 0.1
#: A rating from which a film is liked.
_LIKED = 4.0
_DISCOUNTS = 1 / np.log2(np.arange(2, N + 2))

Pair = tuple[int, int]


@dataclass(frozen=True)
class Viewers:
    """Scores, estimates and held-out ratings of all users."""

    split: Split
    models: TrainedModels

    @cached_property
    def scores(self) -> Floats:
        """Shape (users, items)."""
        prior = self.models.prior.probabilities(NO_ANSWERS)
        return self.models.ranker.with_prior(_unknown(self.split.histories), prior).dense()

    @cached_property
    def estimates(self) -> Floats:
        """Shape (users, items)."""
        model = self.models.estimator
        return fold_in(model, _unknown(self.split.histories)).estimate_all(model)

    def held(self, user: int, liked: set[Pair]) -> list[int]:
        """Held-out items that a user liked."""
        mine = self.split.held_items[self.split.held_users == user].tolist()
        return [item for item in mine if (user, item) in liked]


def main() -> int:
    """Measure, print a table, write JSON; exit code 1 when the goal is missed."""
    ratings, features = movielens_100k()
    split = random_split(ratings, 0.2, np.random.default_rng(0))
    viewers = Viewers(split, fit_models(split.train, features, parse_options({})))
    high = np.flatnonzero(ratings.values >= _LIKED)
    liked = set(zip(ratings.users[high].tolist(), ratings.items[high].tolist(), strict=True))
    groups = {"opposite": list(_opposite(viewers)), "chance": list(_by_chance(viewers))}
    figures = []
    for kind, pairs in groups.items():
        found = {rule: _measured(viewers, liked, pairs, rule) for rule in (*RULES, "not evened")}
        for rule, (estimate, ndcg, lower) in found.items():
            goal = found["average"][0] + GOAL if rule == "least_misery" else None
            figures += [
                Figure(f"{kind}: lower mean estimate, {rule}", estimate, goal),
                Figure(f"{kind}: NDCG@10 of liked films, {rule}", ndcg),
                Figure(f"{kind}: the same, the lower one of a pair, {rule}", lower),
            ]
    return report("groups", figures)


def _opposite(viewers: Viewers) -> Iterator[Pair]:
    tastes = viewers.estimates - viewers.estimates.mean(axis=0)
    likeness = np.corrcoef(tastes)
    paired: set[int] = set()
    for place in np.argsort(likeness, axis=None, kind="stable").tolist():
        one, other = divmod(place, len(likeness))
        if not {one, other} & paired:
            paired |= {one, other}
            yield one, other
        if len(paired) == 2 * PAIRS:
            return


def _by_chance(viewers: Viewers) -> Iterator[Pair]:
    users = np.random.default_rng(1).permutation(len(viewers.scores))[: 2 * PAIRS].tolist()
    yield from zip(users[::2], users[1::2], strict=True)


def _measured(
    viewers: Viewers, liked: set[Pair], pairs: list[Pair], rule: str
) -> tuple[float, float, float]:
    """Means over the pairs: lower mean estimate, NDCG of liked films, and the lower one's."""
    estimates, ndcg = [], []
    for pair in pairs:
        items = _list(viewers, pair, rule)
        estimates.append(viewers.estimates[np.ix_(pair, items)].mean(axis=1).min())
        ndcg.append([_ndcg(items, viewers.held(user, liked)) for user in pair])
    return (
        float(np.mean(estimates)),
        float(np.nanmean(ndcg)),
        float(np.nanmean(np.nanmin(ndcg, axis=1))),
    )


def _list(viewers: Viewers, pair: Pair, rule: str) -> list[int]:
    members = list(pair)
    allowed = np.ones(viewers.scores.shape[1], np.bool_)
    for user in members:
        allowed[viewers.split.histories.history(user)[0]] = False
    scores, estimates = viewers.scores[members], viewers.estimates[members]
    felt = moods(estimates, viewers.models.estimator.scale)
    evened = scores if rule == "not evened" else even(scores, allowed)
    totals = RULES.get(rule, average)(GroupScores(evened, felt))
    order = np.argsort(-np.where(allowed, totals, -np.inf), kind="stable")
    return [int(item) for item in order[:N]]


def _ndcg(items: list[int], held: list[int]) -> float:
    if not held:
        return float("nan")
    gained = _DISCOUNTS[np.isin(items, held)].sum()
    return float(gained / _DISCOUNTS[: len(held)].sum())


def _unknown(histories: UserHistories) -> UserHistories:
    """The same histories, of users whom the model does not know."""
    return UserHistories(
        np.full(len(histories), -1), histories.indptr, histories.items, histories.values
    )


if __name__ == "__main__":
    sys.exit(main())
