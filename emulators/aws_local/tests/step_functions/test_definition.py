"""Definitions that run here, and those that do not: the first fault is named."""

import json

import pytest
from aws_local.step_functions.definition import DefinitionError, check
from aws_local.step_functions.program import Program

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:bake"
BAKE = {"Type": "Task", "Resource": FUNCTION, "End": True}
END = {"Type": "Pass", "End": True}


def machine(state, **more):
    return json.dumps({"StartAt": "bake", "States": {"bake": state, **more}})


def test_a_definition_that_runs():
    states = {
        "bake": {"Type": "Task", "Resource": FUNCTION, "Next": "choose"},
        "choose": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.n", "IsPresent": True, "Next": "rest"}],
            "Default": "stop",
        },
        "rest": {"Type": "Wait", "Seconds": 1, "Next": "stop"},
        "stop": {"Type": "Succeed"},
    }
    check(json.dumps({"StartAt": "bake", "States": states, "Comment": "bread"}))


@pytest.mark.parametrize(
    ("definition", "fault"),
    [
        ("{", "it is no JSON"),
        ("[]", "it is no JSON object"),
        ('"x"' + " " * 1024 * 1024, "it has over 1048576 bytes"),
        ("{}", "has no States"),
        ('{"StartAt": "x", "States": {"y": {}}}', "has no state 'x' to start at"),
        ('{"StartAt": "x", "States": {"x": []}}', "has no Type"),
        ('{"StartAt": [], "States": {"x": {}}}', "of a wrong kind"),
        (machine({"Type": "Bake"}), "has no Type"),
        (machine({"Type": "Pass", "Next": "oven"}), "'oven', which is no state"),
        (machine({"Type": "Pass"}), "needs either Next or End"),
        (machine({**END, "Next": "bake"}), "needs either Next or End"),
        (machine(END, other=END), "no transition leads to the state other"),
        (machine({**BAKE, "Catch": [{"ErrorEquals": ["A"], "Next": "b"}]}), "'b', which is no"),
        (machine({**BAKE, "QueryLanguage": "JSONata"}), "JSONata"),
        (machine({**BAKE, "Credentials": {"RoleArn": "x"}}), "has Credentials"),
        (machine({**BAKE, "HeartbeatSeconds": 1}), "has HeartbeatSeconds"),
        (machine({**BAKE, "Resource": "arn:aws:states:::sqs:sendMessage"}), "is not emulated"),
        (
            machine({**BAKE, "Resource": "arn:aws:states:::sagemaker:createTrainingJob.sync"}),
            "createTrainingJob.sync, which is not emulated",
        ),
        (
            machine({**BAKE, "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken"}),
            "waitForTaskToken, which is not emulated",
        ),
        (
            machine(
                {
                    "Type": "Map",
                    "ItemProcessor": {
                        "ProcessorConfig": {"Mode": "DISTRIBUTED"},
                        "StartAt": "bake",
                        "States": {"bake": END},
                    },
                    "End": True,
                }
            ),
            "is distributed",
        ),
        (
            machine(
                {
                    "Type": "Parallel",
                    "Branches": [{"StartAt": "x", "States": {"x": {**END, "End": False}}}],
                    "End": True,
                }
            ),
            "the state x needs either Next or End",
        ),
    ],
)
def test_the_first_fault_is_named(definition, fault):
    with pytest.raises(DefinitionError, match="(?s)" + fault.replace(".", r"\.")):
        check(definition)


@pytest.mark.parametrize(
    "state",
    [
        {"Type": "Wait", "Seconds": "soon", "End": True},
        {"Type": "Wait", "End": True},
        {**BAKE, "Retry": [{"ErrorEquals": ["A"], "BackoffRate": 0.5}]},
        {**BAKE, "Catch": [{"ErrorEquals": ["States.ALL", "A"], "Next": "end"}]},
    ],
)
def test_what_the_interpreter_cannot_read_is_a_fault_too(state):
    with pytest.raises(DefinitionError):
        Program(machine(state, end=END) if "Catch" in state else machine(state))
