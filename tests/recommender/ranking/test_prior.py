"""Prior of new users: fitted weights, and answers that move the probabilities."""

import numpy as np
import pytest
from recommender.data.features import (
    NO_ANSWERS,
    NO_YEAR,
    Answers,
    Features,
    ItemFeatures,
    Labels,
    UserFeatures,
)
from recommender.data.ratings import Ratings
from recommender.ranking import prior, prior_fit
from recommender.ranking.prior import TERMS


@pytest.fixture(scope="module")
def fitted(movielens_100k):
    ratings, features = movielens_100k
    return prior_fit.fit(ratings, features, 0)


def weights_of(found) -> dict[str, float]:
    return dict(zip(TERMS, found.weights.tolist(), strict=True))


def test_every_feature_that_the_data_have_counts(fitted):
    weights = weights_of(fitted)
    assert weights["country"] == 0
    assert all(weights[term] > 0.3 for term in ("popularity", "genres", "birth_year", "season"))


def test_favourite_genres_move_the_probabilities(fitted, movielens_100k):
    _, features = movielens_100k
    usual, fond = (fitted.probabilities(Answers(favourite_genres=g)) for g in ((), ("horror",)))
    horror = features.items.genres.any_of(["Horror"])
    assert fond[horror].sum() / fond.sum() > 2 * usual[horror].sum() / usual.sum()
    assert fond.max() == usual.max() == 1
    assert np.array_equal(usual, fitted.probabilities(Answers(favourite_genres=("No such genre",))))


def test_years_of_birth_move_the_probabilities_to_items_of_that_age(fitted, movielens_100k):
    ratings, features = movielens_100k
    years = features.users.birth_years[ratings.users]
    mean_year = np.bincount(ratings.items, years) / np.bincount(ratings.items)
    old, young = (fitted.probabilities(Answers(birth_year=year)) for year in (1935, 1982))
    often = np.bincount(ratings.items) > 100
    assert np.corrcoef((young / old)[often], mean_year[often])[0, 1] > 0.5


def test_without_features_the_most_rated_come_first(made_up):
    found = prior_fit.fit(made_up, Features.none(60, 40), 0)
    assert weights_of(found) == pytest.approx(
        {"popularity": found.weights[0], "genres": 0, "country": 0, "birth_year": 0, "season": 0}
    )
    counts = np.bincount(made_up.items)
    assert np.array_equal(
        np.argsort(-found.probabilities(NO_ANSWERS), kind="stable"),
        np.argsort(-counts, kind="stable"),
    )


def planted(strength: float) -> tuple[Ratings, Features]:
    """Users choose by popularity and, so strongly, by whether a film is from their country."""
    random = np.random.default_rng(0)
    users, items, rated = 400, 60, 12
    from_a = np.arange(items) % 2 == 0
    pull = np.log(np.linspace(1, 8, items))
    live_in_a = random.random(users) < 0.5
    chosen = []
    for user in range(users):
        home = from_a if live_in_a[user] else ~from_a
        keys = pull + strength * home + random.gumbel(size=items)
        chosen.append(np.sort(np.argsort(-keys)[:rated]))
    count = users * rated
    ratings = Ratings(
        np.array([f"u{n}" for n in range(users)]),
        np.array([f"i{n}" for n in range(items)]),
        np.repeat(np.arange(users), rated).astype(np.int32),
        np.concatenate(chosen).astype(np.int32),
        np.ones(count),
        np.full(count, "NaT", "datetime64[s]"),
        (1.0, 1.0),
    )
    features = Features(
        ItemFeatures(
            Labels.of([[]] * items),
            Labels.of([["A"] if a else ["B"] for a in from_a]),
            np.full(items, NO_YEAR, np.int32),
        ),
        UserFeatures(
            np.full(users, NO_YEAR, np.int32), tuple("A" if a else "B" for a in live_in_a)
        ),
    )
    return ratings, features


def test_weights_follow_the_strength_that_is_in_the_data():
    none, some, much = (
        weights_of(prior_fit.fit(*planted(strength), 0))["country"] for strength in (0, 1, 2)
    )
    assert abs(none) < 0.2
    assert 0.5 < some < 1.3
    assert much > some + 0.4


def blind_choices() -> tuple[Ratings, Features]:
    """Users who choose blindly; two are born in each decade, genres mean nothing."""
    random = np.random.default_rng(6)
    users, items, rated = 26, 300, 60
    chosen = [np.sort(random.permutation(items)[:rated]) for _ in range(users)]
    ratings = Ratings(
        np.array([f"u{n:02}" for n in range(users)]),
        np.array([f"i{n:03}" for n in range(items)]),
        np.repeat(np.arange(users), rated).astype(np.int32),
        np.concatenate(chosen).astype(np.int32),
        np.ones(users * rated),
        np.full(users * rated, "NaT", "datetime64[s]"),
        (1.0, 1.0),
    )
    genres = Labels.of([[f"g{random.integers(20)}"] for _ in range(items)])
    films = ItemFeatures(genres, Labels.of([[]] * items), np.full(items, NO_YEAR, np.int32))
    born = (1905 + 10 * (np.arange(users) // 2)).astype(np.int32)
    return ratings, Features(films, UserFeatures(born, ("",) * users))


def test_features_that_only_a_leak_would_make_useful_get_no_weight():
    # answers that knew the targets, or counts that held them, would give weights above one
    weights = weights_of(prior_fit.fit(*blind_choices(), 0))
    assert weights["genres"] < 0.5
    assert weights["birth_year"] < 1


def test_favourites_are_what_is_over_represented():
    features = ItemFeatures(
        Labels.of([["Common"], ["Common", "Rare"], ["Common"], ["Common"], ["Other"]]),
        Labels.of([[]] * 5),
        np.full(5, NO_YEAR, np.int32),
    )
    shares = prior_fit.genre_shares(features, np.ones(5))
    assert shares.tolist() == [0.8, 0.2, 0.2]
    assert prior_fit.favourites(np.array([1, 0], np.int32), features, shares) == ("Rare", "Common")
    assert prior_fit.favourites(np.array([], np.int32), features, shares) == ()


def test_the_prior_survives_the_artifact(fitted, movielens_100k):
    _, features = movielens_100k
    restored = prior.Prior.restore(dict(fitted.arrays()), features.items)
    answers = Answers(("Comedy",), "", 1970, "summer")
    assert np.array_equal(restored.probabilities(answers), fitted.probabilities(answers))
