"""The context becomes settings, or one sentence that says what is wrong with it."""

import copy
import json
import subprocess
import sys
from pathlib import Path

import pytest

from infra.settings.context import ContextError, read

ROOT = Path(__file__).parents[3]


def change(context, path, value):
    """The context with another value at `path` in the environment dev; None removes it."""
    changed = copy.deepcopy(context)
    section = changed["environments"]["dev"]
    *parents, key = path.split(".")
    for parent in parents:
        section = section[parent]
    if value is None:
        del section[key]
    else:
        section[key] = value
    return changed


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_the_environments_in_cdk_json_are_complete(context, environment):
    settings = read((context | {"environment": environment}).get)
    assert settings.prefix == f"snowreel-{environment}"
    assert len(settings.prefix) <= 20
    assert settings.keep_data is (environment == "prod")


def test_dev_is_taken_when_no_environment_is_named(context):
    content = {key: value for key, value in context.items() if key != "environment"}
    assert read(content.get).environment == "dev"


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        (
            "region",
            "Frankfurt",
            "`environments.dev.region` must be an AWS region, not 'Frankfurt'.",
        ),
        ("region", None, "`environments.dev.region` must be an AWS region, not nothing."),
        ("account", "1234", "must be an AWS account number of 12 digits, not '1234'."),
        ("keep_data", "yes", "`environments.dev.keep_data` must be true or false, not 'yes'."),
        ("log_retention_days", 31, "must be one of 7, 14, 30, 60, 90, 180, 365, 731, not 31."),
        ("image_uri", "snowreel:latest", "must be an image in ECR by digest"),
        ("snowflake", None, "`environments.dev.snowflake` is missing: add this group"),
        ("snowflake.account", "x.eu-west-1", "an identifier ORGANISATION-ACCOUNT, not 'x.eu"),
        ("snowflake.database", "a; drop database b", "must be a plain Snowflake name"),
        ("snowflake.allowed_schemas", "MARTS", "must be a list, each a plain Snowflake name"),
        (
            "snowflake.allowed_schemas",
            ["A", "b-c"],
            "`environments.dev.snowflake.allowed_schemas[1]`",
        ),
        ("snowflake.password", "hunter2", "has no setting `password`: remove it."),
        ("snowflake.key_pair", {"deployer_secret_arn": "x"}, "the ARN of a secret"),
        ("inference.memory_mb", 1500, "from 1024 to 6144 in steps of 1024, not 1500."),
        ("inference.max_concurrency", 0, "must be a whole number from 1 to 200, not 0."),
        ("inference.instances", {"at_least": 0}, "`environments.dev.inference.instances.at_least`"),
        ("training.instance_type", "large", "must be a SageMaker type such as ml.m5.large"),
        ("training.max_seconds", True, "must be a whole number from 60 to 2419200, not True."),
        ("api.integrator_arns", ["*"], "must be the ARN of an IAM role or user, not '*'."),
        ("api.reserved_concurrency", 0, "must be a whole number from 1 to 1000, not 0."),
        ("monitoring.alarm_email", "me", "must be an e-mail address, not 'me'."),
        ("monitoring.p99", 3, "has no setting `p99`: remove it."),
        ("environment", "prod", "`environments.dev` has no setting `environment`: remove it."),
    ],
)
def test_a_wrong_setting_is_one_sentence(context, path, value, sentence):
    with pytest.raises(ContextError) as caught:
        read(change(context, path, value).get)
    text = str(caught.value)
    assert sentence in text
    assert "\n" not in text
    assert text.endswith(".")


@pytest.mark.parametrize("name", ["Prod", "my-dev", "averylongname", "1st"])
def test_the_name_of_an_environment_keeps_prefixes_apart(context, name):
    environments = {name: context["environments"]["dev"]}
    with pytest.raises(ContextError, match="1 to 11 lower-case letters and digits"):
        read({"environment": name, "environments": environments}.get)


def test_an_unknown_environment_is_refused_with_the_list_of_environments(context):
    with pytest.raises(ContextError, match=r"has no 'staging': choose one of dev, prod"):
        read((context | {"environment": "staging"}).get)


def test_limits_the_wrong_way_round_are_one_sentence(context):
    instances = {"type": "ml.m5.large", "at_least": 3, "at_most": 2, "invocations_per_minute": 9}
    with pytest.raises(ContextError) as caught:
        read(change(context, "inference.instances", instances).get)
    assert str(caught.value) == (
        "The context `environments.dev.inference.instances.at_most` must not be less than"
        " `at_least`."
    )


def test_a_context_without_environments_is_one_sentence():
    with pytest.raises(ContextError, match="`environments` is missing"):
        read(lambda _: None)


def test_the_app_ends_with_the_sentence_and_no_traceback(context, tmp_path):
    broken = change(context, "region", "Frankfurt") | {"environment": "dev"}
    outcome = subprocess.run(
        [sys.executable, ROOT / "app.py"],
        env={"CDK_CONTEXT_JSON": json.dumps(broken), "CDK_OUTDIR": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 1
    assert outcome.stderr.strip() == (
        "The context `environments.dev.region` must be an AWS region, not 'Frankfurt'."
    )


LONG = "N" * 90
NAMES = ("database", "schema", "warehouse", "training_role", "training_user")


def test_names_that_are_too_long_together_are_refused(context):
    """A training job's variable has 512 characters; each name alone is a good one."""
    for name in NAMES[:3]:
        context = change(context, f"snowflake.{name}", LONG)
    read(context.get)
    for name in NAMES[3:]:
        context = change(context, f"snowflake.{name}", LONG)
    with pytest.raises(ContextError, match=r"dev.snowflake` makes .* SageMaker takes 512: choose"):
        read(context.get)


def test_schemas_that_no_function_has_room_for_are_refused(context):
    many = change(context, "snowflake.allowed_schemas", [LONG] * 23)
    with pytest.raises(ContextError, match="`allowed_schemas` of 2092 characters"):
        read(many.get)
