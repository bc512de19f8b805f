"""What a training would have done for viewers whose next ratings are known: held back, then found.

Each way of holding back learns anew, from the training part alone: models, counts, the prior and
its weights never see a rating that is to be found. (Of the scale, its two ends are known.)
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from recommender.arrays import Floats
from recommender.data.features import NO_ANSWERS, Features
from recommender.data.ratings import Ratings
from recommender.evaluation import splits
from recommender.evaluation.list_quality import LENGTH, Judge, ListQuality
from recommender.evaluation.sign_up import answers_of
from recommender.evaluation.splits import Split
from recommender.options import Options
from recommender.ranking import choice, prior_fit
from recommender.ranking.base import Ranker, TrainingContext
from recommender.ranking.estimate_order import EstimateOrder
from recommender.ranking.learnt import Learnt
from recommender.ranking.popularity import Popularity
from recommender.ranking.prior import Prior
from recommender.ranking.top_lists import rank
from recommender.rating.registry import ALGORITHMS

#: Ratings that cold viewers have told.
COLD = (0, 1, 3, 5)
#: Shares of ratings, and of users, that are held back.
_SHARE, _STRANGERS = 0.2, 0.2
#: Most viewers that are judged, and most that are held back whole: more would change little.
_JUDGED, _MOST_STRANGERS = 2000, 500


@dataclass(frozen=True)
class Judgement:
    """One way of holding back.

    Attributes:
        split: Its name.
        chosen: The ranking model's lists.
        popular: Lists of the most rated items.
        estimated: Lists by the model's estimated rating.
    """

    split: str
    chosen: ListQuality
    popular: ListQuality
    estimated: ListQuality


def learn(ratings: Ratings, features: Features, options: Options) -> Learnt:
    """Learn from ratings and features, with a training job's options."""
    estimator = ALGORITHMS[options.algorithm](ratings, options, _ignore)
    ranker = choice.fit(TrainingContext(ratings, estimator, options), _ignore)
    return Learnt(estimator, ranker, prior_fit.fit(ratings, features, options.seed))


def _ignore(_: object) -> None:
    """Progress and warnings belong to the real training."""


def assess(
    ratings: Ratings,
    features: Features,
    options: Options,
    learner: Callable[[Ratings, Features, Options], Learnt] = learn,
) -> Iterator[Judgement]:
    """Judge every way of holding back that the data allow."""
    trained_on: Ratings | None = None
    for split in held_back(ratings, options.seed):
        if not len(split.train) or not len(split.held_items):
            continue  # too few ratings to hold any back in this way
        if split.train is not trained_on:
            learnt, trained_on = learner(split.train, features, options), split.train
            trial = _Trial(split, features, learnt)
        yield trial.judge(split)


def held_back(ratings: Ratings, seed: int) -> Iterator[Split]:
    """The splits, made one by one: each holds a copy of the ratings."""
    rng = np.random.default_rng(seed)
    yield splits.by_chance(ratings, _SHARE, rng)
    if not np.isnat(ratings.times).all():
        yield splits.of_the_last(ratings, rng)
    strangers = np.zeros(len(ratings.user_ids), np.bool_)
    count = max(1, min(int(_STRANGERS * len(strangers)), _MOST_STRANGERS))
    strangers[rng.permutation(len(strangers))[:count]] = True
    yield from splits.of_strangers(ratings, strangers=strangers, told=COLD, rng=rng)


def judge_split(split: Split, features: Features, learnt: Learnt) -> Judgement:
    """Lists of three kinds for the split's viewers, each judged."""
    return _Trial(split, features, learnt).judge(split)


class _Trial:
    """Judges splits that differ in nothing but in how much is told of their viewers."""

    def __init__(self, split: Split, features: Features, learnt: Learnt) -> None:
        """Prepare what such splits have in common.

        Args:
            split: Any of them.
            features: Of all items and users.
            learnt: From their training part.
        """
        judged = np.random.default_rng(0).permutation(len(split.viewers))[:_JUDGED]
        self._judge = Judge(split, judged)
        self._learnt = learnt
        self._popularity = learnt.prior.chances(NO_ANSWERS)
        self._priors = _priors(split, features, learnt.prior)
        self._popular = self._quality(split, Popularity(len(self._popularity)), self._popularity)

    def judge(self, split: Split) -> Judgement:
        """Judge one of them."""
        by_estimate = EstimateOrder(self._learnt.estimator)
        return Judgement(
            split.name,
            chosen=self._quality(split, self._learnt.ranker, self._priors),
            popular=self._popular,
            estimated=self._quality(split, by_estimate, self._popularity),
        )

    def _quality(self, split: Split, ranker: Ranker, prior: Floats) -> ListQuality:
        form = ranker.with_prior(split.viewers, prior)
        return self._judge.judge(rank(form, split.seen, LENGTH))


def _priors(split: Split, features: Features, prior: Prior) -> Floats:
    """Chances for each viewer, or for all alike where nobody said anything."""
    answers = answers_of(split, features) if split.is_cold else ()
    if set(answers) <= {NO_ANSWERS}:
        return prior.chances(NO_ANSWERS)
    return np.array([prior.chances(given) for given in answers])
