import numpy as np
import pytest
from recommender.data.ratings import RatingsError
from recommender.evaluation.rating_accuracy import cross_validate
from recommender.rating.factors import FactorModel
from recommender.rating.svd import fit
from surprise import SVD, Dataset, Reader
from surprise.model_selection import cross_validate as surprise_cross_validate


def silent(share, message):
    pass


def test_accuracy_equals_surprise_within_the_noise_of_folds(latest_small, options):
    import pandas as pd

    ours = cross_validate(fit, latest_small, options(), silent)
    frame = pd.DataFrame(
        {
            "user": latest_small.user_ids[latest_small.users],
            "item": latest_small.item_ids[latest_small.items],
            "rating": latest_small.values,
        }
    )
    data = Dataset.load_from_df(frame, Reader(rating_scale=latest_small.scale))
    theirs = surprise_cross_validate(SVD(n_factors=8, n_epochs=5, random_state=0), data, cv=5)
    assert ours.rmse == pytest.approx(theirs["test_rmse"].mean(), abs=0.01)
    assert ours.mae == pytest.approx(theirs["test_mae"].mean(), abs=0.01)


def test_each_rating_is_held_back_once(made_up, options):
    lengths, held_back = [], np.zeros(len(made_up), int)

    def constant(ratings, options, on_progress):
        lengths.append(len(ratings))
        pairs = set(zip(ratings.users.tolist(), ratings.items.tolist(), strict=True))
        for row, pair in enumerate(
            zip(made_up.users.tolist(), made_up.items.tolist(), strict=True)
        ):
            held_back[row] += pair not in pairs
        users, items = len(ratings.user_ids), len(ratings.item_ids)
        return FactorModel.of(
            3.0,
            ratings.scale,
            biases=(np.zeros(users), np.zeros(items)),
            factors=(np.zeros((users, 1)), np.zeros((items, 1))),
        )

    accuracy = cross_validate(constant, made_up, options(folds=4), silent)
    assert held_back.tolist() == [1] * len(made_up)
    assert max(lengths) - min(lengths) <= 1
    assert accuracy.mae == pytest.approx(np.abs(made_up.values - 3).mean(), abs=1e-3)


def test_a_user_only_in_the_held_out_part_is_unknown(ratings_of, options):
    # every user and item is rated once: held back, nothing but the mean is known of them
    ratings = ratings_of([f"u{n}" for n in range(10)], [f"i{n}" for n in range(10)], range(10))
    accuracy = cross_validate(fit, ratings, options(folds=10), silent)
    means = [(45 - value) / 9 for value in range(10)]
    expected = np.mean([abs(mean - value) for value, mean in enumerate(means)])
    assert accuracy.mae == pytest.approx(expected, abs=1e-9)


def test_fewer_ratings_than_folds_is_one_sentence(ratings_of, options):
    ratings = ratings_of(["a", "b", "b"], ["x", "y", "x"], [1, 2, 3])
    with pytest.raises(RatingsError, match="has 3 ratings, fewer than the 5 folds"):
        cross_validate(fit, ratings, options(), silent)


def test_progress_names_the_fold(made_up, options):
    seen = []
    cross_validate(fit, made_up, options(folds=2), lambda *report: seen.append(report))
    assert seen[0] == (pytest.approx(0.1), "cross-validation: fold 1 of 2")
    assert seen[-1] == (pytest.approx(1.0), "cross-validation: fold 2 of 2")
    assert [share for share, _ in seen] == sorted(share for share, _ in seen)
