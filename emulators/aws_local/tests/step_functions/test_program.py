"""Definitions run as AWS runs them: paths, choices, branches, waits, quotas."""

import threading
import time

import pytest

END = {"Type": "Pass", "End": True}
WRONG = {"Type": "Fail", "Error": "Wrong"}


def passed(**parameters):
    return {"Type": "Pass", "Parameters": parameters, "End": True}


def choice(rule, default="end"):
    choose = {"Type": "Choice", "Choices": [{**rule, "Next": "chosen"}]}
    return {
        "choose": choose | ({"Default": default} if default else {}),
        "chosen": passed(is_chosen=True),
        "end": END,
    }


def test_a_task_hands_its_input_to_a_function(run, aws):
    tasks = aws.tasks({"loaves": ["é"]})
    state = aws.task(ResultSelector={"made.$": "$.Payload.loaves"}, ResultPath="$.result")
    assert run({"bake": state}, {"rye": 1}, tasks=tasks) == {"rye": 1, "result": {"made": ["é"]}}
    (call,) = tasks.calls
    assert call == {"FunctionName": aws.function, "Payload": b'{"rye": 1}'}


def test_a_function_is_a_task_by_its_address_alone(run, aws):
    tasks = aws.tasks({"loaves": 1}, None)
    state = {"Type": "Task", "Resource": aws.function}
    states = {"bake": {**state, "Next": "again"}, "again": {**state, "End": True}}
    assert run(states, {"rye": 1}, tasks=tasks) is None
    assert [call["Payload"] for call in tasks.calls] == [b'{"rye": 1}', b'{"loaves": 1}']


def test_a_message_is_published_as_text(run, aws):
    tasks = aws.tasks()
    message = {"TopicArn": "arn:topic", "Message": {"made.$": "$.rye"}, "Subject.$": "$.title"}
    publish = {"Type": "Task", "Resource": "arn:aws:states:::sns:publish", "End": True}
    states = {"tell": {**publish, "Parameters": message}}
    assert run(states, {"rye": 1, "title": "Bread"}, tasks=tasks) == {"MessageId": "1"}
    assert tasks.calls == [{"TopicArn": "arn:topic", "Message": '{"made": 1}', "Subject": "Bread"}]


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("$.loaves[0].kind", "rye"),
        ("$['loaves'][0]['kind']", "rye"),
        ("$.loaves[*].kind", ["rye"]),
        ("$.loaves[0:1]", [{"kind": "rye"}]),
        ("$.loaves[?(@.kind=='rye')].kind", ["rye"]),
        ("$..kind", ["rye"]),
        ("States.Format('{} {}', $.count, $.loaves[0].kind)", "1 rye"),
        ("States.ArrayLength($.loaves)", 1),
        ("States.StringToJson('{\"a\": [1]}')", {"a": [1]}),
        ("States.MathAdd($.count, 1)", 2),
    ],
)
def test_a_path_is_one_value_or_a_list_as_it_may_find_many(run, path, found):
    given = {"loaves": [{"kind": "rye"}], "count": 1}
    assert run({"look": passed(**{"found.$": path})}, given) == {"found": found}


def test_the_context_object_is_there(run):
    paths = {
        "id.$": "$$.Execution.Id",
        "name.$": "$$.Execution.Name",
        "input.$": "$$.Execution.Input.rye",
        "started.$": "$$.Execution.StartTime",
        "role.$": "$$.Execution.RoleArn",
        "state.$": "$$.State.Name",
        "machine.$": "$$.StateMachine.Name",
    }
    assert run({"look": passed(**paths)}, {"rye": 1}) == {
        "id": "arn:aws:states:us-east-1:123456789012:execution:bake:rye",
        "name": "rye",
        "input": 1,
        "started": "2023-11-14T22:13:20.125Z",
        "role": "arn:aws:iam::123456789012:role/machine",
        "state": "look",
        "machine": "bake",
    }


@pytest.mark.parametrize(
    ("rule", "is_chosen"),
    [
        ({"Variable": "$.count", "NumericEquals": 3}, True),
        ({"Variable": "$.count", "NumericLessThan": 3}, False),
        ({"Variable": "$.text", "NumericEquals": 3}, False),
        ({"Variable": "$.text", "StringMatches": "3*"}, True),
        ({"Variable": "$.flag", "BooleanEquals": False}, True),
        ({"Variable": "$.absent", "IsPresent": False}, True),
        ({"Variable": "$.count", "IsPresent": True}, True),
        ({"Not": {"Variable": "$.count", "NumericEquals": 3}}, False),
        ({"And": [{"Variable": "$.flag", "BooleanEquals": True}] * 2}, False),
        (
            {
                "And": [
                    {"Variable": "$.absent", "IsPresent": True},
                    {"Variable": "$.absent", "NumericEquals": 1},
                ]
            },
            False,
        ),
    ],
)
def test_choices(run, rule, is_chosen):
    found = run(choice(rule), {"count": 3, "text": "3", "flag": False})
    assert ("is_chosen" in found) == is_chosen


def test_a_choice_about_what_is_not_there_fails(run):
    status, error, cause = run(choice({"Variable": "$.absent", "NumericEquals": 1}), {"rye": 1})
    assert (status, error) == ("FAILED", "States.Runtime")
    assert "Invalid path '$.absent': The choice state's condition path references" in cause


def test_a_choice_without_a_rule_that_holds_fails(run):
    rule = {"Variable": "$.rye", "NumericEquals": 2}
    states = {"choose": {"Type": "Choice", "Choices": [{**rule, "Next": "end"}]}, "end": END}
    assert run(states, {"rye": 1})[:2] == ("FAILED", "States.NoChoiceMatched")


def test_branches_and_maps(run, aws):
    branches = [{"StartAt": "one", "States": {"one": passed(n=n)}} for n in (1, 2)]
    parallel = {"Type": "Parallel", "Branches": branches, "Next": "each"}
    each = {
        "Type": "Map",
        "ItemProcessor": {"StartAt": "bake", "States": {"bake": aws.task(OutputPath="$.Payload")}},
        "MaxConcurrency": 1,
        "End": True,
    }
    tasks = aws.tasks("first", "second")
    assert run({"both": parallel, "each": each}, tasks=tasks) == ["first", "second"]
    assert [call["Payload"] for call in tasks.calls] == [b'{"n": 1}', b'{"n": 2}']


def test_an_error_of_a_branch_is_the_errors_of_the_states(run):
    rule = {"Variable": "$.n", "NumericEquals": 2, "Next": "end"}
    branch = {
        "StartAt": "choose",
        "States": {"choose": {"Type": "Choice", "Choices": [rule]}, "end": END},
    }
    catch = [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.caught", "Next": "caught"}]
    parallel = {"Type": "Parallel", "Branches": [branch], "Catch": catch, "End": True}
    found = run({"try": parallel, "caught": END}, {"n": 1})
    assert found["caught"]["Error"] == "States.NoChoiceMatched"


@pytest.mark.parametrize(
    "wait",
    [
        {"Seconds": 3600},
        {"SecondsPath": "$.seconds"},
        {"Timestamp": "2999-01-01T00:00:00Z"},
        {"TimestampPath": "$.until"},
    ],
)
def test_a_wait_lasts_as_long_as_the_settings_let_it(run, wait):
    given = {"seconds": 3600, "until": "2999-01-01T00:00:00Z"}
    began = time.monotonic()
    states = {"rest": {"Type": "Wait", **wait, "End": True}}
    assert run(states, given, longest_wait=0.2) == given
    assert 0.2 <= time.monotonic() - began < 60


def test_a_wait_without_a_limit_lasts_as_long_as_it_says(run, aws):
    began = time.monotonic()
    run({"rest": {"Type": "Wait", "Seconds": 1, "End": True}}, longest_wait=aws.no_limit)
    assert time.monotonic() - began >= 1


def test_a_stopped_run_ends_in_a_wait_and_stays_stopped(new_run, aws, wait_for):
    run = new_run({"rest": {"Type": "Wait", "Seconds": 3600, "End": True}}, longest_wait=3600)
    outcomes = []
    thread = threading.Thread(target=lambda: outcomes.append(run.outcome()))
    thread.start()
    wait_for(lambda: any(event["type"] == "WaitStateEntered" for event in run.events()))
    run.stop()
    thread.join(30)
    assert [outcome.status for outcome in outcomes] == ["ABORTED"]


def test_a_run_that_is_stopped_before_it_begins_does_nothing(new_run, aws):
    tasks = aws.tasks()
    run = new_run({"bake": aws.task()}, tasks=tasks)
    run.stop()
    assert run.outcome().status == "ABORTED"
    assert tasks.calls == []


def test_a_machine_that_takes_too_long_is_timed_out(run):
    states = {"rest": {"Type": "Wait", "Seconds": 3600, "End": True}}
    assert run(states, longest_wait=3600, TimeoutSeconds=1) == ("TIMED_OUT", None, None)


def test_history_ends_with_its_quota(new_run):
    states = {"one": {"Type": "Pass", "Next": "two"}, "two": {"Type": "Pass", "Next": "one"}}
    run = new_run(states, max_events=50)
    outcome = run.outcome()
    assert outcome.details["error"] == "States.Runtime"
    assert "maximum number of history events" in outcome.details["cause"]
    assert [event["id"] for event in run.events()] == list(range(1, 51))
    assert run.events()[-1]["type"] == "ExecutionFailed"


def test_the_end_may_be_the_last_event_of_the_quota(new_run):
    states = {"one": {"Type": "Pass", "Next": "two"}, "two": END}
    run = new_run(states, max_events=6)
    assert run.outcome().status == "SUCCEEDED"
    assert len(run.events()) == 6


@pytest.mark.parametrize(("size", "fits"), [(262_000, True), (262_143, False)])
def test_a_states_output_has_a_largest_size(run, aws, size, fits):
    state = {"Type": "Task", "Resource": aws.function, "End": True}
    found = run({"bake": state}, tasks=aws.tasks("e" * size))
    assert len(found) == size if fits else found[:2] == ("FAILED", "States.DataLimitExceeded")


def test_readings_are_used_again_and_never_by_two_at_once(new_run, aws):
    """A retry's count is of its own execution."""
    retry = [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 1, "IntervalSeconds": 1}]
    run = new_run({"bake": aws.task(Retry=retry)}, tasks=aws.tasks(aws.failure(errorType="Burnt")))
    first = run._program.take()
    second = run._program.take()
    assert first is not second
    run._program.give_back(first)
    assert run.outcome().status == "SUCCEEDED"
    assert run._program.take() is first
