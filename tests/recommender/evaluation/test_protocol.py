"""Lists are evaluated on held-out ratings, and no held-out rating helps to make them."""

from dataclasses import replace

import numpy as np
import pytest
from recommender.data.features import Features, Labels
from recommender.data.ratings import Ratings
from recommender.evaluation import protocol, splits
from recommender.evaluation.protocol import evaluate, evaluate_split
from recommender.evaluation.ranking_metrics import Evaluator
from recommender.evaluation.sign_up import answers_of
from recommender.evaluation.splits import Split
from recommender.options import Options
from recommender.ranking.base import TrainingContext
from recommender.ranking.top_n import TopLists
from recommender.ranking.trained_models import TrainedModels
from recommender.training.fit import fit_models
from recommender.training.option_table import parse_options

OPTIONS = parse_options({"n_epochs": "10", "n_factors": "20"})


@pytest.fixture(scope="module")
def held_back(movielens_100k) -> dict[str, Split]:
    ratings, _ = movielens_100k
    return {split.name: split for split in protocol.held_out_splits(ratings, 0)}


@pytest.fixture(scope="module")
def results(movielens_100k):
    ratings, features = movielens_100k
    return {
        result.split: result
        for result in evaluate(ratings, features, parse_options({}), fit_models)
    }


def test_ranking_reaches_its_goals_on_movielens(results):
    random = results["random"]
    assert random.chosen.ndcg >= 0.45
    assert random.chosen.recall >= 0.24
    assert random.chosen.coverage >= 0.20


def test_the_ranking_model_is_above_the_most_popular_on_every_split(results):
    assert set(results) == {"random", "last", "cold_0", "cold_1", "cold_3", "cold_5"}
    for result in results.values():
        assert result.chosen.ndcg > result.popular.ndcg, result.split
        assert result.chosen.ndcg > 2.5 * result.estimated.ndcg, result.split


def pairs(users, items) -> set[tuple[int, int]]:
    return set(zip(users.tolist(), items.tolist(), strict=True))


def test_no_rating_is_both_trained_on_and_held_out(held_back, movielens_100k):
    ratings, _ = movielens_100k
    whole = pairs(ratings.users, ratings.items)
    for name in ("random", "last"):
        split = held_back[name]
        train = pairs(split.train.users, split.train.items)
        held = pairs(split.held_users, split.held_items)
        assert not train & held
        assert train | held == whole
    assert len(held_back["last"].held_items) == len(ratings.user_ids)
    share = len(held_back["random"].held_items) / len(ratings)
    assert 0.2 <= share < 0.21


def test_leave_last_out_holds_out_each_users_last_rating(held_back, movielens_100k):
    ratings, _ = movielens_100k
    split = held_back["last"]
    rows = zip(ratings.users.tolist(), ratings.items.tolist(), ratings.times, strict=True)
    times = {(user, item): time for user, item, time in rows}
    latest = np.full(len(ratings.user_ids), "1970-01-01", "datetime64[s]")
    np.maximum.at(latest, ratings.users, ratings.times)
    held = pairs(split.held_users, split.held_items)
    assert all(times[user, item] == latest[user] for user, item in held)


@pytest.mark.parametrize("n_revealed", protocol.N_REVEALED)
def test_cold_users_are_in_no_training_part(held_back, movielens_100k, n_revealed):
    split = held_back[f"cold_{n_revealed}"]
    cold = len(split.histories)
    assert len(set(split.train.users.tolist())) == len(split.train.user_ids) - cold
    assert (split.histories.users == -1).all()
    assert split.histories.counts.tolist() == [n_revealed] * cold
    held = pairs(split.held_users, split.held_items)
    rows = np.repeat(np.arange(cold), np.diff(split.seen.indptr))
    seen = pairs(rows, split.seen.indices)
    assert not held & seen
    assert pairs(np.repeat(np.arange(cold), n_revealed), split.histories.items) <= seen
    _, features = movielens_100k
    assert split.is_cold
    assert any(answers.favourite_genres for answers in answers_of(split, features))


def test_a_fit_sees_no_held_out_rating(held_back, movielens_100k):
    ratings, features = movielens_100k
    shown = []

    def spy(seen: Ratings, features: Features, options: Options) -> TrainedModels:
        shown.append(pairs(seen.users, seen.items))
        return fit_models(seen, features, options)

    evaluated = [result.split for result in evaluate(ratings, features, OPTIONS, spy)]
    assert evaluated == list(held_back)
    assert len(shown) == 3  # the cold splits share their training
    for name, seen in zip(("random", "last", "cold_0"), shown, strict=True):
        split = held_back[name]
        if name != "cold_0":
            assert not seen & pairs(split.held_users, split.held_items)
        assert seen == pairs(split.train.users, split.train.items)


def test_answers_of_cold_users_do_not_depend_on_held_out_ratings(movielens_100k):
    ratings, features = movielens_100k
    cold = np.arange(len(ratings.user_ids)) % 5 == 0

    rng = np.random.default_rng(3)
    (split,) = splits.cold_user_splits(ratings, cold=cold, n_revealed=(0,), rng=rng)
    # a genre that only films have which are to be found
    hidden = np.setdiff1d(split.held_items, split.seen.indices)
    carried = np.zeros((len(ratings.item_ids), 1), np.bool_)
    carried[hidden] = True
    genres = features.items.genres
    marked = Labels(np.append(genres.names, "Mark"), np.hstack([genres.carried, carried]))
    other = replace(features, items=replace(features.items, genres=marked))
    assert hidden.size > 20
    assert answers_of(split, other) == answers_of(split, features)


@pytest.mark.parametrize(("leak", "jump"), [("ranker", 1.3), ("prior", 1.1)])
def test_a_planted_leak_makes_the_figure_jump(held_back, movielens_100k, leak, jump):
    ratings, features = movielens_100k
    split = held_back["last"]
    honest = fit_models(split.train, features, OPTIONS)
    # somebody learns from all ratings, or counts only those that are to be found
    if leak == "ranker":
        cheat = replace(
            honest,
            ranker=type(honest.ranker).fit(TrainingContext(ratings, honest.estimator, OPTIONS)),
        )
    else:
        taken = np.bincount(split.held_items, minlength=len(ratings.item_ids))
        cheat = replace(honest, prior=replace(honest.prior, popularity=3 * np.log(taken + 1e-3)))
    fair, unfair = (evaluate_split(split, features, trained) for trained in (honest, cheat))
    figure = (lambda j: j.chosen.ndcg) if leak == "ranker" else (lambda j: j.popular.ndcg)
    assert figure(unfair) > jump * figure(fair)


def test_metrics_are_those_of_the_plain_formulas(held_back):
    split = held_back["random"]
    random = np.random.default_rng(2)
    users = len(split.histories)
    items = np.array([random.permutation(1682)[:10] for _ in range(users)], np.int32)
    # every tenth list is short
    scores = np.tile(-np.arange(10.0), (users, 1))
    scores[::10, 4:] = -np.inf
    metrics = Evaluator(split, np.arange(users)).evaluate(TopLists(items, scores))
    ndcg, recall = [], []
    for user in range(users):
        wanted = set(split.held_items[split.held_users == user].tolist())
        listed = items[user, scores[user] > -np.inf].tolist()
        gains = [1 / np.log2(rank + 2) for rank, item in enumerate(listed) if item in wanted]
        best = sum(1 / np.log2(rank + 2) for rank in range(min(10, len(wanted))))
        ndcg.append(sum(gains) / best)
        recall.append(len(gains) / len(wanted))
    assert metrics.ndcg == pytest.approx(np.mean(ndcg))
    assert metrics.liked_ndcg == pytest.approx(_liked_ndcg(split, items, scores))
    assert metrics.recall == pytest.approx(np.mean(recall))
    catalogue = set(split.train.items.tolist())
    listed = set(items[scores > -np.inf].tolist())
    assert metrics.coverage == len(listed & catalogue) / len(catalogue)


def _liked_ndcg(split: Split, items: np.ndarray, scores: np.ndarray) -> float:
    """By the plain formula, where four stars are the least that is relevant."""
    found = []
    for user in range(len(items)):
        wanted = split.held_items[(split.held_users == user) & (split.held_values >= 4)]
        listed = items[user, scores[user] > -np.inf]
        discounts = 1 / np.log2(np.arange(10) + 2)
        best = discounts[: len(wanted)].sum()
        if best:
            found.append((np.isin(listed, wanted) * discounts[: len(listed)]).sum() / best)
    return float(np.mean(found))


@pytest.mark.parametrize(
    ("users", "items"),
    [
        (["a", "b"], ["x", "y"]),
        (["a", "b", "c"], ["x", "x", "y"]),
        (["a"] * 2 + ["b"] * 2, list("xyxz")),
    ],
    ids=["one rating each", "items once", "two ratings each"],
)
def test_too_few_ratings_are_evaluated_as_far_as_they_go(ratings_of, users, items):
    ratings = ratings_of(users, items, [1.0 + n % 3 for n in range(len(users))])
    features = Features.none(len(ratings.user_ids), len(ratings.item_ids))
    for result in evaluate(ratings, features, OPTIONS, fit_models):
        for metrics in (result.chosen, result.popular, result.estimated):
            assert metrics is not None
            assert 0 <= metrics.ndcg <= 1
            assert 0 <= metrics.coverage <= 1
