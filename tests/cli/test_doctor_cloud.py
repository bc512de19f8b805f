"""The doctor of a cloud deployment: each broken link is reported with its fix."""

import pytest
from deployed_account import API, IMAGE, Account

from cli.doctor import cloud, quotas
from cli.doctor.checks import run_checks
from cli.doctor.cloud import CHECKS, CloudChain
from cli.errors import CommandError


@pytest.fixture
def account():
    return Account()


def examine(account, capsys):
    """Output of an examination that finds something broken."""
    with pytest.raises(CommandError, match="links are broken: see above"):
        run_checks(CHECKS, CloudChain(account, account.client))
    return capsys.readouterr().err


def test_a_whole_deployment_is_reported_link_by_link(account, capsys):
    run_checks(CHECKS, CloudChain(account, account.client))
    output = capsys.readouterr().out
    assert output.count("ok      ") == len(CHECKS)
    assert output.endswith("Everything works.\n")
    assert "start_training(varchar, varchar, object)" in account.described
    assert "list_models()" in account.described


def break_functions(account):
    del account.urls["recommend"]


def break_url(account):
    account.urls["recommend"] = f"{API}/v1/other"


def break_region(account):
    account.region = "PUBLIC.AWS_EU_WEST_1"


def break_enabled(account):
    account.integration["ENABLED"] = "false"


def break_prefixes(account):
    account.integration["API_ALLOWED_PREFIXES"] = "https://old.example.com/"


def break_external_id(account):
    account.integration["API_AWS_EXTERNAL_ID"] = "ABC_SFCRole=2_new="


def break_user(account):
    account.integration["API_AWS_IAM_USER_ARN"] = "arn:aws:iam::1:user/other"


def break_policy(account):
    account.policy = "{}"


def break_manifest(account):
    account.manifest = "application/vnd.oci.image.manifest.v1+json"


def break_image(account):
    account.variables["SNOWREEL_IMAGE_URI"] = "docker.io/somebody/recommender:latest"


def break_grant(account):
    account.revoked = {"USAGE on function SNOWREEL_DEV.MARTS.list_models()"}


def break_call(account):
    account.models = '{"error": {"code": "X", "message": "No access."}}'


@pytest.mark.parametrize(
    ("break_it", "link", "fix"),
    [
        (break_functions, "external functions: missing in the connection's schema", "make cdk"),
        (break_url, "external functions: recommend calls", "make cdk"),
        (
            break_region,
            "region: the API is in us-east-1, the Snowflake account in eu-west-1",
            "cdk.json",
        ),
        (break_enabled, "API integration: the API integration is disabled", "set enabled = true"),
        (break_prefixes, "allowed prefixes: train_and_get_recommendations calls", "make cdk"),
        (break_external_id, "role trust: the role trusts the external id", "made anew"),
        (break_user, "role trust: the role trusts the Snowflake user", "made anew"),
        (break_policy, "API policy: the policy of the API a1b2c3 does not let", "make cdk"),
        (break_manifest, f"image: {IMAGE} has the manifest application/vnd.oci", "type=docker"),
        (break_image, "image: the image 'docker.io/somebody/recommender:latest'", "push it"),
        (
            break_grant,
            "grants: missing: USAGE on function SNOWREEL_DEV.MARTS.list_models(), which 1 of ",
            "make cdk",
        ),
        (break_call, "probe call: No access.", "access log"),
    ],
)
def test_a_broken_link_is_reported_with_its_fix(account, capsys, break_it, link, fix):
    break_it(account)
    errors = examine(account, capsys)
    assert f"BROKEN  {link}" in errors
    assert fix in errors
    assert errors.count("BROKEN") == 1


def test_a_connection_that_is_not_there_is_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setenv("SNOWFLAKE_HOME", str(tmp_path))
    with pytest.raises(CommandError, match="The connection nowhere cannot sign in to Snowflake"):
        cloud.run("nowhere")


def test_a_quota_that_is_too_small_is_named(account, capsys):
    account.quotas["ml.m5.large for training job usage"] = 0.0
    account.variables["SNOWREEL_INFERENCE_MAX_CONCURRENCY"] = "20"
    output = examine(account, capsys)
    assert "'ml.m5.large for training job usage' is 0 and needs to be 1" in output
    assert f"'{quotas.CONCURRENCY}' is 10 and needs to be 20" in output
    assert cloud.ASK_FOR_MORE in output


def test_instances_need_room_for_an_update(account, capsys):
    account.variables |= {
        "SNOWREEL_INFERENCE_INSTANCE_TYPE": "ml.m5.large",
        "SNOWREEL_INFERENCE_MAX_CONCURRENCY": "99",
        "SNOWREEL_INFERENCE_MIN_INSTANCES": "2",
    }
    output = examine(account, capsys)
    assert "'ml.m5.large for endpoint usage' is 1 and needs to be 4" in output
    assert quotas.CONCURRENCY not in output


def test_a_deployment_without_functions_is_noticed(account, capsys):
    account.variables = {}
    assert "no function of snowreel-dev is in the region us-east-1" in examine(account, capsys)
