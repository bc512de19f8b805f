"""The calls that docs/api.md shows, run as they stand there."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from local.stack import REGION

pytestmark = pytest.mark.thorough

MANUAL = Path(__file__).parent.parent.parent / "docs" / "api.md"


def block(language: str, holding: str) -> str:
    """The manual's one code block in a language that holds a text."""
    blocks = re.findall(rf"```{language}\n(.*?)```", MANUAL.read_text(), re.DOTALL)
    (found,) = [block for block in blocks if holding in block]
    return str(found)


@pytest.fixture
def environment(integrator: Any, models: list[str]) -> dict[str, str]:
    key = integrator.stack.credentials["integrator"]
    return {
        "PATH": os.environ["PATH"],
        "API_URL": integrator.stack.api_url,
        "AWS_REGION": REGION,
        "AWS_ACCESS_KEY_ID": key.aws_access_key_id,
        "AWS_SECRET_ACCESS_KEY": key.aws_secret_access_key,
    }


def run(command: list[str], environment: dict[str, str]) -> Any:
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr + done.stdout
    return json.loads(done.stdout)


def test_curl(environment: dict[str, str], integrator: Any) -> None:
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    answer = run(["sh", "-ec", block("sh", "--aws-sigv4")], environment)
    assert answer["data"] == [[0, integrator.finish("/invoke", [[0, "films", "196", "242"]]).value]]


def test_python(environment: dict[str, str], integrator: Any) -> None:
    answer = run([sys.executable, "-c", block("python", "SigV4Auth")], environment)
    items = integrator.finish("/recommend", [[0, "films", "196", 10]]).value
    assert answer["items"] == [item["item_id"] for item in items]
    assert answer["estimate"] == integrator.finish("/invoke", [[0, "films", "196", "242"]]).value


def test_awscurl(environment: dict[str, str]) -> None:
    program = shutil.which("awscurl")
    if program is None:
        pytest.skip("awscurl is not installed")
    answer = run(["sh", "-ec", block("sh", "awscurl --service")], environment)
    assert len(answer["data"][0][1]) == 10
