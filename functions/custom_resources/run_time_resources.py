"""`Custom::RunTimeResources`: its deletion removes all that the API made at run time.

CloudFormation knows nothing of training jobs, models and endpoints that SQL statements made. They
are told by their names: all begin with the stack's prefix, which IAM enforces.
"""

import time
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

import boto3
from botocore.exceptions import ClientError

from functions.custom_resources.protocol import CustomResourceError, Request, Resource, handle

_POLL_SECONDS = 5.0


@lru_cache
def _client(service: str) -> Any:
    return boto3.client(service)


def _physical_id(properties: Mapping[str, Any]) -> str:
    return f"{properties['Prefix']}-run-time-resources"


def _begin(_: Request) -> dict[str, str]:
    return {}


def _delete(request: Request) -> None:
    prefix = f"{request.properties['Prefix']}-"
    _stop_training_jobs(prefix)
    _delete_endpoints(prefix, request.deadline)
    for name in _names("list_endpoint_configs", "EndpointConfigs", "EndpointConfigName", prefix):
        _unless_gone("delete_endpoint_config", EndpointConfigName=name)
    for name in _names("list_models", "Models", "ModelName", prefix):
        _unless_gone("delete_model", ModelName=name)
    for bucket in request.properties.get("BucketsToEmpty", ()):
        _empty(bucket)


def _stop_training_jobs(prefix: str) -> None:
    for name in _names(
        "list_training_jobs",
        "TrainingJobSummaries",
        "TrainingJobName",
        prefix,
        StatusEquals="InProgress",
    ):
        _unless_gone("stop_training_job", TrainingJobName=name)


def _delete_endpoints(prefix: str, deadline: float) -> None:
    """Delete the endpoints and wait: one that is being changed refuses until that is over."""
    while names := list(_names("list_endpoints", "Endpoints", "EndpointName", prefix)):
        for name in names:
            _unless_gone("delete_endpoint", EndpointName=name)
        if time.monotonic() + _POLL_SECONDS > deadline:
            raise CustomResourceError(
                f"The endpoints {', '.join(names[:5])} are still being changed or deleted: "
                "wait until SageMaker is done with them and delete the stack again."
            )
        time.sleep(_POLL_SECONDS)


def _names(operation: str, key: str, attribute: str, prefix: str, **filters: str) -> Iterator[str]:
    pages = _client("sagemaker").get_paginator(operation)
    for page in pages.paginate(NameContains=prefix, **filters):
        yield from (item[attribute] for item in page[key] if item[attribute].startswith(prefix))


def _unless_gone(operation: str, **parameters: str) -> None:
    try:
        getattr(_client("sagemaker"), operation)(**parameters)
    except ClientError as error:
        # Not there any more, or busy: the caller looks again at what is left.
        if error.response["Error"]["Code"] not in {"ValidationException", "ResourceNotFound"}:
            raise CustomResourceError(
                f"SageMaker refused {operation} of {', '.join(parameters.values())}: "
                f"{error.response['Error'].get('Message', '')}"
            ) from error


def _empty(bucket: str) -> None:
    try:
        for page in _client("s3").get_paginator("list_object_versions").paginate(Bucket=bucket):
            _delete_objects(bucket, (*page.get("Versions", ()), *page.get("DeleteMarkers", ())))
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchBucket":
            raise CustomResourceError(
                f"The bucket {bucket} cannot be emptied ({error}): empty it by hand."
            ) from error


def _delete_objects(bucket: str, versions: Iterable[Mapping[str, Any]]) -> None:
    objects = [{"Key": version["Key"], "VersionId": version["VersionId"]} for version in versions]
    if not objects:
        return
    outcome = _client("s3").delete_objects(
        Bucket=bucket, Delete={"Objects": objects, "Quiet": True}
    )
    if failed := outcome.get("Errors"):
        raise CustomResourceError(
            f"{len(failed)} objects of the bucket {bucket} cannot be deleted "
            f"({failed[0].get('Message')}): empty it by hand."
        )


RESOURCE = Resource(physical_id=_physical_id, create_or_update=_begin, delete=_delete)


def handler(event: dict[str, Any], context: Any) -> None:
    """Entry point of the Lambda function."""
    handle(event, context, RESOURCE)
