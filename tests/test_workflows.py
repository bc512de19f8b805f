"""Workflows on GitHub: what zizmor and actionlint, which `make lint` runs, do not look at."""

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parent.parent
NAMES = """{"names": {"deployer_role": "SNOWREEL_DEPLOYER_DEV", "warehouse": "SNOWREEL_WH_DEV",
"database": "SNOWREEL_DEV", "schema": "MARTS"}}"""
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_no_workflow_knows_a_secret(path: Path) -> None:
    """Each takes a role with a token of the moment; what is configured are names."""
    assert "secrets" not in path.read_text()


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_every_job_ends(path: Path) -> None:
    """GitHub's own limit is six hours, in which a deployment would wait for nobody."""
    for name, job in yaml.safe_load(path.read_text())["jobs"].items():
        assert "uses" in job or job["timeout-minutes"] <= 60, name


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_calls_targets_that_exist(path: Path) -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([\w./-]+):", makefile, re.MULTILINE))
    jobs = yaml.safe_load(path.read_text())["jobs"].values()
    runs = [step.get("run", "") for job in jobs for step in job.get("steps", ())]
    called = re.findall(r"\bmake ([^#\n&|>\"]+)", "\n".join(runs))
    words = {
        word for call in called for word in call.split() if re.fullmatch(r"[a-z][a-z-]+", word)
    }
    assert words <= targets | {"base", "head"}, path.name


def test_the_token_of_a_pull_request_reaches_no_cloud() -> None:
    """Its code runs before anybody has looked at it."""
    for path in WORKFLOWS:
        workflow = yaml.safe_load(path.read_text())
        # YAML reads the word `on` as true
        if "pull_request" in workflow[True]:
            assert "id-token" not in path.read_text(), path.name


def test_a_release_pins_what_it_ran_and_says_what_is_in_it() -> None:
    text = (ROOT / ".github" / "workflows" / "release.yml").read_text()
    for part in ("make audit sbom", "cyclonedx-json", "attest-build-provenance", "SHA256SUMS"):
        assert part in text


def steps_of(workflow: str) -> list[dict[str, Any]]:
    """Steps of all jobs of a workflow."""
    content = yaml.safe_load((ROOT / ".github" / "workflows" / f"{workflow}.yml").read_text())
    return [step for job in content["jobs"].values() for step in job.get("steps", ())]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_role_that_takes_another_sends_no_tags(path: Path) -> None:
    """They need sts:TagSession, too, which no role of the delivery stack has."""
    for step in steps_of(path.stem):
        options = step.get("with", {})
        assert options.get("role-chaining") == options.get("role-skip-session-tagging"), step


def test_what_verifies_may_read_the_account() -> None:
    """The role that deploys may take other roles, and nothing else."""
    uses = [step.get("with", {}).get("role-to-assume", "") for step in steps_of("deploy")]
    assert [role for role in uses if role][-1].startswith("${{ fromJSON(vars.AWS_LOOKUP_ROLE_ARNS)")


@pytest.fixture
def runner(tmp_path: Path) -> Path:
    """A checkout whose programs write down what they are asked, and fail if `fails` is there."""
    told = f'echo "$@" >> {tmp_path}/told'
    programs = {
        "bin/curl": 'echo \'{"value": "a.b.c"}\'',
        ".venv/bin/python": f"cat <<'END'\n{NAMES}\nEND",
        ".venv/bin/snowreel": f"{told}; test ! -e {tmp_path}/fails",
    }
    for name, text in programs.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)
    return tmp_path


def run_step(folder: Path, name: str, **variables: str) -> int:
    """Exit code of a step of the deployment, as GitHub's shell runs it."""
    if shutil.which("jq") is None:
        pytest.skip("GitHub's machines have jq, this one has not")
    (step,) = (step for step in steps_of("deploy") if step.get("name") == name)
    environment = {
        "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
        "ENVIRONMENT": "dev",
        "SNOWFLAKE_HOME": str(folder / "snowflake"),
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "token",
        "ACTIONS_ID_TOKEN_REQUEST_URL": "https://localhost/token?any",
    }
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
    return subprocess.run(
        command, cwd=folder, env=environment | variables, check=False, timeout=60
    ).returncode


def test_the_connection_acts_as_the_role_that_sees_all_links(runner: Path) -> None:
    account = {"SNOWFLAKE_ACCOUNT": "ORG-ACCOUNT", "SNOWFLAKE_USER": "SNOWREEL_VERIFY_DEV"}
    assert run_step(runner, "Write the connection", **account) == 0
    written = tomllib.loads((runner / "snowflake" / "connections.toml").read_text())["verify"]
    assert written == {
        "account": "ORG-ACCOUNT",
        "user": "SNOWREEL_VERIFY_DEV",
        "role": "SNOWREEL_DEPLOYER_DEV",
        "warehouse": "SNOWREEL_WH_DEV",
        "database": "SNOWREEL_DEV",
        "schema": "MARTS",
        "authenticator": "WORKLOAD_IDENTITY",
        "workload_identity_provider": "OIDC",
        "token_file_path": f"{runner}/snowflake/token",
    }


@pytest.mark.parametrize(
    ("prove", "asked"),
    [
        ("true", "verify --connection verify --environment dev --deployed"),
        ("false", "doctor --connection verify"),
    ],
)
def test_dev_is_proved_and_prod_is_looked_at(runner: Path, prove: str, asked: str) -> None:
    (runner / "snowflake").mkdir()
    assert run_step(runner, "Verify what is deployed", PROVE=prove) == 0
    assert (runner / "told").read_text().splitlines() == [asked]
    assert (runner / "snowflake" / "token").read_text() == "a.b.c"


def test_a_proof_that_fails_cleans_up_and_fails(runner: Path) -> None:
    (runner / "snowflake").mkdir()
    (runner / "fails").touch()
    assert run_step(runner, "Verify what is deployed", PROVE="true") == 1
    first, second = (runner / "told").read_text().splitlines()
    assert second == f"{first} --clean"
