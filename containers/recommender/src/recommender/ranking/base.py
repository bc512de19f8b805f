"""Interface of every ranking model."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Self

from recommender.arrays import ArrayLayout, Arrays, Floats, Indices
from recommender.data.ratings import Ratings
from recommender.data.viewers import Viewers
from recommender.options import Options
from recommender.ranking.scores import ScoreMatrix
from recommender.rating.factors import FactorModel


@dataclass(frozen=True)
class TrainingContext:
    """Input of a ranking model's fit.

    Attributes:
        ratings: All that may be learnt from.
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
    """Orders items for viewers, whether the model has seen them in training or not."""

    #: Name in the manifest and in the hyperparameter `ranking`.
    name: ClassVar[str]
    #: For the documents: one line that says what it is, and one that says when to choose it.
    summary: ClassVar[str]
    purpose: ClassVar[str]
    #: A dataclass that states the model's own options, each with default, bounds and meaning.
    options_type: ClassVar[type] = NoOptions
    #: Arrays of the artifact; their names are the model's own.
    array_layout: ClassVar[ArrayLayout] = {}
    #: How much popularity counts for a viewer without a rating; it fades as ratings come in.
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
        """What the artifact keeps, as `array_layout` says; nothing, where other arrays do."""
        return {}

    @abstractmethod
    def score_matrix(self, viewers: Viewers) -> ScoreMatrix:
        """The score of every item for each viewer, popularity aside."""

    @abstractmethod
    def contributions(self, viewers: Viewers, items: Indices) -> Floats:
        """What each rating of the only viewer adds to each score, shape (ratings, items)."""

    def with_prior(self, viewers: Viewers, prior: Floats) -> ScoreMatrix:
        """The final scores: the model's, and the prior's as long as the model knows little.

        Args:
            viewers: Who is asked for.
            prior: Shape (items,) or (viewers, items), from 0 to 1: how likely anyone of their kind
                sees an item.
        """
        scores = self.score_matrix(viewers)
        weights = self.prior_weights(viewers)
        return scores.plus(weights, prior) if weights.any() else scores

    def prior_weights(self, viewers: Viewers) -> Floats:
        """Shape (viewers,)."""
        return self.prior_weight * FADING_RATINGS / (FADING_RATINGS + viewers.counts)


#: So many ratings halve the weight of the prior.
FADING_RATINGS = 10
