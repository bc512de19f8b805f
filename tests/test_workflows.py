"""Workflows on GitHub: what zizmor and actionlint, which `make lint` runs, do not look at."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
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
