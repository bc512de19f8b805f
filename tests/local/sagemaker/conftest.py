"""SageMaker's service with programs of our own in place of `train` and `serve`."""

import io
import json
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from aws_local.s3.moto_server import MotoServer

from local.stack import BUCKET, IMAGE_URI, INFERENCE_ROLE_ARN, TRAINING_ROLE_ARN, Stack

TRAIN = """
import json, os, pathlib, signal, sys, time
base = pathlib.Path(os.environ["SAGEMAKER_BASE_DIR"])
hyperparameters = json.loads((base / "input/config/hyperparameters.json").read_text())
behaviour = hyperparameters["behaviour"]

def save(*_):
    (base / "model/manifest.json").write_text(
        json.dumps({"hyperparameters": hyperparameters, "environment": dict(os.environ)}))
    if behaviour == "save-when-stopped":
        sys.exit(0)

if behaviour == "stubborn":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
if behaviour == "save-when-stopped":
    signal.signal(signal.SIGTERM, save)
print("metric rmse=0.95")
print("progress 0.50 half way", flush=True)
if behaviour in {"wait", "stubborn", "save-when-stopped"}:
    time.sleep(120)
if behaviour == "fail":
    (base / "model/half.npz").write_text("half")
    (base / "output/failure").write_text("The table has no rows.")
    sys.exit(1)
if behaviour == "crash":
    os._exit(3)
print("metric rmse=0.9345e0 mae=7")
save()
"""

SERVE = """
import http.server, json, os, pathlib, sys, time
model = pathlib.Path(os.environ["SAGEMAKER_BASE_DIR"]) / "model"
manifest = json.loads((model / "manifest.json").read_text())
if manifest.get("broken"):
    sys.exit("The manifest is of another version.")
time.sleep(manifest.get("start_seconds", 0))

class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.answer(200, b"")

    def do_POST(self):
        order = json.loads(self.rfile.read(int(self.headers["content-length"])) or b"{}")
        if order.get("die"):
            os._exit(9)
        time.sleep(order.get("seconds", 0))
        document = {"model": manifest["name"], "pid": os.getpid(), "headers": dict(self.headers),
            "environment": dict(os.environ), "padding": "x" * order.get("bytes", 0)}
        self.answer(order.get("status", 200), json.dumps(document).encode())

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass

address = (os.environ["SNOWREEL_SERVE_HOST"], int(os.environ["SAGEMAKER_BIND_TO_PORT"]))
server = http.server.ThreadingHTTPServer(address, Handler)
server.serve_forever()
"""


@pytest.fixture(scope="session")
def python(tmp_path_factory) -> Path:
    """This environment's Python, with our own `train` and `serve` beside it."""
    root = tmp_path_factory.mktemp("environment")
    scripts = root / "bin"
    scripts.mkdir()
    (root / "pyvenv.cfg").write_bytes((Path(sys.prefix) / "pyvenv.cfg").read_bytes())
    (root / "lib").symlink_to(Path(sys.prefix) / "lib")
    interpreter = scripts / "python"
    interpreter.symlink_to(Path(sys.executable).resolve())
    for name, source in (("train", TRAIN), ("serve", SERVE)):
        program = scripts / name
        program.write_text(f"#!{interpreter} -IS\n{source}")
        program.chmod(0o755)
    return interpreter


@dataclass
class Bench:
    """A running SageMaker, and short ways to use it."""

    stack: Stack
    client: Any
    wait_for: Any

    def __post_init__(self):
        self.control = self.client(self.stack, "sagemaker")
        self.unchecked = self.client(self.stack, "sagemaker", parameter_validation=False)
        self.runtime = self.client(self.stack, "sagemaker-runtime")
        self.s3 = self.client(self.stack, "s3")

    def set_timings(self, **values):
        httpx.post(f"{self.stack.sagemaker_endpoint_url}/_control", json=values).raise_for_status()

    # --- training jobs ----------------------------------------------------------------------------

    def train(self, name, behaviour="succeed", seconds=60, client=None, **more):
        request = {
            "TrainingJobName": name,
            "AlgorithmSpecification": {
                "TrainingImage": IMAGE_URI,
                "TrainingInputMode": "File",
                "MetricDefinitions": [
                    {"Name": "rmse", "Regex": "metric rmse=([-+0-9.eE]+)"},
                    {"Name": "absent", "Regex": "metric absent=([-+0-9.eE]+)"},
                ],
            },
            "RoleArn": TRAINING_ROLE_ARN,
            "OutputDataConfig": {"S3OutputPath": f"s3://{BUCKET}/training"},
            "ResourceConfig": {
                "InstanceType": "ml.m5.large",
                "InstanceCount": 1,
                "VolumeSizeInGB": 5,
            },
            "StoppingCondition": {"MaxRuntimeInSeconds": seconds},
            "HyperParameters": {"behaviour": behaviour},
            "Environment": {"SNOWREEL_ANALYST_ROLE": "ANALYST"},
        }
        return (client or self.control).create_training_job(**(request | more))

    def job(self, name):
        return self.control.describe_training_job(TrainingJobName=name)

    def concluded(self, name):
        final = {"Completed", "Failed", "Stopped"}
        self.wait_for(lambda: self.job(name)["TrainingJobStatus"] in final, what=f"end of {name}")
        return self.job(name)

    def in_training(self, name):
        log = self.log(name)
        self.wait_for(lambda: log.exists() and "progress" in log.read_text(), what=f"run of {name}")

    def log(self, name) -> Path:
        return self.stack.sagemaker_dir / "training-jobs" / name / "train.log"

    # --- endpoints --------------------------------------------------------------------------------

    def artifact(self, name, **manifest):
        """Put an artifact into S3 and make a model of it."""
        content = json.dumps({"name": name} | manifest).encode()
        self.artifact_of(name, {"manifest.json": content})

    def artifact_of(self, name, files):
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
            for path, content in files.items():
                member = tarfile.TarInfo(path)
                member.size = len(content)
                tar.addfile(member, io.BytesIO(content))
        key = f"training/{name}/output/model.tar.gz"
        self.s3.put_object(Bucket=BUCKET, Key=key, Body=buffer.getvalue())
        self.model(name, f"s3://{BUCKET}/{key}")

    def model(self, name, url, **more):
        self.control.create_model(
            ModelName=name,
            PrimaryContainer={
                "Image": IMAGE_URI,
                "ModelDataUrl": url,
                "Environment": {"MODEL_SETTING": name},
            },
            ExecutionRoleArn=INFERENCE_ROLE_ARN,
            **more,
        )

    def config(self, name, model, concurrency=20, **more):
        variant = {
            "VariantName": "all",
            "ModelName": model,
            "ServerlessConfig": {"MemorySizeInMB": 2048, "MaxConcurrency": concurrency},
        }
        self.control.create_endpoint_config(
            EndpointConfigName=name, ProductionVariants=[variant | more]
        )

    def endpoint(self, name, config):
        self.control.create_endpoint(EndpointName=name, EndpointConfigName=config)

    def update(self, name, config):
        self.control.update_endpoint(EndpointName=name, EndpointConfigName=config)

    def status(self, name):
        return self.control.describe_endpoint(EndpointName=name)["EndpointStatus"]

    def settled(self, name):
        busy = {"Creating", "Updating"}
        self.wait_for(lambda: self.status(name) not in busy, what=f"{name} settled")
        return self.control.describe_endpoint(EndpointName=name)

    def serving(self, name, **manifest):
        """An endpoint in service, made from an artifact of the same name."""
        self.artifact(name, **manifest)
        self.config(name, name)
        self.endpoint(name, name)
        assert self.settled(name)["EndpointStatus"] == "InService"

    def invoke(self, name, **order):
        answer = self.runtime.invoke_endpoint(
            EndpointName=name, Body=json.dumps(order), ContentType="application/json"
        )
        return json.loads(answer["Body"].read())

    def gone(self, name):
        def absent():
            listed = self.control.list_endpoints(NameContains=name)["Endpoints"]
            return name not in {endpoint["EndpointName"] for endpoint in listed}

        self.control.delete_endpoint(EndpointName=name)
        self.wait_for(absent, what=f"end of {name}")


@pytest.fixture(scope="package")
def aws_port(tmp_path_factory, new_stack) -> int:
    """S3 for all of these tests: moto keeps one state per process."""
    stack = new_stack(tmp_path_factory.mktemp("cloud"))
    moto = MotoServer(stack, [BUCKET])
    moto.start()
    yield stack.aws_port
    moto.stop()


@pytest.fixture(scope="package")
def bench(tmp_path_factory, aws_port, new_stack, running, client, wait_for, python):
    """One service for all tests that leave it as they found it."""
    stack = new_stack(tmp_path_factory.mktemp("stack"), aws_port=aws_port)
    with running("aws_local.sagemaker", stack, stack.sagemaker_port, python):
        yield Bench(stack, client, wait_for)


@pytest.fixture
def lone_stack(tmp_path, new_stack, aws_port):
    """A stack whose SageMaker a test starts and ends itself."""
    return new_stack(tmp_path, aws_port=aws_port)


@pytest.fixture
def bench_of(client, wait_for):
    def make(stack: Stack) -> Bench:
        return Bench(stack, client, wait_for)

    return make
