"""Promises of the retraining stack."""

import json
import re

import pytest

from functions.retraining.states import definition
from functions.retraining.steps import STEPS
from infra.settings.context import ContextError, read

SETTINGS = {
    "schedule": "rate(7 days)",
    "model": "films",
    "input_table": "ratings",
    "output_table": "marts.recommendations",
    "least_new_ratings": 0,
}


def printed(value):
    """A definition with references as CloudFormation has them, in one text."""
    if isinstance(value, str):
        return value
    _, parts = value["Fn::Join"]
    return "".join(part if isinstance(part, str) else f"<{json.dumps(part)}>" for part in parts)


def machine(prod):
    return prod.the("AWS::StepFunctions::StateMachine", "Retraining")["Properties"]


def statements_of(prod, role):
    found = []
    for policy in prod.resources("AWS::IAM::Policy", "Retraining").values():
        if policy["Properties"]["Roles"] == [{"Ref": role}]:
            found += policy["Properties"]["PolicyDocument"]["Statement"]
    return found


def test_it_is_made_only_where_the_settings_ask_for_it(dev, prod):
    assert "Retraining" in prod.templates
    assert "Retraining" not in dev.templates
    assert not any("states:" in json.dumps(each) for _, each in dev.statements())
    handlers = [
        function["Properties"]["Handler"]
        for function in dev.resources("AWS::Lambda::Function", "Api").values()
    ]
    assert "functions.retrain.handler" not in handlers


def test_the_state_machine_is_the_loops_own_document(prod):
    text = printed(machine(prod)["DefinitionString"])
    made = json.loads(re.sub(r"<.*?>", "R", text.replace('\\"', "'")))
    arn = made["States"]["Begin"]["Resource"]
    assert arn.endswith(":function:snowreel-prod-retrain")
    topic = made["States"]["Tell"]["Parameters"]["TopicArn"]
    assert made == definition(arn, topic)


def test_every_step_of_the_machine_is_one_of_the_function():
    states = definition("function", "topic")["States"].values()
    called = {
        state["Parameters"]["step"] for state in states if state.get("Resource") == "function"
    }
    assert called == set(STEPS)


def test_the_machine_may_call_the_function_and_publish_nothing_more(prod):
    role = machine(prod)["RoleArn"]["Fn::GetAtt"][0]
    rights = {}
    for statement in statements_of(prod, role):
        actions = statement["Action"]
        for action in [actions] if isinstance(actions, str) else actions:
            rights[action] = statement["Resource"]
    assert {action for action, resource in rights.items() if resource != "*"} == {
        "lambda:InvokeFunction",
        "sns:Publish",
    }
    assert {action.partition(":")[0] for action, resource in rights.items() if resource == "*"} == {
        "logs",
        "xray",
    }


@pytest.mark.parametrize("service", ["states.amazonaws.com", "scheduler.amazonaws.com"])
def test_the_services_assume_their_roles_for_this_account_alone(prod, service):
    (trust,) = (
        statement
        for role in prod.resources("AWS::IAM::Role", "Retraining").values()
        for statement in role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        if statement["Principal"] == {"Service": service}
    )
    assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": "123456789012"}}


def test_the_schedule_starts_the_machine_with_the_settings_run(prod):
    schedule = prod.the("AWS::Scheduler::Schedule", "Retraining")["Properties"]
    assert schedule["ScheduleExpression"] == "cron(0 3 * * ? *)"
    assert schedule["ScheduleExpressionTimezone"] == "Europe/Paris"
    assert schedule["FlexibleTimeWindow"] == {"Mode": "OFF"}
    assert json.loads(schedule["Target"]["Input"]) == {
        "model_name": "movielens-model-v1",
        "input_table": "ratings",
        "output_table": "recommendations",
        "options": {},
        "least_new_ratings": 100,
    }


def test_runs_that_are_ended_from_outside_are_told_of(prod):
    rule = prod.the("AWS::Events::Rule", "Retraining")["Properties"]
    detail = rule["EventPattern"]["detail"]
    assert detail["status"] == ["ABORTED", "TIMED_OUT"]
    assert detail["stateMachineArn"] == [{"Ref": machine_id(prod)}]
    (target,) = rule["Targets"]
    assert "ended as" in json.dumps(target["InputTransformer"]["InputTemplate"])


def machine_id(prod):
    (name,) = prod.resources("AWS::StepFunctions::StateMachine", "Retraining")
    return name.partition("/")[2]


def test_without_a_schedule_there_is_only_the_machine(synthesise):
    made = synthesise("dev", {"retraining": SETTINGS | {"schedule": None}})
    assert made.resources("AWS::StepFunctions::StateMachine", "Retraining")
    assert not made.resources("AWS::Scheduler::Schedule")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"time_zone": "Europe/Atlantis"}, "must be a time zone of the IANA database"),
        ({"schedule": "every night"}, "must be a schedule of EventBridge"),
        ({"schedule": "cron(0 3 * * *)"}, "must be a schedule of EventBridge"),
        ({"model": "My Model"}, "must be a model's name"),
        ({"input_table": "a.b.c"}, "must be the name of a table of the database"),
        ({"least_new_ratings": -1}, "must be a whole number from 0"),
    ],
)
def test_what_the_loop_cannot_use_is_refused_before_a_deployment(context, change, words):
    environments = context["environments"]
    dev = environments["dev"] | {"retraining": SETTINGS | change}
    values = context | {"environments": environments | {"dev": dev}}
    with pytest.raises(ContextError, match=re.escape(words)):
        read(values.get)
