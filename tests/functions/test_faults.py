"""The table of faults: any fault of any call leaves the same resources and the same answer.

Each flow is first run without a fault. Then it is run once for each of its calls and each fault,
as Snowflake runs it: 429 and 5xx are sent again, 202 is polled. Afterwards jobs, models,
configurations and endpoints must be exactly those of the run without a fault, the answer the same.
"""

from collections.abc import Callable
from copy import deepcopy
from types import SimpleNamespace
from typing import Any

import pytest
from aws_fault import AwsError, Fault, Killed
from botocore.exceptions import ConnectionClosedError, EndpointConnectionError, ReadTimeoutError
from sagemaker_clients import SharedClients

PREFIX = "snowreel-test"
URL = "https://sagemaker.us-east-1.amazonaws.com/"
OLD, NEW = f"{PREFIX}-{'b' * 24}", f"{PREFIX}-{'a' * 24}"
MOST_REQUESTS = 30
QUOTA = (
    "The account-level service limit 'Maximum number of serverless endpoints' is 5, with current "
    "utilization of 5 and a request delta of 1. Please use AWS Service Quotas to request an "
    "increase for this quota."
)
#: SageMaker's state with the old model in service, once it is made.
DEPLOYED: dict[str, Any] = {}

# A killed process flushes no metrics; only this test's way of killing lets Powertools notice it.
pytestmark = [
    pytest.mark.thorough,
    pytest.mark.filterwarnings("ignore:No application metrics:UserWarning"),
]


def nothing(api: Any, aws: Any) -> None:
    """An account without anything."""


def two_trainings(api: Any, aws: Any) -> None:
    aws.trained("a")
    aws.trained("b")


def old_model_serves(api: Any, aws: Any) -> None:
    """The model is deployed once: every later run has a copy of what that has left."""
    if not DEPLOYED:
        two_trainings(api, aws)
        api.post("/deploy", [[0, "films", OLD]], batch="earlier")
        aws.settle(f"{PREFIX}-films")
        assert api.get("/deploy", batch="earlier").value["training_job"] == OLD
        DEPLOYED.update(resources=aws.resources, tags=aws.tags, clock=aws.clock)
    vars(aws).update(deepcopy(DEPLOYED))


def no_endpoint_more(api: Any, aws: Any) -> None:
    two_trainings(api, aws)
    aws.refusals["CreateEndpoint"] = AwsError("ResourceLimitExceeded", QUOTA)


def no_update(api: Any, aws: Any) -> None:
    old_model_serves(api, aws)
    aws.refusals["UpdateEndpoint"] = AwsError("ResourceLimitExceeded", QUOTA)


def two_models_serve(api: Any, aws: Any) -> None:
    aws.endpoint_serves("films", aws.trained("c"))
    aws.endpoint_serves("series", aws.trained("d"))


#: Name to what is there before, the path, and the rows.
FLOWS: dict[str, tuple[Callable[[Any, Any], None], str, list[Any]]] = {
    "train": (nothing, "/train", [[3, "ratings", "recommendations"]]),
    "start training": (nothing, "/start-training", [[3, "ratings", "recommendations", {}]]),
    "training status": (two_trainings, "/training-status", [[3, NEW], [1, OLD]]),
    "first deployment": (two_trainings, "/deploy", [[3, "films", NEW]]),
    "update": (old_model_serves, "/deploy", [[3, "films", NEW]]),
    "first deployment over a quota": (no_endpoint_more, "/deploy", [[3, "films", NEW]]),
    "update over a quota": (no_update, "/deploy", [[3, "films", NEW]]),
    "undeployment": (old_model_serves, "/undeploy", [[3, "films"]]),
    "list": (old_model_serves, "/models", [[3]]),
    "estimates": (two_models_serve, "/invoke", [[3, "films", "1", "2"], [1, "series", "1", "2"]]),
    "details": (two_models_serve, "/invoke-details", [[3, "films", "1", "2"]]),
    "recommendations": (two_models_serve, "/recommend", [[3, "films", "1", 2], [1, "no", "1", 2]]),
    "estimates for": (two_models_serve, "/estimate-for", [[3, "films", {"1": 5}, "2"]]),
    "lists for a group": (two_models_serve, "/recommend-group", [[3, "films", [{}], 2, None]]),
    "neighbours": (two_models_serve, "/similar-items", [[3, "films", "1", 2]]),
    "finds": (two_models_serve, "/find-items", [[3, "films", "a robot", 2]]),
    "order of items": (two_models_serve, "/rank-items", [[3, "films", {"1": 5}, ["2", "3"]]]),
    "recommendations for": (two_models_serve, "/recommend-for", [[3, "films", {"1": 5}, 2, {}]]),
}

#: Name to the fault, and how many calls in a row it befalls: the SDK itself tries a call twice.
FAULTS: dict[str, Callable[[], tuple[Fault, int]]] = {
    "throttled once": lambda: (Fault(AwsError("ThrottlingException", "Rate exceeded")), 1),
    "throttled": lambda: (Fault(AwsError("ThrottlingException", "Rate exceeded")), 4),
    "server error": lambda: (Fault(AwsError("InternalFailure", "", 500)), 3),
    "denied": lambda: (Fault(AwsError("AccessDeniedException", "arn:aws:iam::1:role/x", 403)), 3),
    "unreachable": lambda: (Fault(EndpointConnectionError(endpoint_url=URL)), 3),
    "connection reset": lambda: (Fault(ConnectionClosedError(endpoint_url=URL)), 3),
    "answer lost": lambda: (Fault(ReadTimeoutError(endpoint_url=URL), late=True), 3),
    "error after the effect": lambda: (
        Fault(AwsError("ServiceUnavailable", "", 503), late=True),
        3,
    ),
    "malformed answer": lambda: (Fault(None, answer=b"<html>not JSON</html>"), 2),
    "empty answer": lambda: (Fault(None, answer=b"{}"), 1),
    "killed before": lambda: (Fault(Killed()), 1),
    "killed after": lambda: (Fault(Killed(), late=True), 1),
}


@pytest.fixture(autouse=True)
def no_backoff(monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK's pauses between two tries take no time here."""
    monkeypatch.setattr("botocore.endpoint.time", SimpleNamespace(sleep=lambda _: None))


@pytest.fixture
def run(api: Any, aws: Any, clients: SharedClients) -> Callable[..., Any]:
    """Runs a flow from its beginning to its end; gives its answer and what it leaves."""

    def run(flow: str, plan: dict[int, Any] | None = None) -> Any:
        before, path, rows = FLOWS[flow]
        aws.__init__()
        clients.refill()
        before(api, aws)
        aws.calls.clear()
        aws.planned = plan or {}
        answer = _ask_until_done(api, aws, path, rows)
        return answer, _left(aws), len(aws.calls)

    return run


def _ask_until_done(api: Any, aws: Any, path: str, rows: list[Any]) -> Any:
    ask: Callable[[], Any] = lambda: api.post(path, rows)  # noqa: E731 - replaced below
    for _ in range(MOST_REQUESTS):
        try:
            reply = ask()
        except Killed:
            continue  # the gateway answers 502
        if "error" in reply.body:
            assert "arn:" not in reply.body["error"]["message"]
        if reply.status == 202:
            _go_on(aws)
            ask = lambda: api.get(path)  # noqa: E731 - as above
        elif reply.status != 429 and reply.status < 500:
            return reply.status, reply.body
    raise AssertionError(f"no end after {MOST_REQUESTS} requests; the last answer: {reply}")


def _go_on(aws: Any) -> None:
    """Time passes in SageMaker."""
    for name, job in aws.resources["training-job"].items():
        if job.get("TrainingJobStatus") == "InProgress":
            aws.complete(name, rmse=0.9, mae=0.7, users=3, items=4, ratings=5, rows=6)
    for name in list(aws.resources["endpoint"]):
        aws.settle(name)


def _left(aws: Any) -> Any:
    """Resources that a flow has left, and the configurations in service."""
    endpoints = {
        name: (endpoint["EndpointConfigName"], endpoint["EndpointStatus"])
        for name, endpoint in aws.resources["endpoint"].items()
    }
    return {kind: sorted(names) for kind, names in aws.resources.items()}, endpoints


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("flow", FLOWS)
def test_any_fault_leaves_the_same_resources_and_answer(run: Any, flow: str, fault: str) -> None:
    answer, left, calls = run(flow)
    assert answer[0] in {200, 400}
    assert calls
    befalls, times = FAULTS[fault]()
    for start in range(1, calls + 1):
        plan = dict.fromkeys(range(start, start + times), befalls)
        faulty_answer, faulty_left, _ = run(flow, plan)
        assert faulty_left == left, f"at call {start}"
        assert _timeless(faulty_answer) == _timeless(answer), f"at call {start}"


def _timeless(answer: Any) -> Any:
    status, body = answer
    for _, value in body["data"]:
        for model in value if isinstance(value, list) else ():
            model.pop("created_at", None)
            model.pop("updated_at", None)
    return status, body


@pytest.mark.parametrize("later", [1, 2, 4])
def test_two_kills_leave_the_same_resources_and_answer(run: Any, later: int) -> None:
    """The flow with the most steps, its process killed twice on the way."""
    answer, left, calls = run("update")
    for first in range(1, calls + 4):
        kills = (first, first + later)
        plan = dict.fromkeys(kills, Fault(Killed(), late=True))
        faulty_answer, faulty_left, _ = run("update", plan)
        assert faulty_left == left, f"killed after calls {kills}"
        assert faulty_answer == answer
