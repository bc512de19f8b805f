"""Settings of a training: the options, with what they leave to the ratings filled in."""

from dataclasses import replace

from recommender.data.ratings import Ratings
from recommender.options import Options
from recommender.ranking import ease_solution
from recommender.ranking.ease import EaseOptions
from recommender.rating import regularization


def settle(options: Options, ratings: Ratings) -> Options:
    """The options as a fit to these ratings takes them: none is open."""
    given = options.of(EaseOptions).ease_reg
    ease = {"ease_reg": ease_solution.chosen_regularization(given, ratings)}
    return replace(
        options,
        reg_all=regularization.chosen(options, ratings),
        rankers=dict(options.rankers) | ease,
    )
