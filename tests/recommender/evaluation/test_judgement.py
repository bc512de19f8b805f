"""A candidate beside the champion: every figure as a computation of its own gives it."""

import numpy as np
import pytest
from recommender.evaluation.judgement import Judgement
from recommender.evaluation.table_evaluation import TableEvaluation
from recommender.serving.shortlist import RecommendationRequest, Shortlister
from small_models import model_of, ratings

CUT = np.datetime64("1970-02-10T00:00:00")  # day 40


def rows():
    """Forty users who rate one film a day or so; of late the last films are what everybody sees."""
    random = np.random.default_rng(5)
    for user in range(40):
        for day in range(60):
            late = day > 34
            item = int(random.integers(20, 30) if late else random.integers(0, 26))
            if random.random() < 0.5:
                yield f"u{user}", f"i{item:02}", float(1 + (user + item) % 5), float(day)


@pytest.fixture(scope="module")
def table():
    newest = {(user, item): (user, item, value, day) for user, item, value, day in rows()}
    return ratings(newest.values())


@pytest.fixture(scope="module")
def champion(table):
    """A model of the first thirty days; the next ten came too late for it."""
    return model_of(table.select(table.times < CUT - np.timedelta64(10, "D")).by_themselves())


@pytest.fixture(scope="module")
def judgement(table, champion):
    return Judgement(champion, table, CUT)


@pytest.fixture(scope="module")
def back_test(judgement):
    return model_of(judgement.old)


def test_what_is_later_and_was_not_trained_on_is_new(table, champion, judgement):
    assert np.array_equal(judgement.new, table.times > CUT)
    assert judgement.counts() == {
        "new_ratings": (table.times > CUT).sum(),
        "old_ratings": (table.times <= CUT).sum(),
        "timed_ratings": len(table),
        "users": 40,
    }
    # the table was read after the training had begun
    read_late = model_of(table.select(table.times < CUT + np.timedelta64(3, "D")).by_themselves())
    found = Judgement(read_late, table, CUT)
    assert np.array_equal(found.new, table.times > CUT + np.timedelta64(2, "D"))
    assert len(found.old) + found.new.sum() == len(table)


def test_a_pair_that_is_rated_again_is_not_new(champion):
    user, item = str(champion.user_ids[0]), str(champion.item_ids[champion.users.items[0]])
    again = ratings([(user, item, 1.0, 50), (user, "unheard of", 1.0, 50)])
    found = Judgement(champion, again, CUT)
    assert again.item_ids[again.items[found.new]].tolist() == ["unheard of"]


def test_the_back_test_is_the_training_that_there_would_have_been(table, judgement):
    alone = ratings(
        (str(table.user_ids[user]), str(table.item_ids[item]), value, time / np.timedelta64(1, "D"))
        for user, item, value, time in zip(
            table.users,
            table.items,
            table.values,
            table.times - np.datetime64("1970-01-01"),
            strict=True,
        )
        if time + np.datetime64("1970-01-01") <= CUT
    )
    ours, theirs = model_of(judgement.old), model_of(alone)
    for name in ("user_factors", "item_factors", "user_biases", "item_biases"):
        assert np.array_equal(getattr(ours.model, name), getattr(theirs.model, name))
    assert ours.item_ids.tolist() == theirs.item_ids.tolist()


def ndcg(listed, relevant):
    """By the book, of ten."""
    gained = sum(1 / np.log2(place + 2) for place, id_ in enumerate(listed) if id_ in relevant)
    return gained / sum(1 / np.log2(place + 2) for place in range(min(10, len(relevant))))


def listed_by(model, scores_of):
    """Ten ids for each user whom a table has, by anything that scores a user's history."""

    def of(user):
        known = model.user_ids.tolist()
        row = known.index(user) if user in known else -1
        history = model.users.take(row)
        scores = scores_of(history)
        scores[history.items] = -np.inf
        best = np.argsort(-scores, kind="stable")[:10]
        return [model.item_ids[item] for item in best if scores[item] > -np.inf]

    return of


def by_ranker(model):
    """The lists that the model serves."""
    known, lists = model.user_ids.tolist(), Shortlister(model)

    def of(user):
        history = model.users.take(known.index(user) if user in known else -1)
        return [one["item_id"] for one in lists.list_for(history, RecommendationRequest(10))]

    return of


def by_count(model, counts):
    """Most rated first, and of equal ones those that were rated most of all time."""
    total = np.bincount(model.users.items, minlength=len(model.item_ids))
    return listed_by(model, lambda _: counts + total / (1 + total.max()))


def test_every_figure_is_that_of_a_computation_by_hand(table, champion, judgement, back_test):
    found = judgement.figures(back_test)
    new = [
        (str(table.user_ids[user]), str(table.item_ids[item]), value)
        for user, item, value in zip(
            table.users[judgement.new],
            table.items[judgement.new],
            table.values[judgement.new],
            strict=True,
        )
    ]
    relevant: dict[str, set[str]] = {}
    for user, item, _ in new:
        relevant.setdefault(user, set()).add(item)
    old = judgement.old
    week = (old.times <= CUT) & (old.times > CUT - np.timedelta64(7, "D"))
    recent = np.bincount(old.items[week], minlength=len(old.item_ids))
    lists = {
        "ndcg_at_10": by_ranker(back_test),
        "champion_ndcg_at_10": by_ranker(champion),
        "popular_ndcg_at_10": by_count(back_test, 0),
        "recently_popular_ndcg_at_10": by_count(back_test, recent),
    }
    ndcgs = {
        name: np.array([ndcg(of(user), relevant[user]) for user in sorted(relevant)])
        for name, of in lists.items()
    }
    for name, values in ndcgs.items():
        assert found[name] == pytest.approx(values.mean(), abs=1e-9), name
    differences = ndcgs["ndcg_at_10"] - ndcgs["champion_ndcg_at_10"]
    half = 1.96 * differences.std(ddof=1) / len(differences) ** 0.5
    assert found["ndcg_difference_low"] == pytest.approx(differences.mean() - half, abs=1e-9)
    assert found["ndcg_difference_high"] == pytest.approx(differences.mean() + half, abs=1e-9)
    for name, model in (("rmse", back_test), ("champion_rmse", champion)):
        errors = [estimate(model, user, item) - value for user, item, value in new]
        assert found[name] == pytest.approx(np.mean(np.square(errors)) ** 0.5, abs=1e-9)
    assert (
        found["rmse_difference_low"]
        < found["rmse"] - found["champion_rmse"]
        < found["rmse_difference_high"]
    )
    assert found["evaluated_users"] == 40
    # the data are made so: whoever looks at the last week wins
    assert found["recently_popular_ndcg_at_10"] > found["popular_ndcg_at_10"]
    assert found["ndcg_at_10"] > found["champion_ndcg_at_10"]


def estimate(model, user, item):
    users, items = model.user_ids.tolist(), model.item_ids.tolist()
    return model.model.estimate(
        np.array([users.index(user) if user in users else -1]),
        np.array([items.index(item) if item in items else -1]),
    )[0]


def test_the_champion_has_the_figures_that_an_evaluation_gives(
    table, champion, judgement, back_test
):
    newer = table.select(judgement.new).by_themselves()
    evaluated = TableEvaluation(champion, newer).metrics()
    found = judgement.figures(back_test)
    assert found["champion_ndcg_at_10"] == pytest.approx(evaluated["ndcg_at_10"], abs=1e-12)
    assert found["champion_rmse"] == pytest.approx(evaluated["rmse"], abs=1e-12)
    assert found["evaluated_users"] == evaluated["evaluated_users"]


def test_a_model_beside_itself_differs_by_nothing(table):
    model = model_of(table.select(table.times <= CUT).by_themselves())
    judgement = Judgement(model, table, CUT)
    found = judgement.figures(model_of(judgement.old))
    assert found["ndcg_at_10"] == found["champion_ndcg_at_10"]
    assert found["rmse"] == found["champion_rmse"]
    ends = [f"{name}_difference_{end}" for name in ("ndcg", "rmse") for end in ("low", "high")]
    assert [found[end] for end in ends] == [0.0] * 4


@pytest.mark.parametrize(
    ("given", "possible"),
    [
        pytest.param([("u1", "i01", 5.0, 50)], False, id="nothing old"),
        pytest.param([("u1", "i01", 5.0, 50), ("u1", "i02", 5.0, 1)], False, id="one old"),
        pytest.param([("u1", "i40", 5.0, None), ("u2", "i41", 5.0, None)], False, id="no times"),
        pytest.param(
            [("u1", "i40", 5.0, 50), ("u2", "i41", 5.0, None), ("u1", "i02", 1.0, None)],
            True,
            id="one new",
        ),
        pytest.param([("u1", "i02", 5.0, 1), ("u2", "i41", 5.0, 40)], False, id="nothing new"),
    ],
)
def test_small_tables_are_counted(champion, given, possible):
    judgement = Judgement(champion, ratings(given), CUT)
    assert judgement.is_possible(0) == judgement.is_possible(1) == possible
    assert not judgement.is_possible(2)
    counts = judgement.counts()
    assert counts["new_ratings"] + counts["old_ratings"] == len(given)
    if possible:
        figures = judgement.figures(model_of(judgement.old))
        assert all(np.isfinite(list(figures.values())))
        assert figures["evaluated_users"] == 1
        assert not any(name.startswith("ndcg_difference") for name in figures)
