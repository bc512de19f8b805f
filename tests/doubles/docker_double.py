"""A Docker of which `cdk deploy` sees no difference: it builds nothing and pushes to moto.

Usage: python docker_double.py FOLDER COMMAND ...

FOLDER/docker.json keeps the images by tag, each with the manifest that its build asked for, as an
engine with the containerd store makes it; FOLDER/docker.jsonl the commands.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import boto3

DOCKER = "application/vnd.docker.distribution.manifest.v2+json"
OCI = "application/vnd.oci.image.manifest.v1+json"

Images = dict[str, dict[str, str]]


def build(images: Images, *options: str) -> None:
    tag = options[options.index("--tag") + 1]
    manifest = DOCKER if "--output=type=docker" in options else OCI
    images[tag] = {"source": tag, "manifest": manifest}


def inspect(images: Images, tag: str) -> None:
    if tag not in images:
        sys.exit(1)


def tag(images: Images, source: str, name: str) -> None:
    images[name] = images[source]


def login(_: Images, *__: str) -> None:
    sys.stdin.read()


def push(images: Images, name: str) -> None:
    registry, _, path = name.partition("/")
    repository, _, image_tag = path.partition(":")
    image = images[name]
    boto3.client("ecr", region_name=registry.split(".")[3]).put_image(
        repositoryName=repository,
        imageTag=image_tag,
        imageManifest=json.dumps({"schemaVersion": 2, "layers": [], **image}),
        imageManifestMediaType=image["manifest"],
    )


COMMANDS: dict[str, Callable[..., None]] = {
    "build": build,
    "inspect": inspect,
    "tag": tag,
    "login": login,
    "push": push,
}


def main(folder: Path, command: str, *arguments: str) -> None:
    with (folder / "docker.jsonl").open("a") as log:
        log.write(json.dumps([command, *arguments]) + "\n")
    store = folder / "docker.json"
    images: Images = json.loads(store.read_text()) if store.exists() else {}
    COMMANDS[command](images, *arguments)
    store.write_text(json.dumps(images))


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
