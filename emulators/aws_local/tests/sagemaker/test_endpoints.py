"""Endpoints: into service, invoked, updated without a lost request, failing, healing, deleted."""

import json
import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest
from botocore.exceptions import BotoCoreError, ClientError


def refusal(call, *arguments, **parameters) -> dict:
    with pytest.raises(ClientError) as caught:
        call(*arguments, **parameters)
    return caught.value.response


def code_and_message(call, *arguments, **parameters) -> tuple[str, str]:
    error = refusal(call, *arguments, **parameters)["Error"]
    return error["Code"], error["Message"]


def test_a_model_comes_into_service_answers_and_goes(bench):
    bench.serving("simple")
    endpoint = bench.control.describe_endpoint(EndpointName="simple")
    assert endpoint["EndpointConfigName"] == "simple"
    variant = endpoint["ProductionVariants"][0]
    assert variant["CurrentServerlessConfig"] == {"MemorySizeInMB": 2048, "MaxConcurrency": 20}
    answer = bench.invoke("simple")
    assert answer["model"] == "simple"
    process = psutil.Process(answer["pid"])
    bench.gone("simple")
    assert not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    code, message = code_and_message(bench.invoke, "simple")
    assert (code, message) == (
        "ValidationError",
        "Endpoint simple of account 123456789012 not found.",
    )
    # Configuration and model outlive the endpoint until they are deleted themselves.
    bench.control.delete_endpoint_config(EndpointConfigName="simple")
    bench.control.delete_model(ModelName="simple")
    code, message = code_and_message(bench.control.describe_model, ModelName="simple")
    assert (code, "Could not find model" in message) == ("ValidationException", True)


def test_the_program_sees_the_models_variables_and_no_others(bench):
    bench.serving("enclosed-server")
    environment = bench.invoke("enclosed-server")["environment"]
    assert environment["MODEL_SETTING"] == "enclosed-server"
    assert environment["SERVE_HOST"] == "127.0.0.1"
    known = {"PATH", "HOME", "TMPDIR", "LANG", "LC_CTYPE", "SAGEMAKER_BASE_DIR", "MODEL_SETTING"}
    assert set(environment) <= known | {"SAGEMAKER_BIND_TO_PORT", "SERVE_HOST"}
    bench.gone("enclosed-server")


def test_only_sagemakers_own_headers_reach_the_container(bench):
    bench.serving("headers")
    answer = bench.runtime.invoke_endpoint(
        EndpointName="headers",
        Body=b"{}",
        ContentType="application/json; charset=utf-8",
        Accept="application/json",
        CustomAttributes="trace=1",
    )
    assert answer["InvokedProductionVariant"] == "all"
    assert answer["ContentType"] == "application/json"
    headers = {k.lower(): v for k, v in json.loads(answer["Body"].read())["headers"].items()}
    assert headers["content-type"] == "application/json; charset=utf-8"
    assert headers["x-amzn-sagemaker-custom-attributes"] == "trace=1"
    assert set(headers) == {
        *("host", "content-type", "accept", "content-length"),
        "x-amzn-sagemaker-custom-attributes",
    }
    bench.gone("headers")


def test_an_endpoint_is_created_only_after_the_delay(bench):
    bench.artifact("slow")
    bench.config("slow", "slow")
    bench.set_timings(start_delay_seconds=600)
    try:
        bench.endpoint("slow", "slow")
        endpoint = bench.control.describe_endpoint(EndpointName="slow")
        assert endpoint["EndpointStatus"] == "Creating"
        assert endpoint["PendingDeploymentSummary"]["EndpointConfigName"] == "slow"
        assert code_and_message(bench.invoke, "slow")[0] == "ValidationError"
        for call in (bench.update, lambda name, _: bench.gone(name)):
            code, message = code_and_message(call, "slow", "slow")
            assert code == "ValidationException"
            assert message.startswith("Cannot update in-progress endpoint")
    finally:
        bench.set_timings(start_delay_seconds=0)
    assert bench.settled("slow")["EndpointStatus"] == "InService"
    bench.gone("slow")


def test_an_update_loses_no_request(bench):
    bench.serving("before")
    bench.artifact("after", start_seconds=0.5)
    bench.config("after", "after")
    seen, failures, done = [], [], threading.Event()

    def fire():
        while not done.is_set():
            try:
                seen.append(bench.invoke("before", seconds=0.02)["model"])
            except (ClientError, BotoCoreError) as error:
                failures.append(error)

    with ThreadPoolExecutor(4) as pool:
        try:
            shots = [pool.submit(fire) for _ in range(4)]
            bench.wait_for(lambda: len(seen) > 20)
            old = psutil.Process(bench.invoke("before")["pid"])
            bench.update("before", "after")
            during = bench.control.describe_endpoint(EndpointName="before")
            assert during["EndpointStatus"] == "Updating"
            assert during["EndpointConfigName"] == "before"
            assert during["PendingDeploymentSummary"]["EndpointConfigName"] == "after"
            code, message = code_and_message(bench.update, "before", "before")
            assert (code, message[:24]) == ("ValidationException", "Cannot update in-progres")
            assert bench.settled("before")["EndpointConfigName"] == "after"
            count = len(seen)
            bench.wait_for(lambda: len(seen) > count + 20)
        finally:
            done.set()
        for shot in shots:
            shot.result()
    assert failures == []
    switch = seen.index("after")
    assert set(seen[switch + 8 :]) == {"after"}
    assert set(seen[:switch]) == {"before"}
    bench.wait_for(lambda: not old.is_running() or old.status() == psutil.STATUS_ZOMBIE)
    bench.gone("before")


def test_the_old_model_answers_its_last_request(bench):
    bench.serving("patient")
    bench.artifact("hasty")
    bench.config("hasty", "hasty")
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(bench.invoke, "patient", seconds=2)
        time.sleep(0.3)  # the request is under way
        bench.update("patient", "hasty")
        assert bench.settled("patient")["EndpointConfigName"] == "hasty"
        assert bench.invoke("patient")["model"] == "hasty"
        assert not answer.done()
        assert answer.result()["model"] == "patient"
    bench.gone("patient")


def test_a_failed_update_leaves_the_old_configuration_in_service(bench):
    bench.serving("solid")
    bench.artifact("defective", broken=True)
    bench.config("defective", "defective")
    bench.update("solid", "defective")
    endpoint = bench.settled("solid")
    assert (endpoint["EndpointStatus"], endpoint["EndpointConfigName"]) == ("InService", "solid")
    assert "did not pass the ping health check" in endpoint["FailureReason"]
    assert "The manifest is of another version." in endpoint["FailureReason"]
    assert "PendingDeploymentSummary" not in endpoint
    assert bench.invoke("solid")["model"] == "solid"
    bench.artifact("sound")
    bench.config("sound", "sound")
    bench.update("solid", "sound")
    assert "FailureReason" not in bench.settled("solid")
    bench.gone("solid")


def test_a_failed_endpoint_tells_why_and_can_only_be_deleted(bench):
    bench.artifact("broken", broken=True)
    bench.config("broken", "broken")
    bench.endpoint("broken", "broken")
    endpoint = bench.settled("broken")
    assert endpoint["EndpointStatus"] == "Failed"
    assert "The manifest is of another version." in endpoint["FailureReason"]
    assert code_and_message(bench.invoke, "broken")[0] == "ValidationError"
    code, message = code_and_message(bench.update, "broken", "broken")
    assert (code, "in status Failed" in message) == ("ValidationException", True)
    bench.gone("broken")


def test_an_unsafe_artifact_fails_the_endpoint(bench):
    bench.artifact_of("unsafe", {"../../escaped": b"x"})
    bench.config("unsafe", "unsafe")
    bench.endpoint("unsafe", "unsafe")
    endpoint = bench.settled("unsafe")
    assert endpoint["EndpointStatus"] == "Failed"
    assert "lies outside of its folder" in endpoint["FailureReason"]
    bench.gone("unsafe")


def test_a_server_that_ends_is_started_again(bench):
    bench.serving("mortal")
    first = bench.invoke("mortal")["pid"]
    error = refusal(bench.invoke, "mortal", die=True)
    assert error["Error"]["Code"] in {"ModelError", "ServiceUnavailable"}
    # on a loaded machine its end may be seen a moment after its connection's
    bench.healed("mortal", first)
    bench.gone("mortal")


def test_a_killed_server_is_started_again(bench):
    bench.serving("killed")
    first = bench.invoke("killed")["pid"]
    os.kill(first, signal.SIGKILL)
    bench.healed("killed", first)
    assert bench.status("killed") == "InService"
    bench.gone("killed")


@pytest.mark.parametrize(("status", "whose"), [(400, "client"), (415, "client"), (500, "server")])
def test_the_containers_errors_are_passed_on(bench, status, whose):
    bench.serving(f"refusing-{status}")
    error = refusal(bench.invoke, f"refusing-{status}", status=status)
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
        assert code_and_message(bench.invoke, "narrow")[0] == "ThrottlingException"
        long.result()
    assert bench.invoke("narrow")["model"] == "narrow"
    bench.gone("narrow")


def test_serverless_payloads_are_limited_both_ways(bench):
    bench.serving("small")
    mebibytes = 4 * 1024 * 1024
    fits = json.dumps({"padding": "x" * (mebibytes - 20)}).encode()
    assert len(fits) <= mebibytes
    bench.runtime.invoke_endpoint(EndpointName="small", Body=fits)
    code, message = code_and_message(
        bench.runtime.invoke_endpoint, EndpointName="small", Body=b"x" * (mebibytes + 1)
    )
    assert (code, f"less than or equal to {mebibytes}" in message) == ("ValidationError", True)
    assert code_and_message(bench.invoke, "small", bytes=mebibytes)[0] == "ModelError"
    assert bench.invoke("small")["model"] == "small"
    bench.gone("small")


def test_an_invocation_has_its_time(bench):
    bench.serving("sleepy")
    bench.set_timings(invocation_timeout_seconds=0.2)
    try:
        code, message = code_and_message(bench.invoke, "sleepy", seconds=5)
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
        code, message = code_and_message(call)
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
        code, message = code_and_message(call, **parameters)
        assert code == "ValidationException"
        assert message.startswith(f'Could not find {noun} "arn:aws:sagemaker:us-east-1:')
    code, message = code_and_message(bench.config, "orphan", "nobody")
    assert (code, "Could not find model" in message) == ("ValidationException", True)
    code, message = code_and_message(bench.model, "empty", "s3://elsewhere/model.tar.gz")
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
        code, message = code_and_message(bench.config, *arguments, **more)
        assert (code, part in message) == ("ValidationException", True)


def test_an_endpoint_is_not_converted_between_serverless_and_instances(bench):
    bench.serving("fixed")
    bench.control.create_endpoint_config(
        EndpointConfigName="instance",
        ProductionVariants=[
            {
                "VariantName": "all",
                "ModelName": "fixed",
                "InstanceType": "ml.m5.large",
                "InitialInstanceCount": 1,
            }
        ],
    )
    code, message = code_and_message(bench.update, "fixed", "instance")
    assert (code, "cannot be converted" in message) == ("ValidationException", True)
    assert bench.status("fixed") == "InService"
    bench.gone("fixed")


def test_models_configurations_and_endpoints_are_listed(bench):
    bench.serving("shown")
    listed = bench.control.list_endpoints(NameContains="shown", StatusEquals="InService")
    assert [each["EndpointName"] for each in listed["Endpoints"]] == ["shown"]
    listed = bench.control.list_models(NameContains="shown")
    assert [each["ModelName"] for each in listed["Models"]] == ["shown"]
    listed = bench.control.list_endpoint_configs(NameContains="shown")
    assert [each["EndpointConfigName"] for each in listed["EndpointConfigs"]] == ["shown"]
    bench.gone("shown")
