"""Executions through the API: their life, who may do what, quotas."""

import json
import threading

import pytest

ARN = "arn:aws:states:us-east-1:123456789012:stateMachine:bake"
EXECUTION = "arn:aws:states:us-east-1:123456789012:execution:bake:*"


@pytest.fixture(scope="module")
def emulator(tmp_path_factory, kitchen, running):
    folder = tmp_path_factory.mktemp("state")
    settings = kitchen(folder)
    with running("aws_local", settings, folder, settings.api.port):
        yield settings


@pytest.fixture
def cook(emulator, cook_of):
    return cook_of(emulator)


def test_an_execution_invokes_the_function_and_tells_the_topic(cook):
    before = len(cook.messages())
    arn = cook.start("first", loaves=3)
    assert arn == EXECUTION.replace("*", "first")
    found = cook.end(arn)
    assert json.loads(found["output"]) == {"loaves": 3, "made": {"loaves": 3}}
    assert (found["status"], found["name"], found["stateMachineArn"]) == ("SUCCEEDED", "first", ARN)
    assert (found["input"], found["inputDetails"]) == ('{"loaves": 3}', {"included": True})
    assert found["startDate"] <= found["stopDate"]
    (message,) = cook.messages()[before:]
    assert (message["subject"], json.loads(message["message"])["loaves"]) == ("Bread", 3)


def test_an_exception_reaches_the_catch(cook):
    error = json.loads(cook.end(cook.start(burn=True))["output"])["error"]
    assert error["Error"] == "ValueError"
    assert json.loads(error["Cause"])["errorMessage"] == "black"


def test_a_machines_calls_are_decided_by_its_role(cook):
    found = cook.end(cook.start(arn=ARN.replace("bake", "steal")))
    assert (found["status"], found["error"]) == ("FAILED", "Lambda.AWSLambdaException")
    assert (
        "assumed-role/job/job is not authorized to perform: lambda:InvokeFunction"
        in (found["cause"])
    )


def test_callers_are_decided_by_their_policies(emulator, cook_of):
    starter = cook_of(emulator, "integrator")
    denied, arn = "AccessDeniedException", starter.start()
    assert starter.refusal("describe_execution", executionArn=arn) == denied
    other = ARN.replace("bake", "steal")
    assert starter.refusal("start_execution", stateMachineArn=other) == denied
    assert cook_of(emulator, "nobody").refusal("list_state_machines") == denied


def test_a_name_is_for_one_execution(cook, tmp_path):
    """https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html."""
    until = str(tmp_path / "go")
    arn = cook.start("once", until=until)
    assert cook.start("once", until=until) == arn
    again = {"stateMachineArn": ARN, "name": "once"}
    assert cook.refusal("start_execution", **again, input="{}") == "ExecutionAlreadyExists"
    (tmp_path / "go").touch()
    cook.end(arn)
    same = json.dumps({"until": until})
    assert cook.refusal("start_execution", **again, input=same) == "ExecutionAlreadyExists"


def test_two_starts_of_one_name_at_once_are_one_execution(cook, tmp_path):
    until, marks = str(tmp_path / "go"), tmp_path / "marks"
    arns = []
    starts = [
        threading.Thread(
            target=lambda: arns.append(cook.start("both", until=until, marks=str(marks)))
        )
        for _ in range(4)
    ]
    for each in starts:
        each.start()
    for each in starts:
        each.join()
    (tmp_path / "go").touch()
    cook.end(arns[0])
    assert len(set(arns)) == 1
    assert marks.read_text() == "baked\n"


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"input": "{"}, "InvalidExecutionInput"),
        ({"input": "[NaN]"}, "InvalidExecutionInput"),
        ({"input": "[" * 100_000}, "InvalidExecutionInput"),
        ({"input": json.dumps("é" * 131_072, ensure_ascii=False)}, "ValidationException"),
        ({"name": "a b"}, "InvalidName"),
        ({"name": "a" * 81}, "ValidationException"),
        ({"stateMachineArn": "arn:aws:states:bake"}, "InvalidArn"),
        ({"stateMachineArn": f"{ARN}-2"}, "StateMachineDoesNotExist"),
        ({"stateMachineArn": f"{ARN}:1"}, "StateMachineDoesNotExist"),
    ],
)
def test_what_aws_refuses_to_start(cook, parameters, code):
    assert cook.refusal("start_execution", **{"stateMachineArn": ARN} | parameters) == code


def test_the_largest_input_and_name_fit(cook):
    given = json.dumps("e" * (262_144 - 2))
    named = {"stateMachineArn": ARN, "name": "n" * 80}
    arn = cook.states.start_execution(**named, input=given)["executionArn"]
    assert cook.end(arn)["input"] == given


def test_a_stopped_execution_has_ended_at_once(cook, tmp_path, wait_for):
    marks, until = tmp_path / "marks", tmp_path / "go"
    arn = cook.start(marks=str(marks), until=str(until))
    wait_for(marks.exists)
    stopped = cook.states.stop_execution(executionArn=arn, error="Enough", cause="no flour")
    found = cook.states.describe_execution(executionArn=arn)
    assert (found["status"], found["error"], found["cause"]) == ("ABORTED", "Enough", "no flour")
    assert found["stopDate"] == stopped["stopDate"]
    before = len(cook.messages())
    until.touch()
    last = cook.states.get_execution_history(executionArn=arn, reverseOrder=True)["events"][0]
    assert last["type"] == "ExecutionAborted"
    assert last["executionAbortedEventDetails"] == {"error": "Enough", "cause": "no flour"}
    assert cook.states.stop_execution(executionArn=arn)["stopDate"] == stopped["stopDate"]
    assert cook.states.describe_execution(executionArn=arn)["status"] == "ABORTED"
    assert len(cook.messages()) == before


def test_history_tells_all_in_order_and_in_pages(cook):
    arn = cook.start()
    cook.end(arn)
    pages = cook.states.get_paginator("get_execution_history").paginate(
        executionArn=arn, maxResults=5
    )
    events = [event for page in pages for event in page["events"]]
    assert [event["id"] for event in events] == list(range(1, len(events) + 1))
    assert [event["type"] for event in events] == [
        *("ExecutionStarted", "ChoiceStateEntered", "ChoiceStateExited"),
        *("TaskStateEntered", "TaskScheduled", "TaskStarted", "TaskSucceeded", "TaskStateExited"),
        *("TaskStateEntered", "TaskScheduled", "TaskStarted", "TaskSucceeded", "TaskStateExited"),
        "ExecutionSucceeded",
    ]
    assert events[0]["executionStartedEventDetails"]["input"] == "{}"
    bare = cook.states.get_execution_history(executionArn=arn, includeExecutionData=False)["events"]
    assert "input" not in bare[0]["executionStartedEventDetails"]
    assert cook.refusal("get_execution_history", executionArn=arn, nextToken="x") == "InvalidToken"


def test_history_of_a_running_execution(cook, tmp_path, wait_for):
    marks, until = tmp_path / "marks", tmp_path / "go"
    arn = cook.start(marks=str(marks), until=str(until))
    wait_for(marks.exists)
    events = cook.states.get_execution_history(executionArn=arn)["events"]
    assert events[-1]["type"] == "TaskStarted"
    until.touch()


def test_lists_are_of_one_machine_the_newest_first(cook, aws):
    arns = [cook.start(f"listed-{n}") for n in range(3)]
    for arn in arns:
        cook.end(arn)
    pages = cook.states.get_paginator("list_executions").paginate(stateMachineArn=ARN, maxResults=2)
    listed = [each["executionArn"] for page in pages for each in page["executions"]]
    assert [arn for arn in listed if arn in arns] == arns[::-1]
    found = cook.states.list_executions(stateMachineArn=ARN, statusFilter="RUNNING")["executions"]
    assert not {each["executionArn"] for each in found} & set(arns)
    machines = cook.states.list_state_machines()["stateMachines"]
    assert [each["name"] for each in machines] == ["bake", "steal"]
    described = cook.states.describe_state_machine(stateMachineArn=ARN)
    assert json.loads(described["definition"])["States"] == aws.states
    assert described["roleArn"] == "arn:aws:iam::123456789012:role/job"


def test_what_is_not_there_and_not_emulated(cook):
    absent = {"executionArn": EXECUTION.replace("*", "never")}
    for operation in ("describe_execution", "stop_execution", "get_execution_history"):
        assert cook.refusal(operation, **absent) == "ExecutionDoesNotExist"
    assert cook.refusal("describe_execution", executionArn="arn:aws:states:x") == "InvalidArn"
    unknown = "UnknownOperationException"
    assert cook.refusal("delete_state_machine", stateMachineArn=ARN) == unknown
    assert cook.refusal("redrive_execution", **absent) == unknown
    assert cook.refusal("list_executions", mapRunArn="arn:x") == unknown
