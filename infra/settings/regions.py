"""Regions and machines that can serve a deployment; others are refused before it begins."""

import re
from collections.abc import Mapping
from functools import cache

from boto3.session import Session
from pydantic_core import PydanticCustomError

#: The partition of every ARN. GovCloud and China have accounts of their own for the layer of the
#: functions (https://docs.aws.amazon.com/powertools/python/latest/getting-started/install/), and
#: GovCloud another kind of integration in Snowflake
#: (https://docs.snowflake.com/en/sql-reference/sql/create-api-integration).
PARTITION = "aws"

#: Where serverless endpoints are: N. Virginia to Oregon, Cape Town, Hong Kong to Sydney, Canada,
#: Frankfurt to Milan, Bahrain, Sao Paulo.
#: https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints.html
SERVERLESS_REGIONS = frozenset(
    [
        "us-east-1",
        "us-east-2",
        "us-west-1",
        "us-west-2",
        "af-south-1",
        "ap-east-1",
        "ap-south-1",
        "ap-northeast-1",
        "ap-northeast-2",
        "ap-northeast-3",
        "ap-southeast-1",
        "ap-southeast-2",
        "ca-central-1",
        "eu-central-1",
        "eu-west-1",
        "eu-west-2",
        "eu-west-3",
        "eu-north-1",
        "eu-south-1",
        "me-south-1",
        "sa-east-1",
    ]
)

#: Graviton families have a g after their generation: m6g, c7gd, g5g; g4dn and g5 do not.
#: https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html
_GRAVITON = re.compile(r"ml\.[a-z]+\d+g[a-z]*\.")


@cache
def _sagemaker_regions() -> frozenset[str]:
    return frozenset(Session().get_available_regions("sagemaker", PARTITION))


def served_region(region: str) -> str:
    """A region in which everything but perhaps serverless endpoints can be made."""
    if region in _sagemaker_regions():
        return region
    partition = Session().get_partition_for_region(region)
    if partition != PARTITION:
        raise _refusal(
            f"must lie in the partition {PARTITION}, not in {partition} as {region} does: the layer"
            " of the functions and Snowflake's integration are others there"
        )
    raise _refusal(f"must be a region that has SageMaker, not {region!r}")


def x86_type(instance_type: str) -> str:
    """A machine that can run the image, which is built for x86 processors."""
    if _GRAVITON.match(instance_type):
        raise _refusal(
            f"must be a machine with an x86 processor such as ml.m5.large, not {instance_type!r}, "
            "whose Graviton processor cannot run the image"
        )
    return instance_type


def check_region(region: str, is_serverless: bool, regional: Mapping[str, str | None]) -> None:
    """Refuse a region that cannot serve the endpoints, and settings that lie in another one.

    Args:
        region: The deployment's region.
        is_serverless: The endpoints are serverless ones.
        regional: ARNs and addresses of images, by the path of their setting.
    """
    if is_serverless and region not in SERVERLESS_REGIONS:
        raise _refusal(f"must have `inference.instances`: {region} has no serverless endpoints")
    for path, value in regional.items():
        if value is not None and _region_of(value) != region:
            raise _refusal(
                f"must have `{path}` in the deployment's region {region}, not in "
                f"{_region_of(value)}"
            )


def _region_of(arn_or_image_uri: str) -> str:
    return arn_or_image_uri.replace(".", ":").split(":")[3]


def _refusal(message: str) -> PydanticCustomError:
    # the message is text, not a template
    return PydanticCustomError("setting", "{message}", {"message": message})
