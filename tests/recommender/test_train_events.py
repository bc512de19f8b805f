"""A training on a table without ratings: lists and reasons as ever, and no estimate."""

import re

import pytest
from recommender.artifact import artifact
from recommender.ranking.group_rules import RULES
from recommender.serving.predictor import Predictor
from recommender.serving.smoke_test import SmokeTest
from recommender.serving.wire import (
    Estimate,
    EstimateFor,
    RankItems,
    Recommend,
    RecommendFor,
    RecommendGroup,
)
from training_program import ITEMS, LENGTH, OUTPUT, RATINGS, USERS

#: Users of even numbers see items of even numbers, but for these.
UNSEEN = [(u, (u + 4) % ITEMS) for u in range(10)]
PAIRS = [(u, i) for u in range(USERS) for i in range(ITEMS) if (u + i) % 2 == 0]
PAIRS = sorted(set(PAIRS) - set(UNSEEN))


def rows(weight: bool) -> str:
    return ", ".join(f"({u}, {i}, {1 + i % 3})" if weight else f"({u}, {i})" for u, i in PAIRS)


@pytest.fixture
def trained(warehouse, make_job, run_here):
    """Trains on a table of these columns; gives the model and the log."""

    def train(columns: str, values: str, **options: str):
        warehouse.run(f"drop table if exists {OUTPUT}")
        warehouse.load(RATINGS, columns, values)
        job = make_job(top_n=str(LENGTH), **options)
        code, log = run_here(job)
        assert code == 0, log
        return artifact.load(job.base / "model"), log

    return train


@pytest.fixture
def model(trained):
    return trained("user_id integer, item_id integer, quantity integer", rows(weight=True))[0]


def test_lists_are_made_and_evaluated_and_nothing_is_estimated(trained, warehouse):
    model, log = trained("user_id integer, item_id integer", rows(weight=False))
    figures = set(re.findall(r"^metric (\w+)=", log, re.MULTILINE))
    assert {"ndcg_at_10", "popular_ndcg_at_10", "cold_1_ndcg_at_10"} <= figures
    assert not {name for name in figures if name in {"rmse", "mae"} or "estimated" in name}
    assert (model.manifest.algorithm, model.manifest.is_implicit) == ("none", True)
    written = warehouse.run(f"select user_id, item_id, score, estimated_rating from {OUTPUT}")
    assert {user for user, *_ in written} == {str(user) for user in range(USERS)}
    assert all(estimate is None for *_, estimate in written)
    assert not {(int(user), int(item)) for user, item, *_ in written} & set(PAIRS)
    # who sees even numbers is shown the even one that is left before odd ones
    best = warehouse.run(f"select user_id, item_id from {OUTPUT} where rank = 1")
    assert set(UNSEEN) <= {(int(user), int(item)) for user, item in best}


def test_an_output_table_that_takes_no_null_is_refused(warehouse, make_job, run_here):
    warehouse.load(RATINGS, "user_id integer, item_id integer", rows(weight=False))
    warehouse.run(f"drop table if exists {OUTPUT}")
    warehouse.load(
        OUTPUT,
        "user_id varchar, rank integer, item_id varchar, score float,"
        " estimated_rating float not null, training_job varchar, generated_at timestamp_ntz",
        "",
    )
    job = make_job()
    assert run_here(job)[0] == 1
    sentence = (job.base / "output/failure").read_text()
    (statement,) = re.findall(r"`(.+)`", sentence)
    warehouse.run(statement)
    assert run_here(job)[0] == 0
    assert warehouse.run(f"select count_if(estimated_rating is null) > 0 from {OUTPUT}") == [
        (True,)
    ]


def test_a_model_of_events_answers_lists_alone(model):
    predictor = Predictor(model)
    (listed,) = predictor.predict(Recommend(["2"], [3]))["recommendations"]
    assert [each["estimated_rating"] for each in listed] == [None] * len(listed)
    assert {each["reason"]["kind"] for each in listed} <= {"because_you_rated", "popularity"}
    for asked in (Estimate(["2"], ["3"]), EstimateFor([{"2": 1}], ["3"])):
        assert "without ratings" in predictor.predict(asked)["refusal"]
    assert SmokeTest(model).failures() == 0


def test_items_are_ranked_and_groups_are_served_without_estimates(model):
    predictor = Predictor(model)
    (order,) = predictor.predict(RankItems([{"2": 1, "4": 3}], [["5", "6", "7"]]))["orders"]
    assert order["items"][0]["item_id"] == "6"
    assert {each["estimated_rating"] for each in order["items"]} == {None}
    members = [{"ratings": {"2": 1, "4": 1}}, {"ratings": {"6": 2}}]
    for rule in RULES:
        asked = RecommendGroup([members], [3], [{"rule": rule}])
        (answer,) = predictor.predict(asked)["lists"]
        assert [int(each["item_id"]) % 2 for each in answer["recommendations"]] == [0, 0, 0], rule
        assert answer["recommendations"][0]["estimated_ratings"] == [None, None]
        # the least happy member's mood pulls by exp(2.4) at most
        assert all(each["score"] < 12 * 3 for each in answer["recommendations"])


@pytest.mark.parametrize("weight", [1, 0.25, 7, 1_000_000])
def test_events_of_the_moment_have_any_weight_above_zero(model, weight):
    asked = RecommendFor([{"2": weight, "4": 1}], [3], [{}])
    (answer,) = Predictor(model).predict(asked)["lists"]
    assert [int(each["item_id"]) % 2 for each in answer["recommendations"]] == [0, 0, 0]


@pytest.mark.parametrize("weight", [0, -1, "1", None, True])
def test_an_event_of_another_weight_is_refused_in_its_row(model, weight):
    asked = RecommendFor([{"2": weight}, {"4": 1}], [3, 3], [{}, {}])
    wrong, right = Predictor(model).predict(asked)["lists"]
    assert wrong == {"error": "The weight of '2' must be a number above 0, 1 for one event."}
    assert len(right["recommendations"]) == 3


@pytest.mark.parametrize(
    ("columns", "values", "options", "sentence"),
    [
        ("user_id integer, item_id integer, views integer, plays integer", "(1, 2, 3, 4)", {},
         "has both VIEWS and PLAYS"),
        ("user_id integer, item_id integer, views varchar", "(1, 2, 'many')", {},
         "The column VIEWS of the input table SNOWREEL.MARTS.RATINGS must hold numbers"),
        ("user_id integer, item_id integer, views integer", "(1, 2, -3)", {},
         "1 row of the input table with a weight below zero"),
        ("user_id integer, item_id integer", "(1, 2), (1, 3), (2, 2), (3, 3)",
         {"ranking": "estimate"}, "The ranking estimate needs ratings"),
        ("user_id integer, item_id integer, stars integer", "(1, 2, 3)", {},
         "has no column named RATING or NOTE, but STARS"),
    ],
)  # fmt: skip
def test_a_table_of_events_that_is_none_is_refused(
    warehouse, make_job, run_here, output, columns, values, options, sentence
):
    before = output()
    warehouse.load(RATINGS, columns, values)
    job = make_job(**options)
    assert run_here(job)[0] == 1
    assert sentence in (job.base / "output/failure").read_text()
    assert output() == before
