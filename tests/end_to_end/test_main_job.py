"""The main job in SQL: train, deploy, invoke, recommend."""

from pathlib import Path
from typing import Any

import pytest

import film_data

SCALE = (0.5, 5.0)


def test_training_answers_with_its_figures(trained: dict[str, Any]) -> None:
    assert trained["status"] == "Completed"
    assert trained["users"] == 60
    assert trained["rows"] == 600
    assert trained["model_artifact"].endswith("/output/model.tar.gz")
    assert trained["training_job"] in trained["model_artifact"]
    assert 0 < trained["metrics"]["mae"] <= trained["metrics"]["rmse"] < 1.5
    assert trained["metrics"]["items"] == 40


def test_recommendations_are_ten_unseen_items_each(
    analyst: Any, tastes: str, trained: dict[str, Any]
) -> None:
    assert analyst.value("select count(*) from taste_recommendations") == 600
    assert analyst.value("select count(distinct user_id) from taste_recommendations") == 60
    seen = analyst.value(
        f"select count(*) from taste_recommendations r join {tastes} t"
        " on r.user_id = t.user_id and r.item_id = t.item_id"
    )
    assert seen == 0
    ranks = analyst.rows(
        "select rank, score, estimated_rating, training_job from taste_recommendations"
        " where user_id = 'u0' order by rank"
    )
    assert [row[0] for row in ranks] == list(range(1, 11))
    assert [row[1] for row in ranks] == sorted((row[1] for row in ranks), reverse=True)
    assert all(SCALE[0] <= row[2] <= SCALE[1] for row in ranks)
    assert {row[3] for row in ranks} == {trained["training_job"]}


def test_training_again_replaces_the_rows(
    analyst: Any, tastes: str, trained: dict[str, Any]
) -> None:
    again = analyst.train(tastes, "taste_recommendations")
    assert again["status"] == "Completed"
    assert again["training_job"] != trained["training_job"]
    assert analyst.value("select count(*) from taste_recommendations") == 600
    jobs = analyst.rows("select distinct training_job from taste_recommendations")
    assert jobs == [(again["training_job"],)]


def test_training_status_repeats_the_answer(analyst: Any, trained: dict[str, Any]) -> None:
    status = analyst.answer("select training_status(%s)", trained["training_job"])
    assert status == trained


def test_start_training_answers_at_once_and_takes_options(analyst: Any, tastes: str) -> None:
    started = analyst.answer(
        "select start_training(%s, 'other_recommendations',"
        " object_construct('n_factors', 5, 'n_epochs', 3, 'top_n', 3))",
        tastes,
    )
    assert started["status"] == "InProgress"
    state = poll(analyst, started["training_job"])
    assert state["status"] == "Completed"
    assert state["rows"] == 180
    assert analyst.value("select count(*) from other_recommendations") == 180


def test_estimates_lie_on_the_scale_and_know_their_user(analyst: Any, model: str) -> None:
    rows = analyst.rows(
        f"select user_id, item_id, invoke_model('{model}', user_id, item_id) as estimate,"
        f" invoke_model_details('{model}', user_id, item_id):known_user::boolean as known"
        " from (select column1 as user_id, column2 as item_id from values"
        " ('u0', 'i0'), ('u0', 'i1'), ('nobody', 'i0'), ('nobody', 'nothing'))"
        " order by user_id, item_id"
    )
    estimates = {(row[0], row[1]): row[2] for row in rows}
    assert all(SCALE[0] <= value <= SCALE[1] for value in estimates.values())
    assert estimates["u0", "i0"] > 3.5 > estimates["u0", "i1"]
    assert {row[0]: row[3] for row in rows} == {"u0": True, "nobody": False}


def test_null_arguments_answer_null(analyst: Any, model: str) -> None:
    assert analyst.rows(f"select invoke_model('{model}', null, 'i1')") == [(None,)]
    assert analyst.rows(f"select invoke_model('{model}', 'u1', null)") == [(None,)]
    assert analyst.rows("select invoke_model(null, 'u1', 'i1')") == [(None,)]


def test_recommend_gives_the_best_unseen_items(analyst: Any, tastes: str, model: str) -> None:
    best = analyst.answer(f"select recommend('{model}', 'u1', 5)")
    assert [item["rank"] for item in best] == [1, 2, 3, 4, 5]
    seen = {row[0] for row in analyst.rows(f"select item_id from {tastes} where user_id = 'u1'")}
    assert not seen & {item["item_id"] for item in best}
    parities = [int(item["item_id"][1:]) % 2 for item in best]
    assert parities == [1] * 5, "the users of odd number like the items of odd number"


def test_list_models_names_the_training_job(
    analyst: Any, model: str, trained: dict[str, Any]
) -> None:
    models = {entry["model_name"]: entry for entry in analyst.answer("select list_models()")}
    assert models[model]["status"] == "InService"
    assert models[model]["training_job"] == trained["training_job"]


def test_a_hundred_thousand_pairs_in_order(analyst: Any, keeper: Any, model: str) -> None:
    keeper.rows(
        "create or replace table many_pairs as select seq4() as n,"
        " 'u' || (seq4() % 60) as user_id, 'i' || (seq4() % 40) as item_id"
        " from table(generator(rowcount => 100000))"
    )
    rows = analyst.rows(
        f"select n, user_id, item_id, invoke_model('{model}', user_id, item_id)"
        " from many_pairs order by n"
    )
    assert [row[0] for row in rows] == list(range(100_000))
    by_pair: dict[tuple[str, str], float] = {}
    for _, user, item, estimate in rows:
        assert by_pair.setdefault((user, item), estimate) == estimate
    some = sorted(by_pair)[::17]
    for user, item in some:
        single = analyst.value(f"select invoke_model('{model}', %s, %s)", user, item)
        assert single == pytest.approx(by_pair[user, item])


def test_numbers_are_the_ids_that_training_read(analyst: Any, keeper: Any) -> None:
    keeper.rows(
        "create or replace table numbered as select"
        " floor(seq4() / 20)::float as userid, seq4() % 20 as movieid,"
        " (1 + (seq4() * 7) % 5) as note from table(generator(rowcount => 400))"
        " where (seq4() * 3) % 4 > 0"
    )
    trained = analyst.train("numbered", "numbered_recommendations")
    assert trained.get("status") == "Completed", trained
    assert analyst.deploy("numbered-model", trained["training_job"])["status"] == "InService"
    known = analyst.rows(
        "select distinct details:known_user::boolean, details:known_item::boolean from ("
        "select invoke_model_details('numbered-model', userid, movieid) as details from numbered)"
    )
    assert known == [(True, True)]
    assert analyst.answer("select undeploy_model('numbered-model')")["status"] == "Undeployed"


def test_half_star_ratings_train_deploy_and_score(
    analyst: Any, keeper: Any, shared_data: Path
) -> None:
    folder = shared_data / "ml-latest-small"
    report = film_data.load("movielens", folder, keeper.session, lambda *_: None)
    assert report.tables["ratings"].loaded == 100_836
    trained = analyst.train("ratings", "recommendations")
    assert (trained["users"], trained["rows"]) == (610, 6_100)
    assert analyst.deploy("latest-small", trained["training_job"])["status"] == "InService"
    count, answered, lowest, highest = analyst.rows(
        "select count(*), count(estimate), min(estimate), max(estimate) from"
        " (select invoke_model('latest-small', user_id, film_id) as estimate from ratings)"
    )[0]
    assert count == answered == 100_836
    assert SCALE[0] <= lowest < highest <= SCALE[1]
    analyst.answer("select undeploy_model('latest-small')")


def poll(analyst: Any, training_job: str, seconds: float = 120) -> Any:
    import time

    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        state = analyst.answer("select training_status(%s)", training_job)
        if state.get("status") != "InProgress":
            return state
        time.sleep(0.2)
    raise AssertionError(f"{training_job} did not end within {seconds} seconds")
