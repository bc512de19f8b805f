"""Policy documents: one value or many, and elements that are refused rather than ignored."""

import pytest
from aws_local.iam import condition
from aws_local.iam.policy_document import statements
from aws_local.settings import Statement
from loopback import settings_file

ALLOW = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}


def test_a_value_is_a_list_of_one():
    condition = {"Bool": {"aws:SecureTransport": "false"}}
    (statement,) = statements({"Statement": {**ALLOW, "Principal": "*", "Condition": condition}})
    assert statement == Statement(
        effect="Allow",
        actions=("s3:GetObject",),
        resources=("*",),
        principals={"AWS": ("*",), "Service": ("*",)},
        conditions={"Bool": {"aws:SecureTransport": ("false",)}},
    )


@pytest.mark.parametrize(
    "change",
    [
        {"NotPrincipal": "*"},
        {"Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.1"}}},
        {"Resource": "arn:aws:s3:::bread/${aws:username}"},
    ],
)
def test_what_is_not_emulated_is_refused(change):
    with pytest.raises(ValueError, match="not emulated"):
        statements({"Statement": [{**ALLOW, **change}]})


def test_statements_are_settings(tmp_path):
    (statement,) = statements(
        {"Statement": [{**ALLOW, "Condition": {"StringLike": {"aws:SourceArn": "arn:*"}}}]}
    )
    file = settings_file.write(statement, tmp_path / "statement.json")
    assert settings_file.read(Statement, file) == statement


@pytest.mark.parametrize(
    ("operator", "value", "given", "holds"),
    [
        ("StringEquals", "rye", "rye", True),
        ("StringEquals", "r*", "rye", False),
        ("StringEquals", "rye", None, False),
        ("StringEqualsIfExists", "rye", None, True),
        ("StringNotEquals", "rye", None, True),
        ("StringNotEquals", "rye", "rye", False),
        ("StringLike", "/bakery/*", "/bakery/rye", True),
        ("StringNotLike", "/bakery/*", "/bakery/rye", False),
        ("ArnEquals", "arn:aws:iam::1:role/*", "arn:aws:iam::1:role/baker", True),
        ("ArnLike", "arn:aws:iam::1:role/*", "arn:aws:iam::2:role/baker", False),
        ("ArnNotEquals", "arn:aws:iam::1:role/*", "arn:aws:iam::2:role/baker", True),
        ("ArnNotLike", "arn:aws:iam::1:role/*", None, True),
        ("Bool", "false", "False", True),
        ("Null", "true", None, True),
        ("Null", "true", "rye", False),
        ("Null", "false", "rye", True),
        ("Bool", "false", None, False),
    ],
)
def test_condition_operators(operator, value, given, holds):
    context = {} if given is None else {"bakery:kind": given}
    assert condition.hold({operator: {"Bakery:Kind": (value,)}}, context) == holds
