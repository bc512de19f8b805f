"""Versions of a model in SQL: the gate, a force, a roll-back under load, an evaluation."""

import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from threading import Event
from typing import Any

import pytest
import snowflake.connector

from functions.split import place

pytestmark = pytest.mark.thorough

MODEL = "version-model"
ESTIMATE = f"select invoke_model('{MODEL}', 'u1', 'i1')"
#: Seconds within which a roll-back serves on the local stack.
ROLL_BACK_SECONDS = 5.0


@pytest.fixture(scope="module")
def noise(keeper: Any) -> str:
    """A table of ratings without any taste in them."""
    keeper.rows("create or replace table noise (user_id varchar, item_id varchar, rating float)")
    rows = ", ".join(
        f"('u{user}', 'i{item}', {1 + (user * 31 + item * 17 + user * item) % 5})"
        for user in range(60)
        for item in range(40)
        if (user * 11 + item * 13) % 3
    )
    keeper.rows(f"insert into noise values {rows}")
    return "noise"


@pytest.fixture(scope="module")
def noisy_job(connection_arguments: dict[str, Any], analyst_of: Any, noise: str) -> str:
    with closing(snowflake.connector.connect(**connection_arguments)) as session:
        answer = analyst_of(session).train(noise, "noise_recommendations")
    assert answer.get("status") == "Completed", answer
    return str(answer["training_job"])


@pytest.fixture
def promoted(analyst: Any, trained: dict[str, Any]) -> Any:
    """The model as a good training made it, and what it answers."""
    answer = analyst.answer(f"select promote_model('{MODEL}', %s)", trained["training_job"])
    if answer.get("error", {}).get("code") != "AlreadyServing":
        assert answer["status"] == "InService", answer
        assert all(rule["passed"] for rule in answer["gate"])
    yield analyst.value(ESTIMATE)
    analyst.answer(f"select undeploy_model('{MODEL}')")


def estimates_until(stopped: Event, connection_arguments: dict[str, Any]) -> list[float]:
    """Estimates asked one after the other; a failed statement raises."""
    found = []
    with closing(snowflake.connector.connect(**connection_arguments)) as session:
        while not stopped.is_set():
            with session.cursor() as cursor:
                cursor.execute(ESTIMATE)
                found += [value for (value,) in cursor]
    return found


def test_a_worse_model_is_refused_then_forced_then_rolled_back_without_a_failed_request(
    analyst: Any, connection_arguments: dict[str, Any], promoted: float, noisy_job: str
) -> None:
    refused = analyst.answer(f"select promote_model('{MODEL}', %s)", noisy_job)
    assert refused["status"] == "Refused", refused
    assert "estimates" in {rule["rule"] for rule in refused["gate"] if not rule["passed"]}
    assert analyst.value(ESTIMATE) == promoted

    stopped = Event()
    with ThreadPoolExecutor(1) as pool:
        asked: Future[list[float]] = pool.submit(estimates_until, stopped, connection_arguments)
        try:
            forced = analyst.answer(
                f"select promote_model('{MODEL}', %s, object_construct('force', true))", noisy_job
            )
            assert (forced["status"], forced["forced"]) == ("InService", True)
            assert analyst.value(ESTIMATE) != promoted
            started = time.monotonic()
            back = analyst.answer(f"select roll_back('{MODEL}')")
            seconds = time.monotonic() - started
        finally:
            stopped.set()
        answers = asked.result()
    assert (back["status"], back["rolled_back"]) == ("InService", noisy_job)
    assert analyst.value(ESTIMATE) == promoted
    assert len(set(answers)) == 2, "the old model's answers, the other's, and none between"
    assert (answers[0], answers[-1]) == (promoted, promoted)
    assert seconds < ROLL_BACK_SECONDS


def jobs_by_user(analyst: Any) -> dict[str, str]:
    """The training whose model answers each user."""
    rows = analyst.rows(
        "select user_id, answer:training_job::varchar from"
        " (select user_id, invoke_model_details(%s, user_id, 'i1') as answer"
        " from (select distinct user_id from noise))",
        MODEL,
    )
    return dict(rows)


def test_a_challenger_answers_its_share_and_is_told_apart_until_it_is_promoted(
    analyst: Any, promoted: float, trained: dict[str, Any], noisy_job: str
) -> None:
    champion, half = trained["training_job"], f"select set_challenger('{MODEL}', %s, 0.5"
    assert analyst.answer(f"{half})", noisy_job)["status"] == "Refused"
    assert set(jobs_by_user(analyst).values()) == {champion}
    answer = analyst.answer(f"{half}, object_construct('force', true))", noisy_job)
    assert (answer["status"], answer["share"], answer["forced"]) == ("InService", 0.5, True)

    sides = jobs_by_user(analyst)
    assert sides == {user: noisy_job if place(MODEL, user) < 0.5 else champion for user in sides}
    assert set(sides.values()) == {champion, noisy_job}
    lists = [analyst.answer(f"select recommend('{MODEL}', %s, 3)", user) for user in sides]
    for job, items in zip(sides.values(), lists, strict=True):
        assert {item["training_job"] for item in items} == {job}
    (model,) = (m for m in analyst.answer("select list_models()") if m["model_name"] == MODEL)
    assert (model["training_job"], model["challenger"]["training_job"]) == (champion, noisy_job)

    analyst.answer(f"select set_challenger('{MODEL}', %s, 0.75)", noisy_job)
    wider = jobs_by_user(analyst)
    assert [user for user in sides if wider[user] != sides[user]]
    assert all(wider[user] == noisy_job for user in sides if sides[user] == noisy_job)

    forced = "object_construct('force', true)"
    done = analyst.answer(f"select promote_model('{MODEL}', %s, {forced})", noisy_job)
    assert done["status"] == "InService"
    assert set(jobs_by_user(analyst).values()) == {noisy_job}
    (model,) = (m for m in analyst.answer("select list_models()") if m["model_name"] == MODEL)
    assert "challenger" not in model or model["challenger"]["status"] == "Deleting"
    ended = analyst.answer(f"select set_challenger('{MODEL}', null, 0)")
    assert ended["error"]["code"] == "UnknownModel"


def test_analysts_read_the_versions_of_every_model(
    analyst: Any, promoted: float, noisy_job: str
) -> None:
    analyst.answer(f"select promote_model('{MODEL}', %s)", noisy_job)
    analyst.rows("use role snowreel_analyst")
    analyst.rows("use secondary roles none")
    rows = analyst.rows(
        "select version_number, state, approval, verdict, forced, training_job = %s, rmse > 0"
        " from model_version where model_name = %s order by version_number desc limit 2",
        noisy_job,
        MODEL,
    )
    states = {row[5]: row[1:4] for row in rows}
    assert states[True][:2] == ("Removed", "Rejected")
    assert states[False] == ("Serving", "Approved", "passed")
    assert all(row[6] for row in rows)
    versions = analyst.answer(f"select model_versions('{MODEL}')")
    assert len(versions) == 2
    with pytest.raises(snowflake.connector.errors.ProgrammingError, match="Unknown function"):
        analyst.answer(f"select roll_back('{MODEL}')")
    analyst.rows("use role snowreel_operator")


def test_a_model_is_evaluated_on_ratings_that_it_has_not_seen(
    analyst: Any, keeper: Any, promoted: float, tastes: str
) -> None:
    keeper.rows(
        "create or replace table newer_tastes"
        " (user_id varchar, item_id varchar, rating float, rated_at timestamp_ntz)"
    )
    rows = ", ".join(
        f"('u{user}', 'i{item}', {(4.0 if user % 2 == item % 2 else 1.0) + 0.5},"
        f" '2026-01-{1 + item % 28:02d} 12:00:00')"
        for user in range(62)
        for item in range(41)
        if not (user * 7 + item * 3) % 4 or user < 2
    )
    keeper.rows(f"insert into newer_tastes values {rows}")
    answer = analyst.answer(f"select evaluate_model('{MODEL}', 'newer_tastes')")
    assert answer["status"] == "Completed", answer
    data, metrics = answer["data"], answer["metrics"]
    assert data["seen_ratings"] > 0
    assert (data["users"], data["known_users"]) == (62, 60)
    assert (data["items"], data["known_items"]) == (41, 40)
    assert metrics["rmse"] < 1.0
    # ten items are left to recommend to each: every list of ten holds them
    assert metrics["recall_at_10"] == pytest.approx(metrics["popular_recall_at_10"], abs=0.01)
    assert 0.5 < metrics["recently_popular_ndcg_at_10"] <= 1
    again = analyst.answer(f"select evaluate_model('{MODEL}', '{tastes}')")
    assert again["error"]["code"] == "EvaluationFailed"
    assert "was trained on every rating" in again["error"]["message"]


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("evaluate_model('no-such-model', 'tastes')", "UnknownModel"),
        ("evaluate_model('{model}', 'no_such_table')", "EvaluationFailed"),
        ("evaluate_model('{model}', 'a.b.c.d')", "InvalidTableName"),
        ("promote_model('{model}', 'no-such-job')", "ArtifactRefused"),
        ("promote_model('{model}', null)", "ArtifactRefused"),
        ("roll_back('{model}')", "NoEarlierVersion"),
        ("roll_back('no-such-model')", "UnknownModel"),
        ("model_versions('no-such-model')", "UnknownModel"),
        ("model_versions('Not A Name')", "InvalidModelName"),
    ],
)
def test_what_cannot_be_done_is_said(analyst: Any, model: str, statement: str, code: str) -> None:
    answer = analyst.answer(f"select {statement.format(model=model)}")
    assert answer["error"]["code"] == code, answer
