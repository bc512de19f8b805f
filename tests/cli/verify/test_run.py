"""Runs of steps: order, budget, resumption, failures, the report."""

import json
import threading
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import (
    ClientError,
    NoCredentialsError,
    TokenRetrievalError,
    UnauthorizedSSOTokenError,
)
from snowflake.connector.errors import DatabaseError

from cli.errors import CommandError
from cli.verify import bill, failures, report
from cli.verify.catalog import STEPS
from cli.verify.journal import Journal
from cli.verify.run import run
from cli.verify.site import StepError
from cli.verify.step import Outcome, Step


def steps_of(done: list[str], fails: set[str] = frozenset()) -> list[Step]:  # type: ignore[assignment]
    def step(name: str, **options: Any) -> Step:
        def act(_site: Any) -> str:
            done.append(name)
            if name in fails:
                raise StepError(f"{name} saw nothing")
            return f"{name} seen"

        return Step(name, f"{name} happens", 5, act, **options)

    return [step("first"), step("always", every_time=True), step("third")]


def silent(_text: str) -> None:
    """A run that nobody watches."""


def test_a_run_goes_on_where_it_failed(site: Any, tmp_path: Path) -> None:
    done: list[str] = []
    path = tmp_path / "journal.json"
    failed = run(steps_of(done, {"third"}), site, Journal(path, "dev"), silent)
    assert failed is not None
    assert (failed.step, failed.seen) == ("third", "third saw nothing")
    assert run(steps_of(done), site, Journal(path, "dev"), silent) is None
    assert done == ["first", "always", "third", "always", "third"]
    states = {each.step: each.state for each in Journal(path, "dev").outcomes.values()}
    assert states == dict.fromkeys(("first", "always", "third"), "passed")


def test_nothing_runs_after_a_failure(site: Any, tmp_path: Path) -> None:
    done: list[str] = []
    run(steps_of(done, {"first"}), site, Journal(tmp_path / "j", "dev"), silent)
    assert done == ["first"]


def test_what_a_site_lacks_is_skipped_by_name(site: Any, tmp_path: Path) -> None:
    site.lacks = {"first": "there is none"}
    done: list[str] = []
    journal = Journal(tmp_path / "journal.json", "dev")
    assert run(steps_of(done), site, journal, silent) is None
    assert journal.outcomes["first"] == Outcome("first", "skipped", "there is none")
    assert done == ["always", "third"]


def test_a_step_that_hangs_ends_with_its_budget(site: Any, tmp_path: Path) -> None:
    step = Step("hangs", "it ends", 0.05, lambda _: str(threading.Event().wait(60)))
    failed = run([step], site, Journal(tmp_path / "journal.json", "dev"), silent)
    assert failed is not None
    assert failed.seen.startswith("It took longer than its 0 seconds")
    assert failed.seconds < 30


def test_the_journal_of_another_deployment_is_refused(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.json", "dev")
    journal.add(Outcome("first", "passed", "seen"))
    with pytest.raises(CommandError, match="is of the deployment dev, not of prod"):
        Journal(tmp_path / "journal.json", "prod")


@pytest.mark.parametrize("text", ["{", "[]", '{"site": "dev"}', '{"site": "dev", "outcomes": [1]}'])
def test_a_damaged_journal_is_one_sentence(tmp_path: Path, text: str) -> None:
    (tmp_path / "journal.json").write_text(text)
    with pytest.raises(CommandError, match="is damaged: remove it, or begin anew with --fresh"):
        Journal(tmp_path / "journal.json", "dev")


def refusal(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "No.\nNever."}}, "GetThing")


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (refusal("ExpiredToken"), "The AWS credentials have expired: sign in again"),
        (refusal("ExpiredTokenException"), "The AWS credentials have expired: sign in again"),
        (refusal("InvalidClientTokenId"), "AWS does not know the credentials in use"),
        (refusal("AccessDenied"), "The AWS identity in use may not do it (No. Never)"),
        (refusal("Throttling"), "AWS refused GetThing (Throttling: No. Never)"),
        (NoCredentialsError(), "There are no AWS credentials: sign in to AWS"),
        (UnauthorizedSSOTokenError(), "The AWS credentials have expired: sign in again"),
        (
            TokenRetrievalError(provider="sso", error_msg="Token has expired and refresh failed"),
            "The AWS credentials have expired: sign in again",
        ),
        (DatabaseError("Your free trial\nhas ended."), "Snowflake refused (Your free trial has"),
    ],
)
def test_a_failure_is_one_sentence_that_says_what_to_do(error: Exception, sentence: str) -> None:
    told = failures.of_error(error)
    assert told.startswith(sentence)
    assert told.endswith("then run the same command: it goes on with this step.")
    assert "\n" not in told


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        (
            "Stack snowreel-dev-api is in UPDATE_IN_PROGRESS state and can not be updated.",
            "Somebody else is deploying this environment: wait until that has ended",
        ),
        ("ExpiredToken: The security token included in the request is expired", "The AWS creden"),
        ("The SSO session associated with this profile has expired.", "The AWS credentials have"),
        (
            (
                "Need to perform AWS calls for account 111111111111, "
                "but the current credentials are for 222222222222"
            ),
            "The AWS credentials are of another account than `account` in cdk.json",
        ),
        (
            (
                "Need to perform AWS calls for account 111111111111, but no credentials have been "
                "configured"
            ),
            "There are no AWS credentials for the account in cdk.json",
        ),
        (
            "Environment aws://111111111111/us-east-1 has not been bootstrapped yet",
            "CDK was never bootstrapped in this account and region: run `make cdk ARGS=bootstrap`",
        ),
        ("The stack is in UPDATE_ROLLBACK_FAILED", "A stack could not be rolled back"),
    ],
)
def test_a_failure_of_cdk_is_told_by_its_output(output: str, sentence: str) -> None:
    told = str(failures.of_cdk(f"synthesised\n{output}\n"))
    assert told.startswith(sentence)
    assert told.endswith("then run the same command: it goes on with this step.")


def test_a_new_kind_of_failure_of_cdk_is_left_to_its_log() -> None:
    assert failures.of_cdk("a new kind of failure") is None


def test_the_report_has_every_step_and_its_price() -> None:
    outcomes = {
        "credentials": Outcome("credentials", "passed", "a | b", 1.0),
        "train": Outcome("train", "failed", "It took longer.", 3600.0),
    }
    page = report.as_markdown("snowreel-dev", STEPS, outcomes)
    assert f"1 passed, 1 failed, {len(STEPS) - 2} not run" in page
    assert "| a \\| b | 1.0 | 60 |" in page
    rows = [line for line in page.splitlines() if line.startswith("| ")][1:]
    assert [line.split(" | ")[0].removeprefix("| ") for line in rows[1:]] == [
        step.name for step in STEPS
    ]
    price = bill.HOURLY["warehouse"] + bill.HOURLY["training"]
    assert f"at most {price:.2f} dollars" in page
    document = json.loads(json.dumps(report.as_document("snowreel-dev", STEPS, outcomes)))
    assert [each["name"] for each in document["steps"]] == [step.name for step in STEPS]
    assert document["dollars"] == pytest.approx(price)


def test_names_of_steps_are_different() -> None:
    assert len({step.name for step in STEPS}) == len(STEPS)
    assert all(step.budget_seconds > 0 for step in STEPS)
