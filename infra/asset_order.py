"""The order of building images and deploying stacks, as `cdk deploy` reads it from the assembly."""

import json
from pathlib import Path
from typing import Any


def build_images_after(stack_id: str, assembly: Path) -> None:
    """Let images be built once a stack is deployed, the one of the repository they go to.

    By itself the CLI builds all images before the first stack, and looks first whether they are
    in the repository; it waits for what the asset manifests of the assembly depend on, which
    CDK's synthesizer of Python stacks cannot be told: https://github.com/aws/aws-cdk/pull/25536
    """
    path = assembly / "manifest.json"
    manifest = json.loads(path.read_text())
    for artifact in manifest["artifacts"].values():
        if _has_images(artifact, assembly):
            artifact.setdefault("dependencies", []).append(stack_id)
    path.write_text(json.dumps(manifest, indent=2))


def _has_images(artifact: dict[str, Any], assembly: Path) -> bool:
    if artifact["type"] != "cdk:asset-manifest":
        return False
    assets = json.loads((assembly / artifact["properties"]["file"]).read_text())
    return bool(assets["dockerImages"])
