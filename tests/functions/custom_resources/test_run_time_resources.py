"""Deletion of the stack removes the resources that the API made, and no other."""

import time

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from functions.custom_resources import bucket_content, run_time_resources
from functions.custom_resources.protocol import CustomResourceError, Request

ROLE = "arn:aws:iam::123456789012:role/inference"
IMAGE = f"123456789012.dkr.ecr.us-east-1.amazonaws.com/snowreel@sha256:{'0' * 64}"


@pytest.fixture(autouse=True)
def aws(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setattr(run_time_resources, "_POLL_SECONDS", 0.01)
    caches = (run_time_resources._sagemaker, bucket_content._s3)
    with mock_aws():
        for cached in caches:
            cached.cache_clear()
        yield
    for cached in caches:
        cached.cache_clear()


def request(seconds=10.0, **properties):
    return Request(
        properties={"Prefix": "snowreel-dev"} | properties, deadline=time.monotonic() + seconds
    )


def deploy(sagemaker, name):
    sagemaker.create_model(ModelName=name, PrimaryContainer={"Image": IMAGE}, ExecutionRoleArn=ROLE)
    variant = {
        "VariantName": "v",
        "ModelName": name,
        "InitialInstanceCount": 1,
        "InstanceType": "ml.t2.medium",
    }
    sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant])
    sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name)


def left(sagemaker):
    return (
        {item["EndpointName"] for item in sagemaker.list_endpoints()["Endpoints"]},
        {i["EndpointConfigName"] for i in sagemaker.list_endpoint_configs()["EndpointConfigs"]},
        {item["ModelName"] for item in sagemaker.list_models()["Models"]},
    )


def test_endpoints_configurations_and_models_of_the_prefix_are_removed():
    sagemaker = boto3.client("sagemaker")
    own = ("snowreel-dev-one", "snowreel-dev-two", "snowreel-dev-two--challenger")
    for name in (*own, "other", "my-snowreel-dev-x"):
        deploy(sagemaker, name)
    run_time_resources.RESOURCE.delete(request())
    assert left(sagemaker) == ({"other", "my-snowreel-dev-x"},) * 3


def test_another_deployments_resources_are_left_alone():
    sagemaker = boto3.client("sagemaker")
    deploy(sagemaker, "snowreel-development-one")
    run_time_resources.RESOURCE.delete(request())
    assert left(sagemaker) == ({"snowreel-development-one"},) * 3


def test_removing_twice_succeeds():
    deploy(boto3.client("sagemaker"), "snowreel-dev-one")
    for _ in range(2):
        run_time_resources.RESOURCE.delete(request())


class Pages:
    def __init__(self, *pages):
        self._pages = list(pages)

    def paginate(self, **_):
        return iter([self._pages.pop(0) if len(self._pages) > 1 else self._pages[0]])


class Jobs:
    """Training jobs by status, one set for each look."""

    def __init__(self, *looks):
        self._looks = list(looks)
        self.current = {}

    def paginate(self, **filters):
        status = filters["StatusEquals"]
        if status == "InProgress":
            self.current = self._looks.pop(0) if self._looks else {}
        names = self.current.get(status, [])
        return iter([{"TrainingJobSummaries": [{"TrainingJobName": name} for name in names]}])


JOB = "snowreel-dev-job"


class BusySageMaker:
    """Some looks long the endpoint refuses, as one does that is still being created."""

    def __init__(self, looks, jobs=()):
        self.calls = []
        endpoint = {"Endpoints": [{"EndpointName": "snowreel-dev-one"}]}
        self._pages = {
            "list_training_jobs": Jobs(*jobs),
            "list_endpoints": Pages(*[endpoint] * looks, {"Endpoints": []}),
            "list_endpoint_configs": Pages({"EndpointConfigs": []}),
            "list_models": Pages({"Models": []}),
            "list_model_package_groups": Pages({"ModelPackageGroupSummaryList": []}),
        }

    def get_paginator(self, operation):
        return self._pages[operation]

    def stop_training_job(self, **parameters):
        self.calls.append(("stop_training_job", parameters))

    def delete_endpoint(self, **parameters):
        self.calls.append(("delete_endpoint", parameters))
        response = {
            "Error": {
                "Code": "ValidationException",
                "Message": "Cannot update in-progress endpoint",
            }
        }
        raise ClientError(response, "DeleteEndpoint")


class Registry(BusySageMaker):
    """Two groups of versions, one of another stack; a group is deleted once it is empty."""

    def __init__(self):
        super().__init__(looks=0)
        self.groups = {"snowreel-dev-films": ["arn/1", "arn/2"], "snowreel-prod-films": ["arn/9"]}

    def get_paginator(self, operation):
        if operation == "list_model_packages":
            return self
        if operation == "list_model_package_groups":
            summaries = [{"ModelPackageGroupName": name} for name in self.groups]
            return Pages({"ModelPackageGroupSummaryList": summaries})
        return super().get_paginator(operation)

    def paginate(self, **parameters):
        arns = self.groups[parameters["ModelPackageGroupName"]]
        # a page each
        return iter([{"ModelPackageSummaryList": [{"ModelPackageArn": arn}]} for arn in [*arns]])

    def delete_model_package(self, **parameters):
        (group,) = (arns for arns in self.groups.values() if parameters["ModelPackageName"] in arns)
        group.remove(parameters["ModelPackageName"])

    def delete_model_package_group(self, **parameters):
        assert not self.groups.pop(parameters["ModelPackageGroupName"])


def test_versions_go_before_their_group_and_others_stay(monkeypatch):
    registry = Registry()
    delete_from(monkeypatch, registry)
    assert registry.groups == {"snowreel-prod-films": ["arn/9"]}


def delete_from(monkeypatch, sagemaker, seconds=10.0):
    monkeypatch.setattr(run_time_resources, "_sagemaker", lambda: sagemaker)
    run_time_resources.RESOURCE.delete(request(seconds))
    return [name for name, _ in sagemaker.calls]


def test_a_busy_endpoint_is_waited_for(monkeypatch):
    assert delete_from(monkeypatch, BusySageMaker(looks=3)) == ["delete_endpoint"] * 3


def test_a_job_that_stops_is_waited_for_as_it_uploads_its_artifact(monkeypatch):
    jobs = [{"InProgress": [JOB]}, {"Stopping": [JOB]}, {"Stopping": [JOB]}, {}]
    busy = BusySageMaker(looks=0, jobs=jobs)
    assert delete_from(monkeypatch, busy) == ["stop_training_job"]
    assert busy.get_paginator("list_training_jobs")._looks == []


def test_a_job_that_does_not_stop_is_one_sentence(monkeypatch):
    busy = BusySageMaker(looks=0, jobs=[{"Stopping": [JOB]}] * 10_000)
    with pytest.raises(CustomResourceError, match="training jobs snowreel-dev-job are still being"):
        delete_from(monkeypatch, busy, seconds=0.1)


def test_an_endpoint_that_stays_busy_is_one_sentence(monkeypatch):
    with pytest.raises(CustomResourceError, match="snowreel-dev-one are still being changed"):
        delete_from(monkeypatch, BusySageMaker(looks=10_000), seconds=0.1)


def test_a_refusal_is_one_sentence(monkeypatch):
    class Refusing(BusySageMaker):
        def stop_training_job(self, **parameters):
            error = {"Code": "AccessDeniedException", "Message": "not authorized"}
            raise ClientError({"Error": error}, "StopTrainingJob")

    refusing = Refusing(looks=1, jobs=[{"InProgress": [JOB]}])
    with pytest.raises(CustomResourceError, match="refused stop_training_job of snowreel-dev-job"):
        delete_from(monkeypatch, refusing)


def empty(bucket, seconds=10.0):
    asked = Request(properties={"Bucket": bucket}, deadline=time.monotonic() + seconds)
    bucket_content.RESOURCE.delete(asked)


@pytest.fixture
def artifacts():
    """A bucket with two versions of an object and a delete marker, and another bucket."""
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="artifacts")
    s3.put_bucket_versioning(Bucket="artifacts", VersioningConfiguration={"Status": "Enabled"})
    for _ in range(2):
        s3.put_object(Bucket="artifacts", Key="training/a/model.tar.gz", Body=b"x")
    s3.delete_object(Bucket="artifacts", Key="training/a/model.tar.gz")
    s3.create_bucket(Bucket="other")
    s3.put_object(Bucket="other", Key="kept", Body=b"x")
    return s3


def test_a_bucket_is_emptied_of_every_version(artifacts):
    empty("artifacts")
    artifacts.delete_bucket(Bucket="artifacts")  # S3 refuses that while anything is in it
    assert artifacts.list_objects_v2(Bucket="other")["KeyCount"] == 1


def test_a_bucket_that_is_gone_is_empty():
    empty("gone-already")


def test_a_bucket_too_full_for_one_function_is_one_sentence(artifacts):
    with pytest.raises(CustomResourceError, match="delete the stack again"):
        empty("artifacts", seconds=-1)


def test_each_bucket_is_a_resource_of_its_own():
    """Otherwise a bucket that is replaced would be deleted full."""
    ids = [bucket_content.RESOURCE.physical_id({"Bucket": name}) for name in ("a", "b")]
    assert ids == ["a/content", "b/content"]


def test_creation_and_update_change_nothing():
    deploy(sagemaker := boto3.client("sagemaker"), "snowreel-dev-one")
    assert run_time_resources.RESOURCE.create_or_update(request()) == {}
    assert left(sagemaker) == ({"snowreel-dev-one"},) * 3
