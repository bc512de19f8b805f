"""Endpoints: requests that are refused, limits, and errors that are passed on."""

import json
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

OCI = "Unsupported manifest media type application/vnd.oci.image.manifest.v1+json."


@pytest.mark.parametrize(("status", "whose"), [(400, "client"), (415, "client"), (500, "server")])
def test_the_containers_errors_are_passed_on(bench, status, whose):
    bench.serving(f"refusing-{status}")
    error = bench.error_response(bench.invoke, f"refusing-{status}", status=status)
    assert error["Error"]["Code"] == "ModelError"
    assert error["ResponseMetadata"]["HTTPStatusCode"] == 424
    assert error["OriginalStatusCode"] == status
    assert json.loads(error["OriginalMessage"])["model"] == f"refusing-{status}"
    message = error["Error"]["Message"]
    assert message.startswith(f"Received {whose} error ({status}) from primary with message")
    bench.gone(f"refusing-{status}")


def test_serverless_concurrency_is_limited(bench):
    bench.artifact("narrow")
    bench.config("narrow", "narrow", concurrency=1)
    bench.endpoint("narrow", "narrow")
    bench.settled("narrow")
    with ThreadPoolExecutor(1) as pool:
        long = pool.submit(bench.invoke, "narrow", seconds=2)
        time.sleep(0.3)  # the request is under way
        assert bench.refusal(bench.invoke, "narrow")[0] == "ThrottlingException"
        long.result()
    assert bench.invoke("narrow")["model"] == "narrow"
    bench.gone("narrow")


def test_serverless_payloads_are_limited_both_ways(bench):
    bench.serving("small")
    mebibytes = 4 * 1024 * 1024
    fits = json.dumps({"padding": "x" * (mebibytes - 20)}).encode()
    assert len(fits) <= mebibytes
    bench.runtime.invoke_endpoint(EndpointName="small", Body=fits)
    code, message = bench.refusal(
        bench.runtime.invoke_endpoint, EndpointName="small", Body=b"x" * (mebibytes + 1)
    )
    assert (code, f"less than or equal to {mebibytes}" in message) == ("ValidationError", True)
    assert bench.refusal(bench.invoke, "small", bytes=mebibytes)[0] == "ModelError"
    assert bench.invoke("small")["model"] == "small"
    bench.gone("small")


def test_an_invocation_has_its_time(bench):
    bench.serving("sleepy")
    bench.set_timings(invocation_timeout_seconds=0.2)
    try:
        code, message = bench.refusal(bench.invoke, "sleepy", seconds=5)
    finally:
        bench.set_timings(invocation_timeout_seconds=60)
    assert (code, "timed out" in message) == ("ModelError", True)
    bench.gone("sleepy")


def test_names_are_taken_once(bench):
    bench.serving("unique")
    for call, noun in (
        (lambda: bench.artifact("unique"), "model"),
        (lambda: bench.config("unique", "unique"), "endpoint configuration"),
        (lambda: bench.endpoint("unique", "unique"), "endpoint"),
    ):
        code, message = bench.refusal(call)
        assert code == "ValidationException"
        assert message.startswith(f'Cannot create already existing {noun} "arn:aws:sagemaker:')
    bench.gone("unique")


def test_what_is_missing_is_named(bench):
    control = bench.control
    for call, parameters, noun in (
        (control.describe_endpoint, {"EndpointName": "nobody"}, "endpoint"),
        (control.delete_endpoint, {"EndpointName": "nobody"}, "endpoint"),
        (control.delete_model, {"ModelName": "nobody"}, "model"),
        (
            control.describe_endpoint_config,
            {"EndpointConfigName": "nobody"},
            "endpoint configuration",
        ),
        (
            control.create_endpoint,
            {"EndpointName": "new", "EndpointConfigName": "nobody"},
            "endpoint configuration",
        ),
    ):
        code, message = bench.refusal(call, **parameters)
        assert code == "ValidationException"
        assert message.startswith(f'Could not find {noun} "arn:aws:sagemaker:us-east-1:')
    code, message = bench.refusal(bench.config, "orphan", "nobody")
    assert (code, "Could not find model" in message) == ("ValidationException", True)
    code, message = bench.refusal(bench.model, "empty", "s3://elsewhere/model.tar.gz")
    assert (code, "Could not find model data" in message) == ("ValidationException", True)


def test_serverless_refuses_what_it_lacks(bench):
    bench.artifact("plain")
    url = bench.control.describe_model(ModelName="plain")["PrimaryContainer"]["ModelDataUrl"]
    bench.model("isolated", url, EnableNetworkIsolation=True)
    for arguments, part in (
        (("isolated-config", "isolated"), "Network isolation is not supported"),
        (("odd-memory", "plain"), "MemorySizeInMB must be one of"),
    ):
        memory = {"MemorySizeInMB": 2000, "MaxConcurrency": 1}
        more = {"ServerlessConfig": memory} if arguments[0] == "odd-memory" else {}
        code, message = bench.refusal(bench.config, *arguments, **more)
        assert (code, part in message) == ("ValidationException", True)


def instances(bench, name, count, instance_type="ml.m5.large", model="scaled"):
    """A configuration with instances."""
    variant = {
        "VariantName": "all",
        "ModelName": model,
        "InstanceType": instance_type,
        "InitialInstanceCount": count,
    }
    bench.control.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant])


def count(bench):
    (variant,) = bench.settled("scaled")["ProductionVariants"]
    return variant["CurrentInstanceCount"]


def scale(bench, number):
    bench.control.update_endpoint_weights_and_capacities(
        EndpointName="scaled",
        DesiredWeightsAndCapacities=[{"VariantName": "all", "DesiredInstanceCount": number}],
    )


def test_instances_are_counted_kept_and_never_become_serverless(bench):
    """A serverless endpoint may get instances; an update resets them unless it retains them."""
    bench.serving("scaled")
    instances(bench, "one", 1)
    bench.update("scaled", "one")
    assert count(bench) == 1
    scale(bench, 2)
    assert count(bench) == 2
    instances(bench, "again", 1)
    bench.control.update_endpoint(
        EndpointName="scaled", EndpointConfigName="again", RetainAllVariantProperties=True
    )
    assert count(bench) == 2
    bench.update("scaled", "one")
    assert count(bench) == 1
    code, message = bench.refusal(bench.update, "scaled", "scaled")
    assert (code, "cannot become a serverless one" in message) == ("ValidationException", True)
    code, message = bench.refusal(scale, bench, 5)
    assert code == "ResourceLimitExceeded"
    assert "'Maximum number of instances per endpoint' is 4 Instances" in message
    assert bench.status("scaled") == "InService"
    bench.gone("scaled")


def test_a_machine_type_without_a_quota_is_refused_by_its_name(bench):
    """A training and an endpoint; what was refused is not there afterwards."""
    machines = {"InstanceType": "ml.c5.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 5}
    code, message = bench.refusal(bench.train, "unpaid", ResourceConfig=machines)
    assert code == "ResourceLimitExceeded"
    assert "'ml.c5.xlarge for training job usage' is 0 Instances, with current" in message
    bench.artifact("unpaid")
    instances(bench, "unpaid", 1, "ml.c5.xlarge", model="unpaid")
    code, message = bench.refusal(bench.endpoint, "unpaid", "unpaid")
    assert code == "ResourceLimitExceeded"
    assert "'ml.c5.xlarge for endpoint usage' is 0 Instances, with current" in message
    assert not bench.control.list_endpoints(NameContains="unpaid")["Endpoints"]
    assert not bench.control.list_training_jobs(NameContains="unpaid")["TrainingJobSummaries"]


def test_a_model_needs_an_image_of_dockers_kind(bench):
    for image, sentence in (
        ("123456789012.dkr.ecr.us-east-1.amazonaws.com/oci:1", OCI),
        ("123456789012.dkr.ecr.us-east-1.amazonaws.com/absent:1", "Requested image"),
    ):
        code, message = bench.refusal(
            bench.control.create_model,
            ModelName="of-image",
            PrimaryContainer={"Image": image, "ModelDataUrl": "s3://artifacts/none"},
            ExecutionRoleArn="arn:aws:iam::123456789012:role/inference",
        )
        assert (code, message.startswith(sentence)) == ("ValidationException", True)
