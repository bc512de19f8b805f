"""Interface of every ranking model."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Self

from recommender.arrays import ArrayLayout, Arrays, Floats, Indices
from recommender.data.histories import UserHistories
from recommender.data.ratings import Ratings
from recommender.options import Options
from recommender.ranking.scores import ScoreMatrix
from recommender.rating.factors import FactorModel


@dataclass(frozen=True)
class TrainingContext:
    """Input of a ranking model's fit.

    Attributes:
        ratings: All that training may use.
        estimator: Rating model, fitted to the same ratings.
        options: Of the training job.
    """

    ratings: Ratings
    estimator: FactorModel
    options: Options


@dataclass(frozen=True)
class ModelState:
    """Stored state of a ranking model.

    Attributes:
        arrays: Its own arrays by name.
        estimator: The rating model of the same artifact.
    """

    arrays: Arrays
    estimator: FactorModel


@dataclass(frozen=True, kw_only=True)
class NoOptions:
    """A ranking model without options of its own."""


class Ranker(ABC):
    """Orders items for users, seen in training or not, by their histories."""

    #: Name in the manifest and in the hyperparameter `ranking`.
    name: ClassVar[str]
    #: For the documents: one line that says what it is, and one that says when to choose it.
    summary: ClassVar[str]
    purpose: ClassVar[str]
    #: A dataclass that states the model's own options, each with default, bounds and meaning.
    options_type: ClassVar[type] = NoOptions
    #: Arrays of the artifact; their names are the model's own.
    array_layout: ClassVar[ArrayLayout] = {}
    #: True of a model that has no arrays of items of its own, and ranks all that the estimator has.
    follows_estimator: ClassVar[bool] = False
    #: How much popularity counts for a user without a rating; it fades as ratings come in.
    prior_weight: ClassVar[float]

    @classmethod
    @abstractmethod
    def fit(cls, context: TrainingContext) -> Self:
        """Learn from all ratings of the context."""

    @classmethod
    @abstractmethod
    def restore(cls, state: ModelState) -> Self:
        """The model whose `arrays()` are stored."""

    def arrays(self) -> Arrays:
        """Arrays for the artifact, as `array_layout` says; none by default."""
        return {}

    @abstractmethod
    def score_matrix(self, histories: UserHistories) -> ScoreMatrix:
        """The score of every item for each user, popularity aside."""

    @abstractmethod
    def contributions(self, histories: UserHistories, items: Indices) -> Floats:
        """Contribution of each rating of the only user to each score, shape (ratings, items)."""

    def likeness(self, item: int) -> Floats | None:  # noqa: ARG002 - each model has its own
        """Likeness of all items with ratings to one, shape (items,); None without such weights."""
        return None

    def with_prior(self, histories: UserHistories, prior: Floats) -> ScoreMatrix:
        """The final scores: the model's, and the prior's as long as the model knows little.

        Args:
            histories: Of the users who get scores.
            prior: Shape (items,) or (rows, items), from 0 to 1, how likely a user is to see an item
                before any rating is known.
        """
        scores = self.score_matrix(histories)
        weights = self.prior_weights(histories)
        return scores.plus(weights, prior) if weights.any() else scores

    def prior_weights(self, histories: UserHistories) -> Floats:
        """Weight of the prior for each row, shape (rows,)."""
        return self.prior_weight * FADING_RATINGS / (FADING_RATINGS + histories.counts)


#: So many ratings halve the weight of the prior.
FADING_RATINGS = 10
