"""Topics keep what is published where a person reads it, for whom a policy lets, within limits."""

import json
from dataclasses import replace

import pytest
from aws_local.settings import SnsSettings
from aws_local.sns.topics import Topics
from botocore.exceptions import ClientError
from loopback.service import ServiceError

ARN = "arn:aws:sns:us-east-1:123456789012:orders"
POLICY = {"Effect": "Allow", "Action": ["sns:Publish", "sns:List*"], "Resource": [ARN]}


@pytest.fixture(scope="module")
def emulator(tmp_path_factory, new_settings, running, granted):
    """Settings of a running emulator."""
    folder = tmp_path_factory.mktemp("state")
    settings = replace(
        new_settings(folder),
        account=granted(
            {"job": POLICY, "inference": {**POLICY, "Action": "sns:*", "Resource": "*"}}
        ),
        sns=SnsSettings(folder=folder / "messages", topics=("orders", "alarms")),
    )
    with running("aws_local", settings, folder, settings.api.port):
        yield settings


@pytest.fixture
def sns(emulator, client):
    return client(emulator.s3.port, "sns", "job")


@pytest.fixture
def messages(emulator):
    """Lines of a topic's file since the test began."""
    file = emulator.sns.folder / "orders.jsonl"
    before = len(file.read_text().splitlines()) if file.exists() else 0
    return lambda: [json.loads(line) for line in file.read_text().splitlines()[before:]]


def refusal(call, **parameters):
    with pytest.raises(ClientError) as error:
        call(**parameters)
    return error.value.response["Error"]["Code"]


def test_a_message_is_a_line_that_only_its_owner_reads(sns, messages, emulator):
    weight = {"DataType": "Number", "StringValue": "7"}
    one = sns.publish(
        TopicArn=ARN,
        Subject="Größe & Form",
        Message="a loaf\nof rye <7>",
        MessageAttributes={"weight": weight},
    )
    two = sns.publish(TargetArn=ARN, Message="oats")
    first, second = messages()
    assert first.pop("time").endswith("+00:00")
    assert first == {
        "message_id": one["MessageId"],
        "subject": "Größe & Form",
        "message": "a loaf\nof rye <7>",
        "attributes": {"weight": weight},
    }
    assert (second["message_id"], second["subject"]) == (two["MessageId"], None)
    assert (emulator.sns.folder / "orders.jsonl").stat().st_mode & 0o077 == 0


def test_topics_of_the_settings_are_there_to_be_listed(emulator, client):
    arns = client(emulator.s3.port, "sns", "inference").list_topics()["Topics"]
    assert {each["TopicArn"].rpartition(":")[2] for each in arns} == {"orders", "alarms"}


def test_whom_no_policy_lets_publishes_nothing(sns, client, emulator):
    nobody = client(emulator.s3.port, "sns", "nobody")
    assert refusal(nobody.publish, TopicArn=ARN, Message="rye") == "AccessDenied"
    other = ARN.replace("orders", "alarms")
    assert refusal(sns.publish, TopicArn=other, Message="rye") == "AccessDenied"


@pytest.mark.parametrize(
    "parameters",
    [
        {"Message": ""},
        {"Message": "é" * (131_072 + 1)},
        {
            "Message": "e" * 262_140,
            "MessageAttributes": {"n": {"DataType": "String", "StringValue": "x"}},
        },
        {"Message": "rye", "Subject": "e" * 100},
        {"Message": "rye", "Subject": "two\nlines"},
        {"Message": "rye", "MessageStructure": "xml"},
        {"Message": "rye", "MessageStructure": "json"},
        {"Message": '{"email": "rye"}', "MessageStructure": "json"},
    ],
)
def test_what_sns_refuses_is_refused(sns, parameters):
    assert refusal(sns.publish, TopicArn=ARN, **parameters) == "InvalidParameter"


def test_the_largest_message_and_subject_fit(sns, messages):
    sns.publish(TopicArn=ARN, Message="é" * 131_072, Subject="e" * 99)
    sns.publish(TopicArn=ARN, Message='{"default": "rye"}', MessageStructure="json")
    assert [len(each["message"]) for each in messages()] == [131_072, 18]


def test_a_topic_that_is_not_there_and_calls_without_effect_are_refused(emulator, client):
    sns = client(emulator.s3.port, "sns", "inference")
    assert refusal(sns.publish, TopicArn=f"{ARN}-2", Message="rye") == "NotFound"
    refused = "UnknownOperationException"
    assert refusal(sns.create_topic, Name="new") == refused
    assert refusal(sns.subscribe, TopicArn=ARN, Protocol="email", Endpoint="a@b.c") == refused
    assert refusal(sns.publish, PhoneNumber="+491", Message="rye") in {"NotFound", refused}
    entries = [{"Id": "1", "Message": "rye"}]
    batch = {"TopicArn": ARN, "PublishBatchRequestEntries": entries}
    assert refusal(sns.publish_batch, **batch) == refused


def test_a_name_that_no_topic_can_have_ends_the_start(account, tmp_path):
    with pytest.raises(ServiceError, match="a b is no topic's name"):
        Topics(SnsSettings(folder=tmp_path, topics=("a b",)), account)
