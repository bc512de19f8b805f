"""Deletion of the stacks, in CloudFormation's order: nothing is in the way of what goes later."""

import json

import pytest
from template_graph import needed


@pytest.fixture(scope="session", params=["dev", "prod", "with_webapp"])
def each(request):
    return request.getfixturevalue(request.param)


def in_stacks(deployment, kind):
    """Stack, logical id and resource of each of a type."""
    for name, resource in deployment.resources(kind).items():
        stack, _, logical_id = name.partition("/")
        yield deployment.templates[stack], logical_id, resource


def content_of(template, bucket):
    """Logical ids of what empties a bucket."""
    return [
        name
        for name, resource in template["Resources"].items()
        if resource["Type"] == "Custom::BucketContent"
        and resource["Properties"]["Bucket"] == {"Ref": bucket}
    ]


def test_every_bucket_that_goes_is_emptied_and_no_other(each):
    """CloudFormation deletes no bucket that holds anything."""
    for template, bucket, resource in in_stacks(each, "AWS::S3::Bucket"):
        goes = resource["DeletionPolicy"] == "Delete"
        assert len(content_of(template, bucket)) == goes, bucket


def test_every_repository_that_goes_takes_its_images_along(each):
    for _, name, repository in in_stacks(each, "AWS::ECR::Repository"):
        empties = repository["Properties"].get("EmptyOnDelete", False)
        assert empties == (repository["DeletionPolicy"] == "Delete"), name


def test_no_service_may_write_into_a_bucket_that_was_emptied(each):
    """The policy that lets it write goes first: logs arrive for hours after the last request."""
    for template, name, policy in in_stacks(each, "AWS::S3::BucketPolicy"):
        bucket = policy["Properties"]["Bucket"]["Ref"]
        statements = policy["Properties"]["PolicyDocument"]["Statement"]
        if any("s3:PutObject" in json.dumps(s) for s in statements if s["Effect"] == "Allow"):
            assert set(content_of(template, bucket)) <= needed(template, name), name


def test_a_function_can_empty_the_bucket_until_it_is_asked_to(each):
    """Its rights stand in a policy of their own, which could be deleted first."""
    for template, name, _ in in_stacks(each, "Custom::BucketContent"):
        policies = {
            policy
            for policy, resource in template["Resources"].items()
            if resource["Type"] == "AWS::IAM::Policy" and "BucketContent" in policy
        }
        assert policies
        assert policies <= needed(template, name)


def test_sagemaker_keeps_its_roles_and_the_bucket_until_all_jobs_and_endpoints_are_gone(each):
    """It deletes endpoints with their role, and a job that is stopped still uploads its artifact.

    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DeleteEndpoint.html
    """
    ((template, name, _),) = in_stacks(each, "Custom::RunTimeResources")
    later = needed(template, name)
    trusting = {
        role
        for role, resource in template["Resources"].items()
        if "sagemaker.amazonaws.com" in json.dumps(resource.get("Properties", {}))
        and resource["Type"] == "AWS::IAM::Role"
    }
    assert len(trusting) == 2
    policies = {
        policy
        for policy, resource in template["Resources"].items()
        if resource["Type"] == "AWS::IAM::Policy"
        and {role["Ref"] for role in resource["Properties"]["Roles"]} & trusting
    }
    assert len(policies) == 2
    assert trusting | policies <= later
    artifacts = {
        content
        for bucket, resource in template["Resources"].items()
        if resource["Type"] == "AWS::S3::Bucket" and "VersioningConfiguration" in str(resource)
        for content in content_of(template, bucket)
    }
    assert artifacts <= later


def test_a_kept_bucket_is_named_by_the_stack_that_keeps_it(each):
    """So that nobody has to look for what a deletion left."""
    for template, bucket, resource in in_stacks(each, "AWS::S3::Bucket"):
        if resource["DeletionPolicy"] == "Retain":
            outputs = json.dumps(template["Outputs"])
            assert json.dumps({"Ref": bucket}) in outputs, bucket
