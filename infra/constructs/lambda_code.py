"""Code of the Lambda functions: the named files, never the rest of the checkout."""

import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from shutil import copy2

import jsii
from aws_cdk import BundlingOptions, DockerImage, IgnoreMode, ILocalBundling
from aws_cdk.aws_lambda import Architecture, AssetCode, Code, Runtime

from functions.lambdas import ASSET_FILES, LAMBDA_RUNTIME

ROOT = Path(__file__).parents[2]
RUNTIME = Runtime(LAMBDA_RUNTIME)
ARCHITECTURE = Architecture.ARM_64
#: The same platform for the package installer: Amazon Linux 2023 has glibc 2.34.
PLATFORM = "aarch64-manylinux_2_28"

#: Custom resources that need nothing beside the Lambda runtime.
CUSTOM_RESOURCE_FILES = ("functions/__init__.py", "functions/custom_resources/*.py")
#: The function that registers endpoints with Application Auto Scaling.
ENDPOINT_SCALING_FILES = ("functions/__init__.py", "functions/endpoint_scaling/*.py")
SNOWFLAKE_SCRIPTS = ("snowflake/sql/*.sql", "snowflake/sql/*/*.sql", "snowflake/sql/*/*/*.sql")
#: The custom resource that runs the SQL scripts.
SNOWFLAKE_FILES = (
    *CUSTOM_RESOURCE_FILES,
    "functions/snowflake_integration/*.py",
    *SNOWFLAKE_SCRIPTS,
)
SNOWFLAKE_REQUIREMENTS = "requirements/snowflake-integration.txt"


def api_code() -> AssetCode:
    """The code of the three functions behind the API; the layer and the runtime hold the rest."""
    return Code.from_asset(str(ROOT), exclude=all_but(ASSET_FILES), ignore_mode=IgnoreMode.GIT)


def custom_resource_code() -> AssetCode:
    """The code of the custom resources that speak to AWS alone."""
    return Code.from_asset(
        str(ROOT), exclude=all_but(CUSTOM_RESOURCE_FILES), ignore_mode=IgnoreMode.GIT
    )


def endpoint_scaling_code() -> AssetCode:
    """The code of the function that registers endpoints with Application Auto Scaling."""
    return Code.from_asset(
        str(ROOT), exclude=all_but(ENDPOINT_SCALING_FILES), ignore_mode=IgnoreMode.GIT
    )


def snowflake_code() -> AssetCode:
    """The custom resource that speaks to Snowflake: its code, its packages, the SQL scripts."""
    return Code.from_asset(
        str(ROOT),
        exclude=all_but((*SNOWFLAKE_FILES, SNOWFLAKE_REQUIREMENTS)),
        ignore_mode=IgnoreMode.GIT,
        # The image is only named because CDK wants one: the packages are installed without Docker.
        bundling=BundlingOptions(
            image=DockerImage.from_registry(RUNTIME.bundling_image.image), local=PackageBundling()
        ),
    )


def all_but(patterns: Iterable[str]) -> list[str]:
    """Exclusions, in the syntax of .gitignore, that leave only the files that `patterns` match."""
    patterns = list(patterns)
    excluded = ["/*"]
    for folder in _folders(patterns):
        excluded += [f"!/{folder}/", f"/{folder}/*"]
    return excluded + [f"!/{pattern}" for pattern in patterns]


@jsii.implements(ILocalBundling)
class PackageBundling:
    """Installs the locked packages for the Lambda platform and adds the files; needs no Docker."""

    def try_bundle(self, output_dir: str, *_: object, **__: object) -> bool:
        """Fill `output_dir`; a failure stops the synthesis instead of falling back to Docker."""
        bundle(Path(output_dir), PLATFORM, RUNTIME.name.removeprefix("python"))
        return True


def bundle(target: Path, platform: str, python_version: str) -> None:
    """Fill `target` with the Snowflake custom resource's packages, code and scripts.

    Args:
        target: An existing folder.
        platform: As the package installer names it, for example `x86_64-manylinux_2_28`.
        python_version: For example `3.13`.
    """
    uv = Path(sys.executable).with_name("uv")
    command = [str(uv), "pip", "install", "--quiet", "--no-deps", "--require-hashes"]
    command += ["--only-binary", ":all:", "--target", str(target)]
    command += ["--python-platform", platform, "--python-version", python_version]
    # Standard output belongs to the CDK CLI.
    subprocess.run([*command, "-r", str(ROOT / SNOWFLAKE_REQUIREMENTS)], check=True, stdout=2)
    for path in files(SNOWFLAKE_FILES):
        destination = target / path.relative_to(ROOT)
        destination.parent.mkdir(parents=True, exist_ok=True)
        copy2(path, destination)


def _folders(patterns: Iterable[str]) -> list[str]:
    parents = {parent for pattern in patterns for parent in PurePosixPath(pattern).parents}
    return sorted(str(parent) for parent in parents if str(parent) != ".")


def files(patterns: Iterable[str]) -> Iterator[Path]:
    """The files of the checkout that the patterns match."""
    for pattern in patterns:
        yield from sorted(ROOT.glob(pattern))
