"""The doctor asks IAM about every action that the product needs."""

import re

import pytest
from deployed_account import ROLES, Account

from cli.doctor import actions
from cli.doctor.checks import run_checks
from cli.doctor.cloud import CHECKS, CloudChain
from cli.errors import CommandError


@pytest.fixture
def account():
    return Account()


@pytest.mark.parametrize(
    ("detail", "by"),
    [
        ({}, ""),
        ({"OrganizationsDecisionDetail": {"AllowedByOrganizations": True}}, ""),
        (
            {"OrganizationsDecisionDetail": {"AllowedByOrganizations": False}},
            " (a policy of the organisation)",
        ),
        (
            {"PermissionsBoundaryDecisionDetail": {"AllowedByPermissionsBoundary": False}},
            " (its permissions boundary)",
        ),
    ],
)
def test_an_action_that_a_role_lacks_is_named(account, capsys, detail, by):
    account.simulator.refused = {"s3:GetObject": detail}
    with pytest.raises(CommandError, match="1 of"):
        run_checks(CHECKS, CloudChain(account, account.client))
    output = capsys.readouterr().err
    sentence = (
        "snowreel-dev-inference may not s3:GetObject on arn:aws-us-gov:s3:::"
        f"models-of-the-company/training/doctor/output/model.tar.gz{by}"
    )
    assert re.search(f"{re.escape(sentence)}[;\n]", output)
    assert actions.FIX in output


def test_actions_are_asked_about_as_the_product_uses_them(account):
    run_checks(CHECKS, CloudChain(account, account.client))
    passed = [
        question
        for question in account.simulator.asked
        if question["ActionNames"] == ["iam:PassRole"]
    ]
    assert [question["PolicySourceArn"].rpartition("/")[2] for question in passed] == [
        "SnowreelApiDev-DeployRole1A2B"
    ]
    (question,) = passed
    assert question["ResourceArns"] == [f"{ROLES}/snowreel-dev-inference"]
    assert question["ContextEntries"] == [
        {
            "ContextKeyName": "iam:PassedToService",
            "ContextKeyType": "string",
            "ContextKeyValues": ["sagemaker.amazonaws.com"],
        }
    ]
    asked = [name for each in account.simulator.asked for name in each["ActionNames"]]
    assert "sagemaker:CreateEndpoint" in asked
    assert not [name for name in asked if name.startswith(("logs:", "xray:"))]
