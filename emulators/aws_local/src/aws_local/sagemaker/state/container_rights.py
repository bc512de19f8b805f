"""Rights that SageMaker uses in the name of an execution role, beside those on artifacts.

The sections "CreateTrainingJob API" and "CreateModel API" of
https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html: pull the image, write the log,
put metrics.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from aws_local.iam.request import AccessRequest
from aws_local.sagemaker.state.document import Document
from aws_local.sagemaker.state.faults import invalid
from aws_local.settings import Account

_IMAGE = re.compile(r"(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com/([^:@]+)[:@].+")
_PULL = ("BatchCheckLayerAvailability", "BatchGetImage", "GetDownloadUrlForLayer")


def require_image(image: str) -> None:
    """Raise FaultError unless the image is in ECR: SageMaker runs no other."""
    _repository(image)


def of_training(account: Account, job_name: str, image: str) -> list[AccessRequest]:
    """Rights that running a training job takes."""
    log = _Log("/aws/sagemaker/TrainingJobs", "", f"{job_name}/algo-1-1")
    return _of_container(account, image, log)


def of_endpoint(account: Account, name: str, variant: str, image: str) -> list[AccessRequest]:
    """Rights that serving one variant of an endpoint takes."""
    return _of_container(
        account, image, _Log("/aws/sagemaker/Endpoints", f"/{name}", f"{variant}/i-1")
    )


def of_package(container: Document) -> list[AccessRequest]:
    """Rights of whoever registers a model package: its image and its artifact are looked at.

    https://docs.aws.amazon.com/sagemaker/latest/dg/security-iam-awsmanpol-model-registry.html
    """
    artifact = container["ModelDataUrl"].removeprefix("s3://")
    return [
        AccessRequest.of("ecr:BatchGetImage", _repository(container["Image"])),
        AccessRequest.of("s3:GetObject", f"arn:aws:s3:::{artifact}"),
    ]


class _Log(NamedTuple):
    #: Of the metrics; the log group's name begins with it.
    namespace: str
    name: str
    stream: str


def _of_container(account: Account, image: str, log: _Log) -> list[AccessRequest]:
    group = account.arn("logs", f"log-group:{log.namespace}{log.name}")
    return [
        *_pull(image),
        *_write_log(group, log.stream),
        AccessRequest.of("cloudwatch:PutMetricData", "*", {"cloudwatch:namespace": log.namespace}),
    ]


def _pull(image: str) -> Iterator[AccessRequest]:
    yield AccessRequest.of("ecr:GetAuthorizationToken", "*")
    for action in _PULL:
        yield AccessRequest.of(f"ecr:{action}", _repository(image))


def _repository(image: str) -> str:
    match = _IMAGE.fullmatch(image)
    if match is None:
        raise invalid(f"The image {image!r} is not in ECR: SageMaker runs no other images.")
    owner, region, repository = match.groups()
    return f"arn:aws:ecr:{region}:{owner}:repository/{repository}"


def _write_log(group: str, stream: str) -> Iterator[AccessRequest]:
    # Policies name a group as `...:log-group:NAME:*`, for the actions on the group itself, too:
    # https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html
    for action in ("CreateLogGroup", "DescribeLogStreams"):
        yield AccessRequest.of(f"logs:{action}", f"{group}:log-stream:")
    for action in ("CreateLogStream", "PutLogEvents"):
        yield AccessRequest.of(f"logs:{action}", f"{group}:log-stream:{stream}")
