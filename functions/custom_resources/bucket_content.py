"""`Custom::BucketContent`: its deletion empties a bucket.

CloudFormation deletes no bucket that holds anything:
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-s3-bucket.html
"""

import time
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import boto3
from botocore.exceptions import ClientError

from functions.custom_resources.protocol import CustomResourceError, Request, Resource, handle


@lru_cache
def _s3() -> Any:
    return boto3.client("s3")


def _physical_id(properties: Mapping[str, Any]) -> str:
    return f"{properties['Bucket']}/content"


def _begin(_: Request) -> dict[str, str]:
    return {}


def _empty(request: Request) -> None:
    """Delete every version of every object; a bucket that is gone is empty, too."""
    bucket = request.properties["Bucket"]
    try:
        for page in _s3().get_paginator("list_object_versions").paginate(Bucket=bucket):
            _refuse_late(bucket, request.deadline)
            _delete_objects(bucket, (*page.get("Versions", ()), *page.get("DeleteMarkers", ())))
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchBucket":
            raise CustomResourceError(
                f"The bucket {bucket} cannot be emptied ({error}): empty it by hand."
            ) from error


def _refuse_late(bucket: str, deadline: float) -> None:
    if time.monotonic() > deadline:
        raise CustomResourceError(
            f"The bucket {bucket} holds more than can be deleted in the time of one function: "
            "delete the stack again, which goes on with the rest."
        )


def _delete_objects(bucket: str, versions: Iterable[Mapping[str, Any]]) -> None:
    objects = [{"Key": version["Key"], "VersionId": version["VersionId"]} for version in versions]
    if not objects:
        return
    outcome = _s3().delete_objects(Bucket=bucket, Delete={"Objects": objects, "Quiet": True})
    if failed := outcome.get("Errors"):
        raise CustomResourceError(
            f"{len(failed)} objects of the bucket {bucket} cannot be deleted "
            f"({failed[0].get('Message')}): empty it by hand."
        )


RESOURCE = Resource(physical_id=_physical_id, create_or_update=_begin, delete=_empty)


def handler(event: dict[str, Any], context: Any) -> None:
    """Entry point of the Lambda function."""
    handle(event, context, RESOURCE)
