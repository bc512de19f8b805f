"""`Custom::RunTimeResources`: its deletion removes all that the API made at run time.

CloudFormation knows nothing of training jobs, models and endpoints that SQL statements made. They
are told by their names: all begin with the stack's prefix, which IAM enforces.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

import boto3
from botocore.exceptions import ClientError

from functions.custom_resources.protocol import CustomResourceError, Request, Resource, handle

_POLL_SECONDS = 5.0


@lru_cache
def _sagemaker() -> Any:
    return boto3.client("sagemaker")


def _physical_id(properties: Mapping[str, Any]) -> str:
    return f"{properties['Prefix']}-run-time-resources"


def _begin(_: Request) -> dict[str, str]:
    return {}


def _delete(request: Request) -> None:
    prefix, deadline = f"{request.properties['Prefix']}-", request.deadline
    _repeat("training jobs", lambda: _stop_training_jobs(prefix), deadline)
    _repeat("endpoints", lambda: _delete_endpoints(prefix), deadline)
    for name in _names("list_endpoint_configs", "EndpointConfigs", "EndpointConfigName", prefix):
        _unless_gone("delete_endpoint_config", EndpointConfigName=name)
    for name in _names("list_models", "Models", "ModelName", prefix):
        _unless_gone("delete_model", ModelName=name)
    groups = ("list_model_package_groups", "ModelPackageGroupSummaryList", "ModelPackageGroupName")
    for name in list(_names(*groups, prefix)):
        _delete_group(name)


def _repeat(what: str, step: Callable[[], list[str]], deadline: float) -> None:
    """Take a step until it finds nothing more: what is being changed refuses until that is over."""
    while names := step():
        if time.monotonic() + _POLL_SECONDS > deadline:
            raise CustomResourceError(
                f"The {what} {', '.join(names[:5])} are still being changed or deleted: "
                "wait until SageMaker is done with them and delete the stack again."
            )
        time.sleep(_POLL_SECONDS)


def _stop_training_jobs(prefix: str) -> list[str]:
    """Stop what runs; names of all jobs that have not ended, as one that stops still uploads.

    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StopTrainingJob.html
    """
    running, stopping = (_training_jobs(prefix, status) for status in ("InProgress", "Stopping"))
    for name in running:
        _unless_gone("stop_training_job", TrainingJobName=name)
    return running + stopping


def _training_jobs(prefix: str, status: str) -> list[str]:
    key, attribute = "TrainingJobSummaries", "TrainingJobName"
    return list(_names("list_training_jobs", key, attribute, prefix, StatusEquals=status))


def _delete_endpoints(prefix: str) -> list[str]:
    """Delete the endpoints; names of those that were still there.

    SageMaker needs the execution role until an endpoint is gone:
    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DeleteEndpoint.html
    """
    names = list(_names("list_endpoints", "Endpoints", "EndpointName", prefix))
    for name in names:
        _unless_gone("delete_endpoint", EndpointName=name)
    return names


def _delete_group(name: str) -> None:
    """Delete a group of versions; SageMaker wants them gone first.

    https://docs.aws.amazon.com/sagemaker/latest/dg/model-registry-delete-model-group.html
    """
    pages = _sagemaker().get_paginator("list_model_packages")
    summaries = [
        summary
        for page in pages.paginate(ModelPackageGroupName=name)
        for summary in page["ModelPackageSummaryList"]
    ]
    for summary in summaries:
        _unless_gone("delete_model_package", ModelPackageName=summary["ModelPackageArn"])
    _unless_gone("delete_model_package_group", ModelPackageGroupName=name)


def _names(operation: str, key: str, attribute: str, prefix: str, **filters: str) -> Iterator[str]:
    pages = _sagemaker().get_paginator(operation)
    for page in pages.paginate(NameContains=prefix, **filters):
        yield from (item[attribute] for item in page[key] if item[attribute].startswith(prefix))


def _unless_gone(operation: str, **parameters: str) -> None:
    try:
        getattr(_sagemaker(), operation)(**parameters)
    except ClientError as error:
        # Not there any more, or busy: the caller looks again at what is left.
        if error.response["Error"]["Code"] not in {"ValidationException", "ResourceNotFound"}:
            raise CustomResourceError(
                f"SageMaker refused {operation} of {', '.join(parameters.values())}: "
                f"{error.response['Error'].get('Message', '')}"
            ) from error


RESOURCE = Resource(physical_id=_physical_id, create_or_update=_begin, delete=_delete)


def handler(event: dict[str, Any], context: Any) -> None:
    """Entry point of the Lambda function."""
    handle(event, context, RESOURCE)
