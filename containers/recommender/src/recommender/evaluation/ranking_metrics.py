"""Ranking metrics: NDCG, recall and catalogue coverage of lists of ten."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import ir_measures
import numpy as np
from ir_measures import R, nDCG

from recommender.arrays import Bools, Floats, Integers
from recommender.evaluation.confidence import margin
from recommender.evaluation.splits import Split
from recommender.ranking.top_n import TopLists

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
        ndcg_margin: Half of its 95 % confidence interval; None with one user alone.
        recall: Share of the held-back items among the ten.
        liked_ndcg: NDCG where high ratings alone are relevant, over the users of whom some are held
            back; None where there is nobody.
        coverage: Share of the catalogue, of what has a training rating, that is in anybody's list.
    """

    ndcg: float
    ndcg_margin: float | None
    recall: float
    liked_ndcg: float | None
    coverage: float


class ListEvaluator:
    """NDCG and recall of lists against the relevant items of their rows."""

    def __init__(self, relevant: Mapping[int, Iterable[str]]) -> None:
        """Prepare the relevant items.

        Args:
            relevant: For each row of the lists that counts, the relevant items: digits name an
                item's index; any other name is of an item that the lists can only miss.
        """
        self._rows = [*relevant]
        self._evaluator = ir_measures.evaluator(
            [_NDCG, _RECALL],
            {str(row): dict.fromkeys(items, 1) for row, items in relevant.items()},
        )

    def ndcgs_and_recalls(self, lists: TopLists) -> tuple[Floats, Floats]:
        """Both of each row that counts, in the order in which they were given."""
        figures = {
            (measured.measure, measured.query_id): measured.value
            for measured in self._evaluator.iter_calc(self._run(lists))
        }
        ndcgs, recalls = (
            np.array([figures.get((measure, str(row)), 0.0) for row in self._rows])
            for measure in (_NDCG, _RECALL)
        )
        return ndcgs, recalls

    def ndcg_and_recall(self, lists: TopLists) -> tuple[float, float]:
        """Both, as means over the rows that count."""
        ndcgs, recalls = self.ndcgs_and_recalls(lists)
        return float(ndcgs.mean()), float(recalls.mean())

    def _run(self, lists: TopLists) -> dict[str, dict[str, float]]:
        listed = lists.scores > -np.inf
        return {
            str(row): dict(
                zip(map(str, lists.items[row][listed[row]].tolist()), _GRADES, strict=False)
            )
            for row in self._rows
        }


class Evaluator:
    """Metrics of lists against the held-out ratings of one split."""

    def __init__(self, split: Split, evaluated: Integers) -> None:
        """Prepare the relevant items of each user.

        Args:
            split: Gives the held-out ratings.
            evaluated: Users that count for ndcg and recall; all count for coverage.
        """
        wanted = np.isin(split.held_users, evaluated)
        self._evaluator = _evaluator(split, wanted)
        # without ratings nothing is known to be liked
        rates = not split.train.is_implicit
        self._of_liked = _evaluator(split, wanted & split.held_liked & rates)
        self._catalogue = np.unique(split.train.items)

    def evaluate(self, lists: TopLists) -> RankingMetrics:
        """Metrics of the best ten of every user of the split."""
        ndcgs, recalls = self._evaluator.ndcgs_and_recalls(lists)
        listed = lists.items[lists.scores > -np.inf]
        return RankingMetrics(
            ndcg=float(ndcgs.mean()),
            ndcg_margin=margin(ndcgs),
            recall=float(recalls.mean()),
            liked_ndcg=self._liked_ndcg(lists),
            coverage=float(np.isin(self._catalogue, listed).mean()),
        )

    def _liked_ndcg(self, lists: TopLists) -> float | None:
        ndcgs, _ = self._of_liked.ndcgs_and_recalls(lists)
        return float(ndcgs.mean()) if len(ndcgs) else None


def _evaluator(split: Split, wanted: Bools) -> ListEvaluator:
    """An evaluator for which the `wanted` held-out ratings alone are relevant."""
    relevant: defaultdict[int, list[str]] = defaultdict(list)
    users, items = split.held_users[wanted].tolist(), split.held_items[wanted].tolist()
    for user, item in zip(users, items, strict=True):
        relevant[user].append(str(item))
    return ListEvaluator(relevant)
