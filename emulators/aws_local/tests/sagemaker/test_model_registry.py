"""The model registry: groups, versions that count up, approvals, metadata, and who may register."""

import re

import pytest
from aws_local.iam.action_catalogue import ActionCatalogue
from aws_local.iam.request import AccessRequest
from aws_local.sagemaker.state import container_rights
from aws_local.wire.fault import FaultError
from aws_local.wire.validation import validate

ACCOUNT = "123456789012"
IMAGE = f"{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/image@sha256:{'0' * 64}"
ARN = f"arn:aws:sagemaker:us-east-1:{ACCOUNT}"
URL = "s3://artifacts/training/rye/output/model.tar.gz"


def specification(**container):
    return {
        "Containers": [{"Image": IMAGE, "ModelDataUrl": URL} | container],
        "SupportedContentTypes": ["application/json"],
        "SupportedResponseMIMETypes": ["application/json"],
    }


def register(bench, group, **more):
    answer = bench.control.create_model_package(
        ModelPackageGroupName=group, InferenceSpecification=specification(), **more
    )
    return answer["ModelPackageArn"]


@pytest.fixture
def group(bench, request):
    name = re.sub(r"[^a-z0-9]+", "-", request.node.name.lower())[:60].strip("-")
    bench.control.create_model_package_group(ModelPackageGroupName=name)
    return name


def packages(bench, group, **filters):
    pages = bench.control.get_paginator("list_model_packages")
    found = pages.paginate(ModelPackageGroupName=group, **filters)
    return [each for page in found for each in page["ModelPackageSummaryList"]]


def test_versions_count_up_from_one_and_no_number_comes_again(bench, group):
    first, second = register(bench, group), register(bench, group)
    assert [first, second] == [f"{ARN}:model-package/{group}/{number}" for number in (1, 2)]
    bench.control.delete_model_package(ModelPackageName=second)
    assert register(bench, group).endswith("/3")
    assert sorted(each["ModelPackageVersion"] for each in packages(bench, group)) == [1, 3]


def test_a_repeated_token_gets_the_version_made_for_it(bench, group):
    first = register(bench, group, ClientToken="one")
    assert register(bench, group, ClientToken="one") == first
    assert register(bench, group, ClientToken="two") != first


def test_metadata_are_merged_and_removed_and_the_approval_changes(bench, group):
    arn = register(bench, group, CustomerMetadataProperties={"job": "a", "rmse": "0.93"})
    assert packages(bench, group, ModelApprovalStatus="PendingManualApproval")
    bench.control.update_model_package(
        ModelPackageArn=arn,
        ModelApprovalStatus="Rejected",
        ApprovalDescription="rolled back",
        CustomerMetadataProperties={"job": "b"},
        CustomerMetadataPropertiesToRemove=["rmse"],
    )
    found = bench.control.describe_model_package(ModelPackageName=arn)
    assert (found["ModelApprovalStatus"], found["ApprovalDescription"]) == (
        "Rejected",
        "rolled back",
    )
    assert found["CustomerMetadataProperties"] == {"job": "b"}
    assert packages(bench, group, ModelApprovalStatus="PendingManualApproval") == []


def test_pages_of_versions_are_the_newest_first(bench, group):
    for _ in range(3):
        register(bench, group)
    page = bench.control.list_model_packages(ModelPackageGroupName=group, MaxResults=2)
    assert [each["ModelPackageVersion"] for each in page["ModelPackageSummaryList"]] == [3, 2]
    assert page["NextToken"]


def test_a_group_goes_once_it_is_empty(bench, group):
    arn = register(bench, group)
    remove = bench.control.delete_model_package_group
    code, message = bench.refusal(remove, ModelPackageGroupName=group)
    assert (code, "still contains Model Packages" in message) == ("ConflictException", True)
    bench.control.delete_model_package(ModelPackageName=arn)
    remove(ModelPackageGroupName=group)
    code, message = bench.refusal(
        bench.control.describe_model_package_group, ModelPackageGroupName=group
    )
    assert message == f"ModelPackageGroup {ARN}:model-package-group/{group} does not exist."


def test_a_second_group_of_one_name_is_refused(bench, group):
    code, message = bench.refusal(
        bench.control.create_model_package_group, ModelPackageGroupName=group
    )
    assert (code, "already exists" in message) == ("ValidationException", True)


def test_a_version_that_is_not_there_is_refused(bench, group):
    arn = f"{ARN}:model-package/{group}/7"
    code, message = bench.refusal(bench.control.describe_model_package, ModelPackageName=arn)
    assert (code, message) == ("ValidationException", f"ModelPackage {arn} does not exist.")


def test_groups_keep_their_tags(bench):
    tags = [{"Key": "team", "Value": "films"}]
    arn = bench.control.create_model_package_group(ModelPackageGroupName="tagged", Tags=tags)[
        "ModelPackageGroupArn"
    ]
    assert bench.control.list_tags(ResourceArn=arn)["Tags"] == tags
    listed = bench.control.list_model_package_groups(NameContains="tagged")
    assert [each["ModelPackageGroupArn"] for each in listed["ModelPackageGroupSummaryList"]] == [
        arn
    ]


@pytest.mark.parametrize("field", ["ModelPackageName", "SourceUri"])
def test_what_is_not_emulated_is_refused_by_name(bench, group, field):
    code, message = bench.refusal(
        bench.control.create_model_package,
        ModelPackageGroupName=group,
        InferenceSpecification=specification(),
        **{field: "other"},
    )
    assert (code, message.startswith(field)) == ("ValidationException", True)


def test_a_state_survives_a_restart(lone, running, bench_of, tmp_path):
    with running("aws_local.sagemaker", lone, tmp_path, lone.port):
        bench = bench_of(lone)
        bench.control.create_model_package_group(ModelPackageGroupName="kept")
        arn = register(bench, "kept")
    with running("aws_local.sagemaker", lone, tmp_path, lone.port):
        assert [each["ModelPackageArn"] for each in packages(bench_of(lone), "kept")] == [arn]


def test_rights_are_asked_on_versions_and_on_what_they_hold(account):
    catalogue = ActionCatalogue(account)
    of_creation = catalogue.requests(
        "sagemaker", "CreateModelPackage", {"ModelPackageGroupName": "films"}
    )
    arn = f"{ARN}:model-package/films/3"
    of_update = catalogue.requests("sagemaker", "UpdateModelPackage", {"ModelPackageArn": arn})
    assert of_creation == [
        AccessRequest.of("sagemaker:CreateModelPackage", f"{ARN}:model-package/films/*")
    ]
    assert of_update == [AccessRequest.of("sagemaker:UpdateModelPackage", arn)]
    of_content = container_rights.of_package({"Image": IMAGE, "ModelDataUrl": URL})
    assert {(each.action, each.resource) for each in of_content} == {
        ("ecr:BatchGetImage", f"arn:aws:ecr:us-east-1:{ACCOUNT}:repository/image"),
        ("s3:GetObject", "arn:aws:s3:::artifacts/training/rye/output/model.tar.gz"),
    }


def test_metadata_of_other_letters_than_aws_takes_are_refused():
    request = {"ModelPackageArn": f"{ARN}:model-package/films/3"}
    named = request | {"CustomerMetadataProperties": {"a.b": "0.93 +-"}}
    validate("sagemaker", "UpdateModelPackage", named)
    named = request | {"CustomerMetadataProperties": {"a": "1 < 2"}}
    with pytest.raises(FaultError, match="regular expression"):
        validate("sagemaker", "UpdateModelPackage", named)
