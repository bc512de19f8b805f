"""SageMaker's service with small programs in place of a container's `train` and `serve`."""

import io
import json
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from aws_local.endpoint.moto_server import MotoServer
from aws_local.settings import (
    DOCKER_MANIFEST,
    ProgramSettings,
    S3Settings,
    SageMakerQuotas,
    SageMakerSettings,
)
from botocore.exceptions import ClientError

PROGRAMS = Path(__file__).parent / "programs"
BUCKET = "artifacts"
IMAGE_URI = f"123456789012.dkr.ecr.us-east-1.amazonaws.com/image@sha256:{'0' * 64}"
TRAINING_ROLE_ARN = "arn:aws:iam::123456789012:role/job"
OCI_IMAGE_URI = "123456789012.dkr.ecr.us-east-1.amazonaws.com/oci:1"
OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INFERENCE_ROLE_ARN = "arn:aws:iam::123456789012:role/inference"


@pytest.fixture(scope="session")
def programs(tmp_path_factory) -> Path:
    """A folder with `train` and `serve`."""
    folder = tmp_path_factory.mktemp("programs")
    for name in ("train", "serve"):
        source = (PROGRAMS / f"{name}.py").read_text()
        program = folder / name
        program.write_text(f"#!{sys.executable} -IS\n{source}")
        program.chmod(0o755)
    return folder


@dataclass
class Bench:
    """A running SageMaker, and short ways to use it."""

    settings: SageMakerSettings
    client: Any
    wait_for: Any

    def __post_init__(self):
        port = self.settings.port
        self.url = f"http://localhost:{port}"
        self.control = self.client(port, "sagemaker")
        self.unchecked = self.client(port, "sagemaker", parameter_validation=False)
        self.runtime = self.client(port, "sagemaker-runtime")
        self.s3 = self.client(int(self.settings.s3_endpoint_url.split(":")[-1]), "s3")

    @staticmethod
    def error_response(call, *arguments, **parameters) -> dict[str, Any]:
        """The client's error of a call that must be refused."""
        with pytest.raises(ClientError) as caught:
            call(*arguments, **parameters)
        return caught.value.response

    def refusal(self, call, *arguments, **parameters) -> tuple[str, str]:
        """Code and sentence of a call that must be refused."""
        error = self.error_response(call, *arguments, **parameters)["Error"]
        return error["Code"], error["Message"]

    def set_timings(self, **values):
        httpx.post(f"{self.url}/_control", json=values).raise_for_status()

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
            "Environment": {"JOB_SETTING": "one"},
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
        return self.settings.folder / "training-jobs" / name / "train.log"

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

    def config(self, name, model, concurrency=2, **more):
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

    def serving(self, name, concurrency=2, **manifest):
        """An endpoint in service, made from an artifact of the same name."""
        self.artifact(name, **manifest)
        self.config(name, name, concurrency)
        self.endpoint(name, name)
        assert self.settled(name)["EndpointStatus"] == "InService"

    def invoke(self, name, **order):
        answer = self.runtime.invoke_endpoint(
            EndpointName=name, Body=json.dumps(order), ContentType="application/json"
        )
        return json.loads(answer["Body"].read())

    def healed(self, name, first):
        """Wait until another server than the process `first` answers; refusals are SageMaker's."""
        refused = set()

        def answered():
            try:
                return self.invoke(name)["pid"] != first
            except ClientError as error:
                refused.add(error.response["Error"]["Code"])
                return False

        self.wait_for(answered, what=f"another server of {name}")
        assert refused <= {"ModelError", "ServiceUnavailable"}

    def gone(self, name):
        def absent():
            listed = self.control.list_endpoints(NameContains=name)["Endpoints"]
            return name not in {endpoint["EndpointName"] for endpoint in listed}

        self.control.delete_endpoint(EndpointName=name)
        self.wait_for(absent, what=f"end of {name}")


@pytest.fixture(scope="package")
def s3_port(tmp_path_factory, account, free_port) -> Iterator[int]:
    """S3 for all of these tests: moto keeps one state per process."""
    folder = tmp_path_factory.mktemp("s3")
    s3 = S3Settings(port=free_port(), folder=folder, buckets=(BUCKET,))
    moto = MotoServer(s3, account)
    moto.start()
    yield s3.port
    moto.stop()


@pytest.fixture(scope="package")
def new_sagemaker(account, free_port, programs):
    """Settings of a SageMaker that keeps its state in a folder."""

    def make(folder: Path, s3_port: int) -> SageMakerSettings:
        return SageMakerSettings(
            account=account,
            port=free_port(),
            folder=folder / "sagemaker",
            s3_endpoint_url=f"http://localhost:{s3_port}",
            # jobs that a test does not wait for run on
            quotas=SageMakerQuotas(
                training_instances=40,
                instances_by_type={
                    "ml.m5.large for training job usage": 40,
                    "ml.m5.large for endpoint usage": 8,
                },
            ),
            images={IMAGE_URI: DOCKER_MANIFEST, OCI_IMAGE_URI: OCI_MANIFEST},
            train=ProgramSettings(path=programs / "train", variables={"TRAIN_SETTING": "two"}),
            serve=ProgramSettings(path=programs / "serve", variables={"SERVE_HOST": "127.0.0.1"}),
        )

    return make


@pytest.fixture(scope="package")
def bench(tmp_path_factory, s3_port, new_sagemaker, running, client, wait_for):
    """One service for all tests that leave it as they found it."""
    folder = tmp_path_factory.mktemp("bench")
    settings = new_sagemaker(folder, s3_port)
    with running("aws_local.sagemaker", settings, folder, settings.port):
        yield Bench(settings, client, wait_for)


@pytest.fixture
def sagemaker(tmp_path, new_sagemaker, free_port) -> SageMakerSettings:
    """Settings of a SageMaker whose S3 does not answer."""
    return new_sagemaker(tmp_path, free_port())


@pytest.fixture
def lone(tmp_path, new_sagemaker, s3_port) -> SageMakerSettings:
    """Settings of a SageMaker that a test starts and ends itself."""
    return new_sagemaker(tmp_path, s3_port)


@pytest.fixture
def bench_of(client, wait_for):
    def make(settings: SageMakerSettings) -> Bench:
        return Bench(settings, client, wait_for)

    return make
