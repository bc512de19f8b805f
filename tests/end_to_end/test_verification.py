"""The verification of a deployment, on the running stack."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.verify import verify
from cli.verify.catalog import STEPS
from cli.verify.local import LocalSite
from local.supervisor import RunningStack

pytestmark = [pytest.mark.thorough, pytest.mark.timeout(300)]


def test_every_step_passes_but_what_the_laptop_lacks(
    stack: RunningStack | None, tmp_path: Path
) -> None:
    if stack is None:
        pytest.skip("the verification of an account is `make verify-cloud`")
    arguments = ["--state-dir", str(stack.stack.state_dir), "--folder", str(tmp_path)]
    done = CliRunner().invoke(verify, arguments, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    document = json.loads((tmp_path / "local" / "report.json").read_text())
    states = {step["name"]: step["state"] for step in document["steps"]}
    assert states == {
        step.name: "skipped" if step.name in LocalSite.lacks else "passed" for step in STEPS
    }
    assert not (tmp_path / "local" / "journal.json").exists()
