"""Lambda functions: own processes, own variables, one event at a time, limits and crashes."""

import asyncio
import json
import os
import textwrap
from contextlib import asynccontextmanager

import psutil
import pytest
from aws_local.lambda_runtime.environment import FunctionConfiguration, FunctionError, HandlerError
from aws_local.lambda_runtime.function_pool import FunctionPool, ThrottledError

HANDLERS = """
import asyncio, json, os, sys, time
from shop import neighbour

count = 0

def echo(event, context):
    return {"event": event, "pid": os.getpid(), "neighbour": neighbour.__file__}

def surroundings(event, context):
    return {
        "environment": dict(os.environ), "path": sys.path, "folder": os.getcwd(),
        "editable": _importable("aws_local"), "installed": _importable("boto3"),
        "context": {name: getattr(context, name) for name in (
            "aws_request_id", "function_name", "function_version", "memory_limit_in_mb",
            "invoked_function_arn", "log_group_name", "log_stream_name")},
        "remaining": context.get_remaining_time_in_millis(),
    }

def _importable(name):
    import importlib.util
    return importlib.util.find_spec(name) is not None

def counted(event, context):
    global count
    count += 1
    time.sleep(event.get("seconds", 0))
    return {"count": count, "pid": os.getpid()}

def odd(event, context):
    if event["do"] == "raise":
        raise KeyError("secret")
    if event["do"] == "exit":
        os._exit(7)
    if event["do"] == "leave":
        sys.exit("leaving")
    if event["do"] == "sleep":
        time.sleep(60)
    if event["do"] == "print":
        print("a line of the log")
    if event["do"] == "unserialisable":
        return object()
    return "x" * event.get("bytes", 0)
"""


@pytest.fixture
def code(tmp_path):
    folder = tmp_path / "code" / "shop"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("")
    (folder / "neighbour.py").write_text("")
    (folder / "handlers.py").write_text(textwrap.dedent(HANDLERS))
    (folder / "slow.py").write_text("import time; time.sleep(1); echo = lambda event, _: event")
    (folder / "broken.py").write_text("raise RuntimeError('cannot be imported')")
    return folder.parent


@pytest.fixture
def configure(code, tmp_path):
    def make(handler, timeout=20.0, **variables) -> FunctionConfiguration:
        return FunctionConfiguration(
            name="some-function",
            arn="arn:aws:lambda:us-east-1:123456789012:function:some-function",
            handler=f"shop.{handler}",
            code=code,
            variables=variables,
            log=tmp_path / "function.log",
            timeout_seconds=timeout,
        )

    return make


@asynccontextmanager
async def pool_of(configuration, **options):
    pool = FunctionPool(configuration, **options)
    try:
        yield pool
    finally:
        await pool.close()


async def invoke(pool, request_id="request-1", **event):
    return json.loads(await pool.invoke(json.dumps(event).encode(), request_id, "Root=1-2-3"))


def test_a_handler_runs_from_the_copy_in_a_process_of_its_own(configure, code):
    async def scenario():
        async with pool_of(configure("handlers.echo")) as pool:
            return [await invoke(pool, a="é", b=[1, None]) for _ in range(2)]

    first, second = asyncio.run(scenario())
    assert first["event"] == {"a": "é", "b": [1, None]}
    assert first["pid"] == second["pid"] != os.getpid()
    assert first["neighbour"] == str(code / "shop" / "neighbour.py")
    assert not psutil.pid_exists(first["pid"]) or psutil.Process(first["pid"]).status() == "zombie"


def test_a_handler_sees_its_own_variables_and_lambdas_only(configure, code, monkeypatch):
    monkeypatch.setenv("LEAKED", "yes")

    async def scenario():
        async with pool_of(configure("handlers.surroundings", MINE="1")) as pool:
            return await invoke(pool)

    seen = asyncio.run(scenario())
    environment = seen["environment"]
    assert environment["MINE"] == "1"
    assert environment["LAMBDA_TASK_ROOT"] == environment["HOME"] == str(code)
    assert environment["AWS_LAMBDA_FUNCTION_NAME"] == "some-function"
    assert environment["_X_AMZN_TRACE_ID"] == "Root=1-2-3"
    # Python sets LC_CTYPE where the machine lacks the locale.
    assert set(environment) - {"LC_CTYPE"} == {
        *("MINE", "HOME", "LANG", "TZ", "PYTHONPATH", "LAMBDA_TASK_ROOT", "_HANDLER"),
        *("AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_VERSION", "_X_AMZN_TRACE_ID"),
        *("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_LOG_GROUP_NAME"),
        "AWS_LAMBDA_LOG_STREAM_NAME",
    }
    assert (seen["installed"], seen["editable"]) == (True, False)
    assert seen["path"][0] == str(code)
    assert seen["folder"] == str(code)
    assert seen["context"] == {
        "aws_request_id": "request-1",
        "function_name": "some-function",
        "function_version": "$LATEST",
        "memory_limit_in_mb": "512",
        "invoked_function_arn": "arn:aws:lambda:us-east-1:123456789012:function:some-function",
        "log_group_name": "/aws/lambda/some-function",
        "log_stream_name": "local",
    }
    assert 19_000 < seen["remaining"] <= 20_000


def test_quick_events_share_an_environment_and_slow_ones_get_more(configure, monkeypatch):
    def slow_is(seconds):
        # On a loaded machine even a quick event may take longer than the usual delay.
        monkeypatch.setattr("aws_local.lambda_runtime.function_pool.GROWTH_DELAY_SECONDS", seconds)

    async def scenario():
        async with pool_of(configure("handlers.counted")) as pool:
            slow_is(30.0)
            quick = await asyncio.gather(*(invoke(pool) for _ in range(8)))
            slow_is(0.2)
            slow = await asyncio.gather(*(invoke(pool, seconds=1.5) for _ in range(3)))
            return quick, slow

    quick, slow = asyncio.run(scenario())
    assert sorted(answer["count"] for answer in quick) == list(range(1, 9))
    assert len({answer["pid"] for answer in quick}) == 1
    assert len({answer["pid"] for answer in slow}) > 1


def test_more_events_at_once_than_allowed_are_throttled(configure):
    async def scenario():
        async with pool_of(configure("handlers.counted"), concurrency=2) as pool:
            calls = (invoke(pool, seconds=0.5) for _ in range(5))
            outcomes = await asyncio.gather(*calls, return_exceptions=True)
            return outcomes, await invoke(pool)

    outcomes, afterwards = asyncio.run(scenario())
    throttled = [outcome for outcome in outcomes if isinstance(outcome, ThrottledError)]
    assert len(throttled) == 3
    assert afterwards["count"] >= 1


@pytest.mark.parametrize(
    ("do", "message"),
    [
        ("raise", "KeyError: 'secret'"),
        ("leave", "SystemExit: leaving"),
        ("unserialisable", "TypeError: Object of type object is not JSON serializable"),
        ("exit", "the function's process ended without an answer"),
        ("sleep", "Task timed out after 1.00 seconds"),
    ],
)
def test_a_failure_is_reported_and_the_next_event_is_answered(configure, do, message, tmp_path):
    async def scenario():
        async with pool_of(configure("handlers.odd", timeout=1.0)) as pool:
            with pytest.raises(FunctionError) as caught:
                await invoke(pool, do=do)
            return str(caught.value), await invoke(pool, do="print")

    assert asyncio.run(scenario()) == (message, "")
    log = (tmp_path / "function.log").read_text()
    assert "a line of the log\n" in log
    assert ("Traceback" in log) == (do in {"raise", "leave", "unserialisable"})


def test_answers_have_lambdas_largest_size(configure):
    async def scenario():
        async with pool_of(configure("handlers.odd")) as pool:
            with pytest.raises(FunctionError, match="exceeded maximum allowed payload size"):
                await invoke(pool, do="answer", bytes=6 * 1024 * 1024)
            return await invoke(pool, do="answer", bytes=5 * 1024 * 1024)

    assert len(asyncio.run(scenario())) == 5 * 1024 * 1024


@pytest.mark.parametrize("handler", ["broken.handler", "absent.handler", "handlers.absent"])
def test_a_handler_that_cannot_be_imported_fails_each_event(configure, handler):
    async def scenario():
        async with pool_of(configure(handler)) as pool:
            calls = (invoke(pool) for _ in range(3))
            return await asyncio.gather(*calls, return_exceptions=True)

    outcomes = asyncio.run(scenario())
    assert [type(outcome) for outcome in outcomes] == [HandlerError] * 3


@pytest.mark.parametrize(("timeout", "in_time"), [(20.0, True), (0.5, False)])
def test_a_start_may_take_as_long_as_an_event(configure, monkeypatch, timeout, in_time):
    """Lambda tries a start that took too long again, with the function's own timeout."""
    monkeypatch.setattr("aws_local.lambda_runtime.environment._INIT_TIMEOUT_SECONDS", 0.1)

    async def scenario():
        async with pool_of(configure("slow.echo", timeout)) as pool:
            return await invoke(pool, n=1)

    if in_time:
        assert asyncio.run(scenario()) == {"n": 1}
    else:
        with pytest.raises(FunctionError, match="its start took too long"):
            asyncio.run(scenario())


def test_a_warm_pool_answers_with_what_it_started(configure):
    async def scenario():
        async with pool_of(configure("handlers.counted")) as pool:
            pool.warm()
            answers = [await invoke(pool) for _ in range(2)]
            return [answer["count"] for answer in answers]

    assert asyncio.run(scenario()) == [1, 2]
