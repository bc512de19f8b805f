"""Ranking metrics: NDCG, recall and catalogue coverage of lists of ten."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ir_measures
import numpy as np
from ir_measures import R, nDCG

from recommender.arrays import Integers
from recommender.evaluation.splits import Split
from recommender.ranking.top_lists import TopLists

#: Length of the lists that are evaluated.
LENGTH = 10

_NDCG, _RECALL = nDCG @ LENGTH, R @ LENGTH
#: Scores that say no more than the order of a list.
_GRADES = [float(LENGTH - place) for place in range(LENGTH)]


@dataclass(frozen=True)
class RankingMetrics:
    """Means over the users who have held-out ratings.

    Attributes:
        ndcg: Normalized discounted cumulative gain at 10; every held-back item is relevant.
        recall: Share of the held-back items among the ten.
        coverage: Share of the catalogue, of what has a training rating, that is in anybody's list.
    """

    ndcg: float
    recall: float
    coverage: float


class Evaluator:
    """Metrics of lists against the held-out ratings of one split."""

    def __init__(self, split: Split, evaluated: Integers) -> None:
        """Prepare the relevant items of each user.

        Args:
            split: Gives the held-out ratings.
            evaluated: Users that count for ndcg and recall; all count for coverage.
        """
        wanted = np.isin(split.held_users, evaluated)
        relevant: defaultdict[int, dict[str, int]] = defaultdict(dict)
        for user, item in zip(
            split.held_users[wanted].tolist(), split.held_items[wanted].tolist(), strict=True
        ):
            relevant[user][str(item)] = 1
        self._users = [*relevant]
        self._evaluator = ir_measures.evaluator([_NDCG, _RECALL], _by_name(relevant))
        self._catalogue = np.unique(split.train.items)

    def evaluate(self, lists: TopLists) -> RankingMetrics:
        """Metrics of the best ten of every user of the split."""
        listed = lists.scores > -np.inf
        run = {
            user: dict(
                zip(map(str, lists.items[user][listed[user]].tolist()), _GRADES, strict=False)
            )
            for user in self._users
        }
        figures = self._evaluator.calc_aggregate(_by_name(run))
        return RankingMetrics(
            ndcg=float(figures[_NDCG]),
            recall=float(figures[_RECALL]),
            coverage=float(np.isin(self._catalogue, lists.items[listed]).mean()),
        )


def _by_name(users: Mapping[int, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {str(user): items for user, items in users.items()}
