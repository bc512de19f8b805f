"""Lambda's Invoke: the functions' answers and errors, who may call, limits."""

import asyncio
import json
from dataclasses import replace

import pytest
from aws_local.lambda_runtime.function_pool import ThrottledError
from aws_local.lambda_runtime.invocations import Invocations
from aws_local.wire.call import Call
from aws_local.wire.fault import FaultError
from botocore.exceptions import ClientError
from loopback.sigv4 import SignedRequest

ARN = "arn:aws:lambda:us-east-1:123456789012:function:shop-orders"
MEBIBYTE = 1024 * 1024
HANDLER = """
import json, os, time

def handler(event, context):
    do = event.get("do") if isinstance(event, dict) else None
    if do == "raise":
        raise KeyError("secret")
    if do == "exit":
        os._exit(7)
    if do == "sleep":
        time.sleep(60)
    if do == "large":
        return "x" * (6 * 1024 * 1024)
    return {"event": event, "request_id": context.aws_request_id}
"""


@pytest.fixture(scope="module")
def port(tmp_path_factory, new_settings, running, granted):
    folder = tmp_path_factory.mktemp("state")
    settings = new_settings(folder)
    (folder / "project" / "shop" / "api.py").write_text(HANDLER)
    one = {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": ARN}
    everything = {**one, "Action": "lambda:*", "Resource": "*"}
    settings = replace(settings, account=granted({"integrator": one, "job": everything}))
    with running("aws_local", settings, folder, settings.api.port):
        yield settings.s3.port


@pytest.fixture
def functions(port, client):
    return client(port, "lambda", "integrator")


def invoke(functions, event=None, name="shop-orders", **more):
    given = {} if event is None else {"Payload": json.dumps(event)}
    answer = functions.invoke(FunctionName=name, **given, **more)
    return answer, json.loads(answer["Payload"].read())


def refusal(functions, *arguments, **more):
    with pytest.raises(ClientError) as error:
        invoke(functions, *arguments, **more)
    response = error.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


@pytest.mark.parametrize("name", ["shop-orders", ARN, f"{ARN}:$LATEST"])
def test_a_function_answers_by_name_and_by_address(port, client, name):
    answer, payload = invoke(client(port, "lambda", "job"), {"loaves": ["é", None]}, name)
    assert payload["event"] == {"loaves": ["é", None]}
    assert (answer["StatusCode"], answer["ExecutedVersion"]) == (200, "$LATEST")
    assert "FunctionError" not in answer
    assert payload["request_id"] == answer["ResponseMetadata"]["RequestId"]


def test_no_payload_is_an_empty_event(functions):
    assert invoke(functions)[1]["event"] == {}


def test_an_exception_is_an_answer_with_its_type_and_stack(functions):
    answer, payload = invoke(functions, {"do": "raise"})
    assert (answer["StatusCode"], answer["FunctionError"]) == (200, "Unhandled")
    assert (payload["errorType"], payload["errorMessage"]) == ("KeyError", "'secret'")
    assert payload["requestId"] == answer["ResponseMetadata"]["RequestId"]
    (frame,) = payload["stackTrace"]
    assert 'raise KeyError("secret")' in frame


@pytest.mark.parametrize(
    ("do", "error_type", "message"),
    [
        ("sleep", "Sandbox.Timedout", "Task timed out after 3.00 seconds"),
        ("exit", "Runtime.ExitError", "the function's process ended without an answer"),
    ],
)
def test_a_timeout_and_a_crash_are_answers_too(functions, do, error_type, message):
    answer, payload = invoke(functions, {"do": do})
    request_id = answer["ResponseMetadata"]["RequestId"]
    assert answer["FunctionError"] == "Unhandled"
    assert payload == {
        "errorType": error_type,
        "errorMessage": f"RequestId: {request_id} Error: {message}",
    }


def test_an_answer_that_is_too_large_is_the_functions_error(functions):
    answer, payload = invoke(functions, {"do": "large"})
    assert answer["FunctionError"] == "Unhandled"
    assert payload["errorType"] == "Function.ResponseSizeTooLarge"


def test_an_event_that_is_too_large_or_no_json_is_refused(functions):
    assert refusal(functions, "x" * (6 * MEBIBYTE)) == ("RequestTooLargeException", 413)
    with pytest.raises(ClientError, match="InvalidRequestContentException"):
        functions.invoke(FunctionName="shop-orders", Payload=b"{")


def test_whom_no_policy_lets_is_refused(port, client, functions):
    assert refusal(functions, {}, "shop-stock") == ("AccessDeniedException", 403)
    assert refusal(client(port, "lambda", "nobody"), {}) == ("AccessDeniedException", 403)


def test_functions_and_versions_that_are_not_there(port, client):
    everything = client(port, "lambda", "job")
    assert refusal(everything, {}, "shop-cellar") == ("ResourceNotFoundException", 404)
    assert refusal(everything, {}, Qualifier="7") == ("ResourceNotFoundException", 404)


def test_what_is_not_emulated_is_refused(port, client, functions):
    unknown = ("UnknownOperationException", 404)
    assert refusal(functions, {}, InvocationType="Event") == unknown
    everything = client(port, "lambda", "job")
    with pytest.raises(ClientError, match="does not emulate ListFunctions"):
        everything.list_functions()


class BusyPool:
    """A function that runs as many events as it may."""

    arn = ARN

    async def invoke(self, event, request_id, trace_id):
        raise ThrottledError("Rate exceeded")


def call(**parameters) -> Call:
    request = SignedRequest(method="POST", path="/", query="", headers={}, body=b"{}")
    return Call(operation="Invoke", parameters=parameters, request=request)


def test_more_events_at_once_than_allowed_are_throttled(account):
    invocations = Invocations([BusyPool()], account)

    async def scenario():
        invocations.begin()
        await asyncio.to_thread(invocations.answer, call(FunctionName="shop-orders"))

    with pytest.raises(FaultError) as error:
        asyncio.run(scenario())
    assert (error.value.code, error.value.status) == ("TooManyRequestsException", 429)


def test_nothing_runs_before_the_functions_start(account):
    with pytest.raises(FaultError) as error:
        Invocations([BusyPool()], account).answer(call(FunctionName="shop-orders"))
    assert (error.value.code, error.value.status) == ("ServiceException", 500)


def test_a_function_that_is_cancelled_by_the_end_did_not_run(account):
    class EndingPool(BusyPool):
        async def invoke(self, event, request_id, trace_id):
            raise asyncio.CancelledError

    invocations = Invocations([EndingPool()], account)

    async def scenario():
        invocations.begin()
        await asyncio.to_thread(invocations.answer, call(FunctionName="shop-orders"))

    with pytest.raises(FaultError, match="do not run"):
        asyncio.run(scenario())
    # the loop has ended, too
    with pytest.raises(FaultError, match="do not run"):
        invocations.answer(call(FunctionName="shop-orders"))


def test_names_are_held_against_lambdas_pattern(account):
    with pytest.raises(FaultError, match="regular expression"):
        Invocations([BusyPool()], account).answer(call(FunctionName="a b"))
