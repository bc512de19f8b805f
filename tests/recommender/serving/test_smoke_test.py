"""A model that is asked as an endpoint is, before it serves."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from recommender.data.histories import UserHistories
from recommender.serving.smoke_test import REQUESTS, SmokeTest
from small_models import model_of, ratings


@pytest.fixture(scope="module")
def model():
    rows = [
        (f"u{user}", f"i{item:02}", float(1 + (user * item) % 5), None)
        for user in range(30)
        for item in range(40)
        # the first two have rated all, or all but three
        if user == 0 or (user == 1 and item > 2) or (user * 7 + item) % 3 == 0
    ]
    return model_of(ratings(rows))


def answering(model, change) -> int:
    """Failures where a change befalls each answer."""
    test = SmokeTest(model)
    predictor = test._predictor

    def predict(request: Any) -> Any:
        answer = predictor.predict(request)
        change(answer)
        return answer

    test.__dict__["_predictor"] = SimpleNamespace(predict=predict)
    return test.failures()


def test_a_sound_model_fails_nothing(model):
    assert SmokeTest(model).failures() == 0


def test_the_same_questions_are_asked_each_time(model):
    asked: list[list[Any]] = [[], []]
    for answers in asked:
        answering(model, lambda answer, to=answers: to.append(str(answer)))
    assert asked[0] == asked[1]
    assert len(asked[0]) == 2 * REQUESTS


def test_numbers_that_are_none_are_found(model):
    factors = np.where(np.arange(len(model.model.user_factors)) % 2, np.nan, 1.0)
    broken = replace(model.model, user_factors=model.model.user_factors * factors[:, None])
    failures = SmokeTest(replace(model, model=broken)).failures()
    assert 0.6 * REQUESTS < failures < 1.4 * REQUESTS


def test_what_was_rated_must_not_be_listed(model):
    nobody = np.zeros(len(model.users) + 1, np.int64)
    nothing = UserHistories(model.users.users, nobody, np.zeros(0, np.int32), np.zeros(0))
    test = SmokeTest(model)
    # a predictor that forgot who rated what
    test.__dict__["_predictor"] = SmokeTest(replace(model, users=nothing))._predictor
    assert test.failures() > REQUESTS // 2


def first(answer, **values):
    for rows in answer.get("recommendations", ()):
        for row in rows[:1]:
            row.update(values)


def repeated(answer):
    for rows in answer.get("recommendations", ()):
        rows[-1:] = rows[:1]


def cut(answer):
    for rows in answer.get("recommendations", ()):
        del rows[9:]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda answer: first(answer, item_id="nowhere"), id="unknown item"),
        pytest.param(lambda answer: first(answer, score=np.float32("inf")), id="infinite score"),
        pytest.param(lambda answer: first(answer, estimated_rating=5.1), id="off the scale"),
        pytest.param(lambda answer: first(answer, estimated_rating=None), id="no number"),
        pytest.param(repeated, id="an item twice"),
        pytest.param(cut, id="nine items"),
        pytest.param(lambda answer: answer.pop("recommendations", None), id="no lists"),
    ],
)
def test_lists_with_one_fault_are_found(model, change):
    # a few users have nothing left to list
    assert 0.9 * REQUESTS <= answering(model, change) <= REQUESTS


@pytest.mark.parametrize("value", [0.99, 5.01, float("nan"), None])
def test_estimates_with_one_fault_are_found(model, value):
    def change(answer):
        if "estimates" in answer:
            answer["estimates"] = [value]

    assert answering(model, change) == REQUESTS


def test_a_program_that_fails_is_counted_not_raised(model):
    def fail(_):
        raise RuntimeError

    assert answering(model, fail) == 2 * REQUESTS
