"""Errors of tasks: their names, who catches them, how often they are tried again."""

import threading
import time

import pytest

END = {"Type": "Pass", "End": True}


def catch(*errors):
    return {"Catch": [{"ErrorEquals": list(errors), "ResultPath": "$.error", "Next": "caught"}]}


def retry(*errors, attempts=2):
    rule = {"ErrorEquals": list(errors), "IntervalSeconds": 3600, "MaxAttempts": attempts}
    return {"Retry": [rule]}


def by_address(aws, **more):
    return {"Type": "Task", "Resource": aws.function, "End": True, **more}


@pytest.fixture(params=["integration", "address"])
def task(request, aws):
    """A task of a function in both ways that there are."""
    if request.param == "address":
        return lambda **more: by_address(aws, **more)
    return aws.task


def test_an_exception_has_the_name_of_its_class(run, aws, task):
    payload = aws.failure(errorType="Burnt", errorMessage="black")
    states = {"bake": task(**catch("Burnt")), "caught": END}
    error = run(states, tasks=aws.tasks(payload))["error"]
    assert error["Error"] == "Burnt"
    assert error["Cause"] == '{"errorType":"Burnt","errorMessage":"black"}'


@pytest.mark.parametrize("error_type", ["Sandbox.Timedout", "Runtime.ExitError", None])
def test_timeouts_and_crashes_are_unknown(run, aws, task, error_type):
    named = {"errorType": error_type} if error_type else {}
    payload = aws.failure(errorMessage="no bread", **named)
    states = {"bake": task(**catch("Lambda.Unknown")), "caught": END}
    error = run(states, tasks=aws.tasks(payload))["error"]
    assert error["Cause"].startswith("The cause could not be determined because Lambda did not")
    assert "no bread" in error["Cause"]


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("TooManyRequestsException", "Lambda.TooManyRequestsException"),
        ("ServiceException", "Lambda.ServiceException"),
        ("ResourceNotFoundException", "Lambda.ResourceNotFoundException"),
        # one that the SDK does not know as a fault of Invoke
        ("AccessDeniedException", "Lambda.AWSLambdaException"),
    ],
)
def test_lambdas_refusals_have_their_names(run, aws, task, code, name):
    states = {"bake": task(**catch(name)), "caught": END}
    assert run(states, tasks=aws.tasks(aws.refusal(code)))["error"]["Error"] == name


def test_a_task_is_tried_again_as_often_as_its_rule_says(run, aws, task):
    throttled = aws.refusal("TooManyRequestsException")
    states = {"bake": task(**retry("Lambda.TooManyRequestsException"))}
    tasks = aws.tasks(throttled, throttled, {"loaves": 1})
    run(states, tasks=tasks)
    assert len(tasks.calls) == 3
    tasks = aws.tasks(*[throttled] * 4)
    assert run(states, tasks=tasks)[:2] == ("FAILED", "Lambda.TooManyRequestsException")
    assert len(tasks.calls) == 3


def test_an_error_that_no_rule_names_fails_the_execution(run, aws, task):
    tasks = aws.tasks(aws.failure(errorType="Burnt"))
    states = {"bake": task(**retry("Raw"), **catch("Raw")), "caught": END}
    assert run(states, tasks=tasks)[:2] == ("FAILED", "Burnt")
    assert len(tasks.calls) == 1


@pytest.mark.parametrize("wildcard", ["States.ALL", "States.TaskFailed"])
def test_wildcards_catch_what_is_not_terminal(run, aws, task, wildcard):
    states = {"bake": task(**catch(wildcard)), "caught": END}
    assert run(states, tasks=aws.tasks(aws.failure(errorType="Burnt")))["error"]["Error"] == "Burnt"
    too_large = run(states, tasks=aws.tasks("e" * 262_144))
    assert too_large[:2] == ("FAILED", "States.DataLimitExceeded")


def test_a_path_that_finds_nothing_is_terminal(run, aws):
    states = {"bake": aws.task(InputPath="$.absent", **catch("States.ALL")), "caught": END}
    status, error, cause = run(states, {"rye": 1})
    assert (status, error) == ("FAILED", "States.Runtime")
    assert "$.absent" in cause


def test_a_terminal_error_is_caught_by_its_name(run, aws, task):
    states = {"bake": task(**catch("States.DataLimitExceeded")), "caught": END}
    error = run(states, tasks=aws.tasks("e" * 262_144))["error"]
    assert error["Error"] == "States.DataLimitExceeded"


def test_a_task_that_takes_too_long_is_a_timeout(run, aws, task):
    goes_on = threading.Event()
    states = {"bake": task(TimeoutSeconds=1, **catch("States.Timeout")), "caught": END}
    began = time.monotonic()
    found = run(states, tasks=aws.tasks(lambda: goes_on.wait(30) or {}))
    goes_on.set()
    assert found["error"]["Error"] == "States.Timeout"
    assert time.monotonic() - began < 25


@pytest.mark.parametrize(
    ("fail", "end"),
    [
        ({"Error": "Burnt", "Cause": "black"}, ("FAILED", "Burnt", "black")),
        ({"ErrorPath": "$.what", "CausePath": "$.why"}, ("FAILED", "Raw", "too early")),
        ({}, ("FAILED", None, None)),
    ],
)
def test_a_fail_state_says_what_it_is_told(run, fail, end):
    states = {"give up": {"Type": "Fail", **fail}}
    assert run(states, {"what": "Raw", "why": "too early"}) == end
