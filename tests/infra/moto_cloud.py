"""A moto server on which deployed Lambda functions run, custom resources included.

Usage: python moto_cloud.py PORT FOLDER

moto by itself runs functions in Docker, does not wait for the answers of custom resources, and
never tells these that they are updated or deleted.
Here a function's zip is unpacked below FOLDER and runs as a process, with the zip's own code and
the function's own variables.
"""

import io
import json
import os
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import moto.settings
from moto.awslambda.models import LambdaFunction
from moto.cloudformation.custom_model import CustomModel
from moto.cloudformation.models import Stack
from moto.cloudformation.parsing import OutputMap
from moto.ecr.models import Repository
from moto.server import main

PORT, FOLDER = sys.argv[1], Path(sys.argv[2])
ADDRESS = f"http://localhost:{PORT}"

RUNNER = """
import importlib, json, sys
event, name = json.load(sys.stdin), sys.argv[1]
class Context:
    function_name = memory_limit_in_mb = "function"
    invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:function"
    aws_request_id, log_stream_name = "request", "stream"
    get_remaining_time_in_millis = staticmethod(lambda: 60_000)
module, _, function = name.rpartition(".")
handler = getattr(importlib.import_module(module), function)
answer = handler(event, Context())
print("\\n" + json.dumps(answer))
"""


def run_function(self: LambdaFunction, event: Any = None) -> tuple[str, bool, str]:
    """In the place of LambdaFunction._invoke_lambda: output, whether it failed, log."""
    folder = FOLDER / self.code_sha_256.replace("/", "_")
    if not folder.exists():
        zipfile.ZipFile(io.BytesIO(self.code_bytes)).extractall(folder)
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(folder),
        "AWS_ENDPOINT_URL": ADDRESS,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "POWERTOOLS_TRACE_DISABLED": "true",
        **self.environment_vars,
    }
    text = event if isinstance(event, str) else json.dumps(event)
    outcome = subprocess.run(
        # -P: the code is the zip's, not that of the working directory
        [sys.executable, "-P", "-c", RUNNER, str(self.handler)],
        input=text,
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    sys.stderr.write(outcome.stderr)
    if outcome.returncode:
        return json.dumps({"errorMessage": outcome.stderr[-500:]}), True, outcome.stderr
    return outcome.stdout.strip().rpartition("\n")[2], False, outcome.stdout


def any_layer(_: LambdaFunction, arns: list[str]) -> list[dict[str, Any]]:
    """In the place of LambdaFunction._get_layers_data: AWS's own layers are not in moto."""
    return [{"Arn": arn, "CodeSize": 0} for arn in arns]


class AnswerBox(BaseHTTPRequestHandler):
    """Server that keeps answers of custom resources in FOLDER/answers.jsonl."""

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        with (FOLDER / "answers.jsonl").open("ab") as answers:
            answers.write(body + b"\n")
        self.send_response(200)
        self.end_headers()


_created: dict[str, tuple[LambdaFunction, dict[str, Any]]] = {}


def remember(self: LambdaFunction, body: str, *_: Any) -> str | bytes:
    """In the place of LambdaFunction.invoke, as moto calls it for a new custom resource."""
    event = json.loads(body)
    if isinstance(event, dict) and event.get("RequestType") == "Create":
        _created[event["LogicalResourceId"]] = (self, event)
    return invoke(self, body, *_)


def create_and_wait(
    name: str, document: dict[str, Any], account_id: str, region: str, **more: Any
) -> CustomModel:
    """In the place of CustomModel's: what reads an attribute of the resource is made after it."""
    resource = create_custom(name, document, account_id, region, **more)
    wait_for_answer(resource)
    return resource


def send_update(
    *, original_resource: CustomModel, cloudformation_json: dict[str, Any], **_: Any
) -> CustomModel:
    """Tell a custom resource of its new properties, as CloudFormation does; moto never does."""
    function, event = _created[original_resource.logical_id]
    update = {
        "RequestType": "Update",
        "PhysicalResourceId": original_resource.resource_name,
        "OldResourceProperties": event["ResourceProperties"],
        "ResourceProperties": cloudformation_json["Properties"],
    }
    original_resource._finished = False
    run_function(function, event | update)
    wait_for_answer(original_resource)
    _created[original_resource.logical_id] = (function, event | update)
    return original_resource


def wait_for_answer(resource: CustomModel) -> None:
    deadline = time.monotonic() + 120
    while not resource.is_created():
        if time.monotonic() > deadline:
            raise RuntimeError(f"{resource.logical_id} did not answer that it succeeded")
        time.sleep(0.05)


def send_deletion(self: CustomModel, *_: Any) -> None:
    """Tell a custom resource that it is deleted, as CloudFormation does."""
    if self.logical_id not in _created:
        return
    function, event = _created.pop(self.logical_id)
    deletion = {"RequestType": "Delete", "PhysicalResourceId": self.resource_name}
    address = f"http://127.0.0.1:{answer_box.server_address[1]}/"
    run_function(function, event | deletion | {"ResponseURL": address})


def delete_in_order(self: Stack) -> None:
    """In the place of Stack.delete: custom resources and images go first, the rest later.

    moto deletes in any order, and makes a deleted stack's resources anew to show its outputs.
    """
    for logical_id, resource in list(self.resource_map._parsed_resources.items()):
        if isinstance(resource, CustomModel):
            send_deletion(resource)
        properties = self.template_dict["Resources"].get(logical_id, {}).get("Properties", {})
        if isinstance(resource, Repository) and properties.get("EmptyOnDelete"):
            resource.images.clear()
    delete_stack(self)
    self.output_map = OutputMap(self.resource_map, {"Outputs": {}}, self.stack_id)


delete_stack = Stack.delete
invoke = LambdaFunction.invoke
create_custom = CustomModel.create_from_cloudformation_json
REPLACED: tuple[tuple[Any, str, Callable[..., Any]], ...] = (
    (Stack, "delete", delete_in_order),
    # an answer would make the resources that are still to come, in a thread beside the stack's own
    (Stack, "verify_readiness", lambda _: None),
    (LambdaFunction, "invoke", remember),
    (LambdaFunction, "_invoke_lambda", run_function),
    (LambdaFunction, "_get_layers_data", any_layer),
    (CustomModel, "create_from_cloudformation_json", create_and_wait),
    (CustomModel, "update_from_cloudformation_json", send_update),
    (CustomModel, "delete", send_deletion),
    (moto.settings, "moto_server_host", lambda: "http://localhost"),
)
for owner, name, replacement in REPLACED:
    setattr(owner, name, replacement)
os.environ["MOTO_PORT"] = PORT

answer_box = ThreadingHTTPServer(("127.0.0.1", 0), AnswerBox)

if __name__ == "__main__":
    threading.Thread(target=answer_box.serve_forever, daemon=True).start()
    main(["-H", "127.0.0.1", "-p", PORT])
