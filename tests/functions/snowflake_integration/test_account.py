"""An account that is changed for another, and one that cannot be reached any more."""

import json
from typing import Any

import pytest
import snowflake.connector
from snowflake.connector.errors import DatabaseError, ProgrammingError

from functions.custom_resources import protocol
from functions.snowflake_integration.handler import handler

VALUES = {
    "api_integration": "SNOWREEL_API",
    "api_url": "https://a.execute-api.us-east-1.amazonaws.com/v1",
    "caller_role_arn": "arn:aws:iam::123456789012:role/snowreel-dev-snowflake-caller",
    "database": "SNOWREEL_DEV",
    "schema": "MARTS",
    "deployer_role": "SNOWREEL_DEPLOYER",
}


class Context:
    log_stream_name = "stream"

    @staticmethod
    def get_remaining_time_in_millis():
        return 900_000


class Account:
    """An account with at most one integration; keeps the statements that it was given."""

    role = "SNOWREEL_DEPLOYER"

    def __init__(self):
        self.statements: list[str] = []
        self.comment: str | None = None
        #: An error of each sign-in, and one of each statement.
        self.sign_in: Exception | None = None
        self.refusal: Exception | None = None

    def close(self):
        pass

    def cursor(self, _):
        return self

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def execute(self, statement, timeout=None):
        if self.refusal:
            raise self.refusal
        self.statements.append(statement)
        if statement.startswith("create api integration"):
            self.comment = f"Snowreel: created for {VALUES['caller_role_arn']}"
        elif statement.startswith(("drop integration", "drop api integration")):
            self.comment = None
        self._rows = self._answer(statement)

    def fetchall(self):
        return self._rows

    def _answer(self, statement) -> list[dict[str, Any]]:
        if statement.startswith("show api") and self.comment:
            return [{"name": "SNOWREEL_API", "comment": self.comment}]
        if statement.startswith("describe"):
            trust = {
                "API_AWS_IAM_USER_ARN": "arn:aws:iam::123456789012:user/abc",
                "API_AWS_EXTERNAL_ID": "ABC_SFCRole=1",
            }
            return [{"property": k, "property_value": v} for k, v in trust.items()]
        return []


@pytest.fixture
def accounts(monkeypatch):
    """Accounts by identifier; the deployment signs in to each of them."""
    known = {"ORG-OLD": Account(), "ORG-NEW": Account()}

    def connect(account, **_):
        found = known[account]
        if found.sign_in:
            raise found.sign_in
        return found

    monkeypatch.setattr(snowflake.connector, "connect", connect)
    return known


@pytest.fixture
def send(monkeypatch):
    """Send an event of CloudFormation; gives the answer."""
    answers: list[dict[str, Any]] = []
    monkeypatch.setattr(protocol, "_put", lambda _, answer: answers.append(answer))

    def make(kind, account, resource="Integration", **more):
        event = {
            "RequestType": kind,
            "ResponseURL": "https://example.com",
            "StackId": "arn:aws:cloudformation:us-east-1:123456789012:stack/snowreel-dev-x/1",
            "RequestId": "1",
            "LogicalResourceId": resource,
            "ResourceType": f"Custom::Snowflake{resource}",
            "ResourceProperties": properties(account),
        }
        handler(event | more, Context())
        return answers.pop()

    return make


def properties(account):
    arguments = {"account": account, "user": "SNOWREEL_DEPLOYER", "role": "SNOWREEL_DEPLOYER"}
    functions = ["recommend(varchar, varchar, number)"]
    return {"Connection": json.dumps(arguments), "Values": VALUES, "Functions": functions}


def updated(send, old, new, physical_id, resource="Integration"):
    return send(
        "Update",
        new,
        resource,
        PhysicalResourceId=physical_id,
        OldResourceProperties=properties(old),
    )


def unreachable():
    return DatabaseError(msg="The account is not there.", errno=250001)


def test_another_account_is_another_resource_and_the_old_side_is_cleaned(accounts, send):
    before = send("Create", "ORG-OLD")["PhysicalResourceId"]
    after = updated(send, "ORG-OLD", "ORG-NEW", before)
    assert after["Status"] == "SUCCESS"
    assert after["PhysicalResourceId"] != before
    assert accounts["ORG-NEW"].comment
    # CloudFormation deletes what bore the old id, with the old properties
    assert send("Delete", "ORG-OLD", PhysicalResourceId=before)["Status"] == "SUCCESS"
    assert accounts["ORG-OLD"].comment is None
    assert accounts["ORG-NEW"].comment


def test_the_objects_of_another_account_are_others(accounts, send, monkeypatch):
    monkeypatch.setattr("functions.snowflake_integration.scripts.object_scripts", list)
    before = send("Create", "ORG-OLD", "Objects")["PhysicalResourceId"]
    after = updated(send, "ORG-OLD", "ORG-NEW", before, "Objects")["PhysicalResourceId"]
    assert (before, after) == ("ORG-OLD.SNOWREEL_DEV.MARTS", "ORG-NEW.SNOWREEL_DEV.MARTS")
    send("Delete", "ORG-OLD", "Objects", PhysicalResourceId=before)
    assert any(text.startswith("drop function") for text in accounts["ORG-OLD"].statements)
    assert not any(text.startswith("drop function") for text in accounts["ORG-NEW"].statements)


def test_the_same_account_in_another_spelling_is_no_other(accounts, send):
    accounts["org-old"] = accounts["ORG-OLD"]
    before = send("Create", "org-old")["PhysicalResourceId"]
    assert updated(send, "org-old", "ORG-OLD", before)["PhysicalResourceId"] == before


def test_a_resource_keeps_the_id_that_an_older_version_gave_it(accounts, send):
    """A new id for the same integration would have CloudFormation delete what was just altered."""
    answer = updated(send, "ORG-OLD", "ORG-OLD", "SNOWREEL_API")
    assert answer["PhysicalResourceId"] == "SNOWREEL_API"


@pytest.mark.parametrize("resource", ["Integration", "Objects"])
def test_no_account_is_left_whose_objects_could_not_be_removed(accounts, send, resource):
    accounts["ORG-OLD"].sign_in = unreachable()
    answer = updated(send, "ORG-OLD", "ORG-NEW", "ORG-OLD.SNOWREEL_API", resource)
    assert answer["Status"] == "FAILED"
    assert "ORG-OLD is left for ORG-NEW" in answer["Reason"]
    assert "destroy the deployment first" in answer["Reason"]
    assert accounts["ORG-NEW"].statements == []
    assert answer["PhysicalResourceId"] == "ORG-OLD.SNOWREEL_API"


def test_a_misspelt_account_is_rolled_back(accounts, send):
    accounts["ORG-NEW"].sign_in = unreachable()
    before = send("Create", "ORG-OLD")["PhysicalResourceId"]
    failed = updated(send, "ORG-OLD", "ORG-NEW", before)
    assert (failed["Status"], failed["PhysicalResourceId"]) == ("FAILED", before)
    back = updated(send, "ORG-NEW", "ORG-OLD", before)
    assert (back["Status"], back["PhysicalResourceId"]) == ("SUCCESS", before)


@pytest.mark.parametrize(
    ("resource", "left"),
    [("Integration", "the integration SNOWREEL_API"), ("Objects", "SNOWREEL_DEV.MARTS")],
)
def test_a_deletion_without_snowflake_says_how_to_do_without(accounts, send, resource, left):
    accounts["ORG-OLD"].sign_in = unreachable()
    answer = send("Delete", "ORG-OLD", resource, PhysicalResourceId="ORG-OLD.SNOWREEL_API")
    assert answer["Status"] == "FAILED"
    force = "delete-stack --stack-name snowreel-dev-x --deletion-mode FORCE_DELETE_STACK"
    assert force in answer["Reason"]
    assert left in answer["Reason"]
    assert "teardown/drop_" in answer["Reason"]
    assert answer["Reason"].endswith("in the account ORG-OLD.")


def test_a_suspended_account_lets_in_and_refuses_then(accounts, send):
    accounts["ORG-OLD"].refusal = ProgrammingError(
        msg="Your account is suspended due to lack of payment method.", errno=666
    )
    answer = send("Delete", "ORG-OLD", PhysicalResourceId="ORG-OLD.SNOWREEL_API")
    assert "add a way to pay" in answer["Reason"]
    assert "FORCE_DELETE_STACK" in answer["Reason"]


@pytest.mark.parametrize(
    ("said", "fix"),
    [
        ("Incoming request with IP/Token 52.1.2.3 is not allowed to access Snowflake.", "network"),
        ("Authentication attempt rejected by the current authentication policy.", "authentication"),
        ("The account was not found.", "00_bootstrap.sql"),
    ],
)
def test_a_refused_sign_in_names_what_shuts_the_user_out(accounts, send, said, fix):
    accounts["ORG-OLD"].sign_in = DatabaseError(msg=said, errno=250001)
    answer = send("Create", "ORG-OLD")
    assert said.rstrip(".") in answer["Reason"]
    assert fix in answer["Reason"].rpartition("): ")[2]
    assert answer["PhysicalResourceId"] == protocol.NOTHING_MADE
