"""The registry's operations without a service around them: rules, and what is on disk."""

import asyncio

import pytest
from aws_local.sagemaker.control_plane.model_registry import ModelRegistry
from aws_local.sagemaker.state import model_package, training_job
from aws_local.wire.fault import FaultError

CONTAINER = {"Image": "image", "ModelDataUrl": "s3://artifacts/model.tar.gz"}
SPECIFICATION = {"Containers": [CONTAINER]}


@pytest.fixture
def registry(sagemaker):
    return ModelRegistry(sagemaker)


def do(operation, **request):
    return asyncio.run(operation(request))


def register(registry, **more):
    request = {"ModelPackageGroupName": "films", "InferenceSpecification": SPECIFICATION} | more
    return do(registry.create, **request)["ModelPackageArn"]


def test_a_groups_life(registry, sagemaker):
    do(registry.create_group, ModelPackageGroupName="films")
    with pytest.raises(FaultError, match="already exists"):
        do(registry.create_group, ModelPackageGroupName="films")
    first = register(registry, ClientToken="one")
    assert register(registry, ClientToken="one") == first
    second = register(registry)
    do(registry.update, ModelPackageArn=second, ModelApprovalStatus="Approved")
    (approved,) = do(registry.list, ModelPackageGroupName="films", ModelApprovalStatus="Approved")[
        "ModelPackageSummaryList"
    ]
    assert approved["ModelPackageVersion"] == 2
    again = ModelRegistry(sagemaker)
    assert do(again.describe, ModelPackageName=second)["ModelApprovalStatus"] == "Approved"
    assert "ClientToken" not in do(again.describe, ModelPackageName=first)
    with pytest.raises(FaultError, match="still contains"):
        do(again.delete_group, ModelPackageGroupName="films")
    for arn in (first, second):
        do(again.delete, ModelPackageName=arn)
    described = do(again.describe_group, ModelPackageGroupName="films")
    assert described["ModelPackageGroupStatus"] == "Completed"
    assert len(do(again.list_groups)["ModelPackageGroupSummaryList"]) == 1
    do(again.delete_group, ModelPackageGroupName="films")
    with pytest.raises(FaultError, match="does not exist"):
        register(again)


@pytest.mark.parametrize("arn", ["nonsense", "arn:aws:sagemaker:us-east-1:1:model-package/films/9"])
def test_a_version_that_is_not_there(registry, arn):
    do(registry.create_group, ModelPackageGroupName="films")
    with pytest.raises(FaultError, match="does not exist"):
        do(registry.describe, ModelPackageName=arn)


def test_packages_are_listed_by_group(registry):
    with pytest.raises(FaultError, match="of one group: name it"):
        do(registry.list)


@pytest.mark.parametrize(
    ("request_", "part"),
    [
        ({"SourceUri": "arn"}, "SourceUri is not emulated"),
        ({}, "one container"),
        ({"InferenceSpecification": {"Containers": [{"Image": "i"}]}}, "needs Image and"),
    ],
    ids=["another source", "no container", "no artifact"],
)
def test_packages_have_one_container_with_an_artifact(request_, part):
    with pytest.raises(FaultError, match=part):
        model_package.container_of(request_)


def test_metadata_are_as_many_as_aws_takes():
    package = {"CustomerMetadataProperties": {f"key{n}": "x" for n in range(50)}}
    with pytest.raises(FaultError, match="50 metadata"):
        model_package.update(package, {"CustomerMetadataProperties": {"more": "x"}}, 1.0)
    removed = {"CustomerMetadataPropertiesToRemove": ["key0"]}
    model_package.update(package, removed, 1.0)
    assert len(package["CustomerMetadataProperties"]) == 49


def channel(**more):
    source = {"S3DataType": "S3Prefix", "S3Uri": "s3://bucket/model.tar.gz"}
    return {"ChannelName": "model", "DataSource": {"S3DataSource": source}} | more


def test_channels_are_prefixes_of_s3():
    job = {"InputDataConfig": [channel()]}
    assert training_job.channels(job) == {"model": "s3://bucket/model.tar.gz"}


@pytest.mark.parametrize(
    ("more", "part"),
    [
        ({"CompressionType": "Gzip"}, "from an S3 prefix"),
        ({"InputMode": "Pipe"}, "from an S3 prefix"),
        ({"RecordWrapperType": "RecordIO"}, "RecordWrapperType is not emulated"),
        ({"DataSource": {}}, "from an S3 prefix"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else None,
)
def test_other_channels_are_refused_by_name(more, part):
    request = {"InputDataConfig": [channel(**more)], "AlgorithmSpecification": {}}
    with pytest.raises(FaultError, match=part):
        training_job.check(request)
