"""Work that nobody waits for is stopped, and no request switches what others use."""

import asyncio
import json
import threading
from collections.abc import MutableMapping
from typing import Any

import made_manifest
import pytest
import threadpoolctl
from recommender import serve
from recommender.artifact import artifact
from recommender.rating.svd import fit
from recommender.serve import Application
from recommender.serving.caller import Caller, NobodyWaitsError
from recommender.serving.predictor import Predictor
from recommender.serving.wire import (
    EstimateFor,
    FindItems,
    RankItems,
    Recommend,
    RecommendFor,
    RecommendGroup,
    SimilarItems,
)

LISTS = {"recommend": {"user_ids": ["u1"] * 50, "counts": [5] * 50}}


@pytest.fixture(scope="module")
def predictor(made_up, options, artifact_of) -> Predictor:
    chosen = options()
    manifest = made_manifest.manifest(
        hyperparameters=chosen.as_dict(),
        rating_scale=made_up.scale,
        counts={"users": 60, "items": 40, "factors": 8, "ratings": len(made_up)},
    )
    return Predictor(artifact_of(manifest, made_up, fit(made_up, chosen, lambda share: None)))


REQUESTS = [
    Recommend(["u1"] * 3, [5] * 3),
    EstimateFor([{"i1": 4, "i2": 3}] * 3, ["i3"] * 3),
    RecommendFor([{"i1": 4, "i2": 3}] * 3, [5] * 3, [{}] * 3),
    RecommendGroup([[{"ratings": {"i1": 4}}]] * 3, [5] * 3, [{}] * 3),
    SimilarItems(["i1"] * 3, [5] * 3),
    FindItems(["robot"] * 3, [5] * 3),
    RankItems([{"i1": 4, "i2": 3}] * 3, [["i3", "i1"]] * 3),
]


@pytest.mark.parametrize(
    ("attributes", "waits"),
    [
        ("seconds=20.0", True),
        ("trace=7, seconds=9", True),
        ("seconds=0", False),
        ("seconds=0.0;trace=7", False),
        ("", True),
        ("milliseconds=0", True),
        ("seconds=soon", True),
    ],
)
def test_a_caller_says_how_long_it_waits(attributes, waits):
    caller = Caller.of(attributes)
    if waits:
        caller.require()
        return
    with pytest.raises(NobodyWaitsError):
        caller.require()


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda each: type(each).__name__)
def test_no_row_is_begun_once_nobody_waits(predictor, request_):
    class Impatient(Caller):
        asked = 0

        def require(self) -> None:
            self.asked += 1
            if self.asked == 3:  # the request as a whole, its first row, its second
                self.leave()
            super().require()

    caller = Impatient()
    with pytest.raises(NobodyWaitsError):
        predictor.predict(request_, caller)
    assert caller.asked == 3


def ask(application: Application, document: dict, headers: list, after_body: list) -> list[dict]:
    """The messages that the application sends to a client whose own messages are given."""
    given = [{"type": "http.request", "body": json.dumps(document).encode()}, *after_body]
    sent: list[dict] = []

    async def receive() -> Any:
        if given:
            return given.pop(0)
        return await asyncio.Future()

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(dict(message))

    scope = {"path": "/invocations", "method": "POST", "headers": headers}
    asyncio.run(application(scope, receive, send))
    return sent


JSON = (b"content-type", b"application/json")


def test_a_client_that_hangs_up_stops_its_work(predictor, monkeypatch):
    """The connection closes while the first list is being made: no second one is."""
    gone = threading.Event()
    made = []
    list_for = predictor._shortlister.list_for
    leave = Caller.leave

    def slowly(*arguments):
        made.append(arguments)
        assert gone.wait(10)
        return list_for(*arguments)

    monkeypatch.setattr(predictor._shortlister, "list_for", slowly)

    def left(caller: Caller) -> None:
        leave(caller)
        gone.set()

    monkeypatch.setattr(Caller, "leave", left)
    start, _ = ask(Application(predictor), LISTS, [JSON], [{"type": "http.disconnect"}])
    assert start["status"] == 503
    assert len(made) == 1


def test_work_whose_time_is_over_is_not_begun(predictor, monkeypatch):
    monkeypatch.setattr(predictor._shortlister, "list_for", pytest.fail)
    late = (b"x-amzn-sagemaker-custom-attributes", b"seconds=0")
    start, body = ask(Application(predictor), LISTS, [JSON, late], [])
    assert start["status"] == 503
    assert json.loads(body["body"])["error"].startswith("Nobody waits for this answer")


def test_a_large_body_whose_time_is_over_is_not_read(predictor, monkeypatch):
    monkeypatch.setattr(serve, "_decoded", pytest.fail)
    monkeypatch.setattr(serve, "INLINE_BYTES", 1)
    late = (b"x-amzn-sagemaker-custom-attributes", b"seconds=0")
    start, body = ask(Application(predictor), LISTS, [JSON, late], [])
    assert start["status"] == 503
    assert json.loads(body["body"])["error"].startswith("Nobody waits for this answer")


def test_lists_keep_no_ping_waiting(predictor, monkeypatch):
    """A body of a few hundred bytes can ask for seconds of work: it is done on a thread."""
    threads = set()
    list_for = predictor._shortlister.list_for

    def noted(*arguments):
        threads.add(threading.current_thread())
        return list_for(*arguments)

    monkeypatch.setattr(predictor._shortlister, "list_for", noted)
    start, _ = ask(Application(predictor), LISTS, [JSON], [])
    assert start["status"] == 200
    assert threading.main_thread() not in threads


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda each: type(each).__name__)
def test_no_request_switches_the_threads_of_the_process(predictor, request_, monkeypatch):
    """Requests overlap: the switch of one would undo the other's, and last beyond both."""
    monkeypatch.setattr(threadpoolctl._ThreadpoolLimiter, "__init__", pytest.fail)
    predictor.predict(request_)


def test_the_program_gives_each_request_one_core(tmp_path, monkeypatch):
    monkeypatch.setenv("SAGEMAKER_BASE_DIR", str(tmp_path))
    seen = []
    blas = [each for each in threadpoolctl.threadpool_info() if each["user_api"] == "blas"]
    assert blas
    monkeypatch.setattr("signal.signal", lambda *_: None)
    monkeypatch.setattr(artifact, "load", lambda _: None)
    monkeypatch.setattr(serve, "Predictor", lambda _: None)
    monkeypatch.setattr(
        "uvicorn.run", lambda *_, **__: seen.extend(threadpoolctl.threadpool_info())
    )
    with threadpoolctl.threadpool_limits():
        assert serve.main() == 0
    assert {each["num_threads"] for each in seen if each["user_api"] == "blas"} == {1}
