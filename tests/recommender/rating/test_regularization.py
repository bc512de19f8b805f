"""The regularization that follows from the ratings."""

from dataclasses import replace

import numpy as np
import pytest
from recommender.data.ratings import Ratings
from recommender.rating import biased_mf, regularization
from recommender.training.option_table import parse_options
from recommender.training.settings import settle

BRIEF = {"n_factors": "4", "n_epochs": "2"}


def made(users: int, items: int, noise: float) -> Ratings:
    random = np.random.default_rng(0)
    pairs = np.argwhere(random.random((users, items)) < 0.5).astype(np.int32)
    values = np.clip(3 + random.normal(0, noise, len(pairs)), 1, 5)
    times = np.full(len(pairs), "NaT", "datetime64[s]")
    user_ids, item_ids = np.arange(users).astype(str), np.arange(items).astype(str)
    return Ratings(user_ids, item_ids, pairs[:, 0], pairs[:, 1], values, times, (1.0, 5.0))


def test_noise_asks_for_more_and_a_larger_table_for_less():
    small = regularization.fitting(made(40, 40, 0.5))
    assert regularization.fitting(made(40, 40, 1.0)) > 2 * small
    assert regularization.fitting(made(200, 200, 0.5)) < 0.9 * small


def test_it_is_the_same_on_every_scale_of_ratings():
    stars = made(40, 40, 0.5)
    percents = replace(stars, values=25 * (stars.values - 1), scale=(0.0, 100.0))
    assert regularization.fitting(percents) == regularization.fitting(stars)


@pytest.mark.parametrize("values", [[3.0, 3.0], [1.0, 5.0]])
def test_a_table_of_two_ratings_has_one(ratings_of, values):
    found = regularization.fitting(ratings_of(["a", "b"], ["x", "y"], values))
    assert 0 <= found < 1


def test_a_value_that_is_given_wins():
    ratings = made(40, 40, 0.5)
    assert regularization.chosen(parse_options({"reg_all": "0.5"}), ratings) == 0.5
    assert settle(parse_options({"reg_all": "0"}), ratings).reg_all == 0


def test_the_settled_options_are_those_that_the_fit_took():
    ratings, options = made(40, 40, 0.5), parse_options(BRIEF)
    models = [
        biased_mf.fit(ratings, each, lambda _share: None)
        for each in (options, settle(options, ratings), replace(options, reg_all=0.0))
    ]
    assert np.array_equal(models[0].item_factors, models[1].item_factors)
    assert not np.array_equal(models[0].item_factors, models[2].item_factors)
