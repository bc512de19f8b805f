"""The corners of every function: largest arguments, largest answers, largest batch, as sent."""

import json
from collections.abc import Sequence
from typing import Any

import pytest

from functions import error_codes, list_sizes
from functions.argument_values import MAX_RECOMMENDATIONS, MOST_ITEMS, MOST_LISTED_BYTES
from functions.arguments import FILTERS, GROUP_FILTERS, ITEMS, RATINGS
from functions.batch import Batch
from functions.batch_contract import largest, largest_lists, rows
from functions.batch_contract.sizes import LISTED_ID, TRAINED_ID
from functions.deadline import Deadline
from functions.errors import RefusedError
from functions.external_function import decode_request, encode_json, encode_response
from functions.inference_operation import InferenceOperation
from functions.operation import LONGEST_MESSAGE, Operation, refusal
from functions.payload import (
    EVENT_BYTES,
    LISTED_BYTES,
    MAX_PAYLOAD_BYTES,
    as_sent,
    fits_answer,
)
from functions.routes import ROUTES
from functions.sagemaker.client import BoundedCalls
from functions.sagemaker.control_plane import ControlPlane
from functions.sagemaker.inference import InferenceRequest
from functions.step_functions.client import StateMachineCalls

MODELS = [route for route in ROUTES if route.lambda_name == "invoke"]
SEVERAL = [route for route in ROUTES if not route.single_row]


def named(routes: Sequence[Operation]) -> Any:
    return pytest.mark.parametrize("route", routes, ids=lambda route: route.sql_function)


def largest_reply(payload: dict[str, Any], id_length: int = LISTED_ID) -> dict[str, Any]:
    """The reply of a container whose every answer is as large as it may be."""
    ((operation, columns),) = payload.items()
    if operation in {"recommend", "recommend_for", "recommend_group"}:
        name = "recommendations" if operation == "recommend" else "lists"
        item: Any = (
            largest_lists.group_recommendation(id_length)
            if operation == "recommend_group"
            else largest_lists.recommendation(id_length)
        )
        items = [[item] * n for n in columns["counts"]]
        if operation == "recommend":
            return {name: items, "training_job": "j" * 45}
        others = largest.ANSWERS[operation]()
        lists = [others | {"recommendations": listed} for listed in items]
        return {name: lists, "training_job": "j" * 45}
    if operation in {"similar_items", "find_items"}:
        return _alike(operation, columns["counts"], id_length)
    if operation == "rank_items":
        return {
            "orders": [_ranked(len(items), id_length) for items in columns["item_ids"]],
            "training_job": "j" * 45,
        }
    count = len(next(iter(columns.values())))
    details = largest.ANSWERS["invoke_model_details"]()
    return {
        "estimates": [details["estimate"]] * count,
        "errors": [None] * count,
        "known_users": [False] * count,
        "known_items": [False] * count,
        "training_job": details["training_job"],
        "model_artifact": details["model_artifact"],
    }


def _alike(operation: str, counts: list[int], id_length: int) -> dict[str, Any]:
    found: dict[str, tuple[str, str, Any]] = {
        "similar_items": ("neighbours", "similar_items", largest_lists.similar_item),
        "find_items": ("finds", "items", largest_lists.found_item),
    }
    name, list_name, item = found[operation]
    others = largest.ANSWERS[operation]()
    answers = [others | {list_name: [item(id_length)] * count} for count in counts]
    return {name: answers, "training_job": "j" * 45}


def _ranked(count: int, id_length: int) -> Any:
    items = [largest_lists.ranked_item(rank, id_length) for rank in range(1, count + 1)]
    return largest.ANSWERS["rank_items"]() | {"items": items}


class LargestReplies:
    """Endpoints whose every answer is as large as it may be, with ids of so many characters."""

    def __init__(self, id_length: int = LISTED_ID) -> None:
        self._id_length = id_length

    def share(self, _prefix: str, _model_name: str, _seconds: float) -> float:
        return 0.0

    def invoke(
        self, _prefix: str, requests: Sequence[InferenceRequest]
    ) -> list[list[bytes] | RefusedError]:
        (request,) = requests
        return [
            [
                encode_json(largest_reply(json.loads(body), self._id_length)).encode()
                for body in request.payloads()
            ]
        ]


def batch_of(body: str, inference: LargestReplies) -> Batch:
    return Batch(
        id="b",
        rows=decode_request(body),
        headers={},
        sagemaker=ControlPlane(BoundedCalls(Deadline())),
        state_machines=StateMachineCalls(Deadline()),
        inference=inference,
    )


@named(MODELS)
def test_the_largest_batch_of_the_largest_rows_is_answered(aws, route):
    asked = [[number, *rows.row(route)[1:]] for number in range(rows.of_batch(route))]
    body = encode_json({"data": asked})
    assert as_sent(body) + EVENT_BYTES <= MAX_PAYLOAD_BYTES
    batch = batch_of(body, LargestReplies())
    values = route.answer(batch)
    assert len(values) == len(asked)
    assert not any(isinstance(value, dict) and "error" in value for value in values)
    assert fits_answer(encode_response(batch.rows, values))


@named([route for route in SEVERAL if route.returns == "VARIANT"])
def test_the_largest_batch_of_refusals_is_answered(route):
    message = "é" * 100 + "m" * (3 * LONGEST_MESSAGE)
    refused = refusal(RefusedError(error_codes.TRAINING_NOT_COMPLETED, message))
    count = rows.of_batch(route)
    assert fits_answer(encode_json({"data": [[number, refused] for number in range(count)]}))


@named([route for route in SEVERAL if route not in MODELS])
def test_the_largest_answers_fit_together(route):
    value = largest.ANSWERS[route.sql_function]()
    answers = [[number, value] for number in range(rows.of_batch(route))]
    assert fits_answer(encode_json({"data": answers}))


@named([route for route in SEVERAL if rows.of_batch(route) < route.most_rows])
def test_batches_are_no_smaller_than_sizes_ask_for(route):
    """A tenth more rows would not fit: the number is a limit, not a guess."""
    count = rows.of_batch(route) * 11 // 10 + 1
    kinds = largest.answers(route.sql_function, route.returns)
    largest_rows = [rows.row(route), *([9_999_999, value] for value in kinds)]
    assert max(as_sent(encode_json(row)) for row in largest_rows) * count > MAX_PAYLOAD_BYTES


@named(MODELS)
def test_the_largest_arguments_are_accepted(route):
    for argument, value in zip(route.arguments, rows.row(route)[1:], strict=True):
        argument.read(value)


@pytest.mark.parametrize("text", ['"', "\\", "é", "plain", '{"a": "\\u00e9\\n"}'])
def test_a_text_is_measured_as_it_is_sent(text):
    body = encode_json(text)
    assert as_sent(body) == len(json.dumps(body)) - 2


def test_an_answer_that_only_its_quotes_make_too_large_is_refused_by_us(api, films):
    """Unescaped it is 4 MB; within the function's own answer, 8: a 502, sent again for ever."""
    films.invocation = lambda endpoint, payload: {
        "recommendations": [[{"item_id": '"' * 2_000_000}]],
        "training_job": "job",
    }
    reply = api.post("/recommend", [[0, "films", "1", 1]])
    assert (reply.status, reply.code) == (413, "AnswerTooLarge")


def test_a_recommendation_in_a_reply_is_no_larger_than_stated():
    item = largest_lists.recommendation(TRAINED_ID)
    assert LISTED_BYTES - 100 < len(encode_json(item)) <= LISTED_BYTES


LISTS: list[InferenceOperation] = [
    route for route in MODELS if isinstance(route, InferenceOperation) and route.counted_by
]


@named(LISTS)
def test_lists_of_long_ids_say_how_many_fit_and_those_do(aws, route):
    """A full batch of rows that are allowed each: no 413 for the whole query."""

    counts_items = route.counted_by is ITEMS
    most = MOST_ITEMS if counts_items else MAX_RECOMMENDATIONS

    def values_of(n: int) -> list[Any]:
        row = rows.row(route)[1:]
        place = route.arguments.index(route.counted_by)
        row[place] = row[place][:n] if counts_items else n
        asked = [[number, *row] for number in range(rows.of_batch(route))]
        batch = batch_of(encode_json({"data": asked}), LargestReplies(TRAINED_ID))
        values = list_sizes.with_refusals(route.answer(batch))
        assert fits_answer(encode_response(batch.rows, values))
        return values

    (refused, *_) = refusals = values_of(most)
    assert refusals == [refused] * len(refusals)
    assert refused["error"]["code"] == "ListTooLarge"
    fitting = int(refused["error"]["message"].rpartition(" ")[2].rstrip(".").replace(",", ""))
    assert 250 < fitting < most
    assert not any("error" in value for value in values_of(fitting))


def test_one_long_list_is_refused_beside_short_ones(api, films):
    films.invocation = lambda endpoint, payload: {
        "recommendations": [
            [largest_lists.recommendation(10 if user_id == "0" else TRAINED_ID)] * 1000
            for user_id in payload["recommend"]["user_ids"]
        ],
        "training_job": "job",
    }
    reply = api.post("/recommend", [[n, "films", str(n), 1000] for n in range(8)])
    assert reply.status == 200
    short, *long = reply.values
    assert len(short) == 1000
    assert {value["error"]["code"] for value in long} == {"ListTooLarge"}


def test_items_may_take_so_many_bytes_and_no_more():
    value = largest.argument(ITEMS)
    assert as_sent(encode_json(value)) == MOST_LISTED_BYTES
    assert ITEMS.read(value) == value
    with pytest.raises(RefusedError, match="684,001 bytes, and 684,000 are the most: give fewer"):
        ITEMS.read([value[0] + "x", *value[1:]])


@pytest.mark.parametrize(
    "argument", [RATINGS, FILTERS, GROUP_FILTERS], ids=lambda argument: argument.name
)
def test_ratings_and_filters_may_take_so_many_bytes_and_no_more(argument):
    value = largest.argument(argument)
    assert as_sent(encode_json(value)) == MOST_LISTED_BYTES
    assert argument.read(value)
    (first, *_) = value
    longer = {name + "x" if name == first else name: value[name] for name in value}
    with pytest.raises(RefusedError, match="684,001 bytes, and 684,000 are the most: give fewer"):
        argument.read(longer)


@pytest.mark.parametrize(("count", "fits"), [(2_400, True), (2_500, False), (10_000, False)])
def test_ids_of_the_length_of_a_training_fit_by_their_bytes(api, films, count, fits):
    given = {f"{number:0{TRAINED_ID}d}": 4.000000000000001 for number in range(count)}
    (value,) = api.post("/recommend-for", [[0, "films", given, 1, None]]).values
    assert ("error" not in value) == fits
    if not fits:
        assert value["error"]["code"] == "RowTooLarge"
        assert "give fewer, or shorter ids" in value["error"]["message"]
