"""Names of what deployments leave in SageMaker, and a deployment from its POST to its end."""

from lambda_api import Api, Reply
from sagemaker_double import BUCKET, PREFIX, SageMakerDouble

from functions.names import work_name

ENDPOINT = f"{PREFIX}-films"


def config_of(batch: str = "batch-1") -> str:
    """Endpoint configuration that a batch makes."""
    return work_name(PREFIX, batch)


def address(job: str) -> str:
    """S3 address of a training job's artifact."""
    return f"s3://{BUCKET}/training/{job}/output/model.tar.gz"


def deploy(
    api: Api, aws: SageMakerDouble, job: str, batch: str = "batch-1", model: str = "films"
) -> Reply:
    """Ask, let SageMaker finish, poll."""
    assert api.post("/deploy", [[0, model, job]], batch=batch).status == 202
    aws.settle(f"{PREFIX}-{model}")
    return api.get("/deploy", batch=batch)
