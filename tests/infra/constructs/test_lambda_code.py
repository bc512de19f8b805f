"""The Lambda functions' code: exactly the listed files, importable with what the cloud provides."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from functions.lambdas import ASSET_FILES, HANDLERS, LAMBDA_RUNTIME
from functions.snowflake_integration import scripts
from infra.constructs.lambda_code import (
    CUSTOM_RESOURCE_FILES,
    SNOWFLAKE_FILES,
    SNOWFLAKE_SCRIPTS,
    bundle,
)

ROOT = Path(__file__).parents[3]
UV = Path(sys.executable).with_name("uv")
VERSION = LAMBDA_RUNTIME.removeprefix("python")


def asset(deployment, handler):
    """Folder of the code of the function with this handler."""
    for stack, template in deployment.templates.items():
        for resource in template["Resources"].values():
            if resource["Properties"].get("Handler") == handler:
                key = json.dumps(resource["Properties"]["Code"]["S3Key"]).strip('"')
                files = json.loads((deployment.folder / f"{stack}.assets.json").read_text())
                source = files["files"][key.removesuffix(".zip")]["source"]
                return deployment.folder / source["path"]
    raise AssertionError(handler)


def files_in(folder):
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def matches(patterns):
    return {str(path.relative_to(ROOT)) for pattern in patterns for path in ROOT.glob(pattern)}


@pytest.mark.parametrize(
    ("handler", "patterns"),
    [
        *[(handler, ASSET_FILES) for handler in HANDLERS.values()],
        ("functions.custom_resources.run_time_resources.handler", CUSTOM_RESOURCE_FILES),
    ],
)
def test_an_asset_holds_the_listed_files_and_no_other(prod, handler, patterns):
    assert files_in(asset(prod, handler)) == matches(patterns)


@pytest.fixture(scope="module")
def cloud_python():
    """An interpreter of the version that Lambda runs."""
    found = subprocess.run(
        [UV, "python", "find", "--no-python-downloads", VERSION],
        capture_output=True,
        text=True,
        check=False,
    )
    if found.returncode == 0:
        return found.stdout.strip()
    versions = sorted(Path.home().glob(f".pyenv/versions/{VERSION}.*/bin/python"))
    if not versions:
        pytest.skip(f"Python {VERSION}, which Lambda runs, is not on this machine")
    return str(versions[-1])


def import_in(python, folder, modules):
    """Import modules from `folder` with nothing of the checkout on the path."""
    lines = [f"import {module}" for module in modules]
    outcome = subprocess.run(
        [python, "-P", "-W", "error::SyntaxWarning", "-c", "; ".join(lines)],
        env={
            "PYTHONPATH": str(folder),
            "AWS_DEFAULT_REGION": "us-east-1",
            "POWERTOOLS_TRACE_DISABLED": "true",
        },
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stderr


def test_the_api_functions_import_with_runtime_and_layer_alone(dev, cloud_python, tmp_path):
    environment = tmp_path / "layer"
    subprocess.run([UV, "venv", "--quiet", "--python", cloud_python, environment], check=True)
    python = environment / "bin/python"
    install = [UV, "pip", "install", "--quiet", "--python", python, "--require-hashes"]
    subprocess.run([*install, "-r", ROOT / "requirements/lambda.txt"], check=True)
    modules = [handler.rpartition(".")[0] for handler in HANDLERS.values()]
    import_in(python, asset(dev, HANDLERS["train"]), modules)


def test_the_custom_resources_import_with_the_runtime_alone(dev, cloud_python, tmp_path):
    """Their packages are in the bundle; the runtime's own boto3 is older or newer than ours."""
    bundle(tmp_path, "x86_64-manylinux_2_28", VERSION)
    modules = (
        "functions.snowflake_integration.handler",
        "functions.custom_resources.bucket_content",
        "functions.custom_resources.run_time_resources",
        "functions.custom_resources.image_digest",
    )
    import_in(cloud_python, tmp_path, modules)
    unzipped = sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file())
    assert unzipped < 250 * 2**20  # what Lambda takes


def test_every_sql_file_is_a_script_of_the_custom_resource():
    """Of its code, and of the digest by which it sees a change."""
    everything = {str(path.relative_to(ROOT)) for path in ROOT.glob("snowflake/**/*.sql")}
    assert matches(SNOWFLAKE_SCRIPTS) == everything


def test_the_bundle_holds_its_scripts_and_its_packages(cloud_python, tmp_path):
    bundle(tmp_path, "x86_64-manylinux_2_28", VERSION)
    assert matches(SNOWFLAKE_FILES) <= files_in(tmp_path)
    assert (tmp_path / "snowflake/connector").is_dir()
    program = (
        "from functions.snowflake_integration import scripts; print(*scripts.object_scripts())"
    )
    outcome = subprocess.run(
        [cloud_python, "-P", "-c", program],
        env={"PYTHONPATH": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert outcome.stdout.split() == scripts.object_scripts()
