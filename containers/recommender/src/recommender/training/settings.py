"""Settings of a training: the options, with what they leave to the ratings filled in."""

from dataclasses import replace

from recommender.data.ratings import Ratings
from recommender.options import Options
from recommender.rating import regularization


def settle(options: Options, ratings: Ratings) -> Options:
    """The options as a fit to these ratings takes them: none is open."""
    return replace(options, reg_all=regularization.chosen(options, ratings))
