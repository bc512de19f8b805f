"""Endpoints: into service, invoked, updated without a lost request, failing, healing, deleted."""

import json
import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import psutil
from botocore.exceptions import BotoCoreError, ClientError


def test_a_model_comes_into_service_answers_and_goes(bench):
    bench.serving("simple")
    endpoint = bench.control.describe_endpoint(EndpointName="simple")
    assert endpoint["EndpointConfigName"] == "simple"
    variant = endpoint["ProductionVariants"][0]
    assert variant["CurrentServerlessConfig"] == {"MemorySizeInMB": 2048, "MaxConcurrency": 2}
    answer = bench.invoke("simple")
    assert answer["model"] == "simple"
    process = psutil.Process(answer["pid"])
    bench.gone("simple")
    assert not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    code, message = bench.refusal(bench.invoke, "simple")
    assert (code, message) == (
        "ValidationError",
        "Endpoint simple of account 123456789012 not found.",
    )
    # Configuration and model outlive the endpoint until they are deleted themselves.
    bench.control.delete_endpoint_config(EndpointConfigName="simple")
    bench.control.delete_model(ModelName="simple")
    code, message = bench.refusal(bench.control.describe_model, ModelName="simple")
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
        assert bench.refusal(bench.invoke, "slow")[0] == "ValidationError"
        for call in (bench.update, lambda name, _: bench.gone(name)):
            code, message = bench.refusal(call, "slow", "slow")
            assert code == "ValidationException"
            assert message.startswith("Cannot update in-progress endpoint")
    finally:
        bench.set_timings(start_delay_seconds=0)
    assert bench.settled("slow")["EndpointStatus"] == "InService"
    bench.gone("slow")


def test_an_update_loses_no_request(bench):
    bench.serving("before", concurrency=5)
    bench.artifact("after", start_seconds=0.5)
    bench.config("after", "after", concurrency=5)
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
            code, message = bench.refusal(bench.update, "before", "before")
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
    assert bench.refusal(bench.invoke, "broken")[0] == "ValidationError"
    code, message = bench.refusal(bench.update, "broken", "broken")
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
    error = bench.error_response(bench.invoke, "mortal", die=True)
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


def test_models_configurations_and_endpoints_are_listed(bench):
    bench.serving("shown")
    listed = bench.control.list_endpoints(NameContains="shown", StatusEquals="InService")
    assert [each["EndpointName"] for each in listed["Endpoints"]] == ["shown"]
    listed = bench.control.list_models(NameContains="shown")
    assert [each["ModelName"] for each in listed["Models"]] == ["shown"]
    listed = bench.control.list_endpoint_configs(NameContains="shown")
    assert [each["EndpointConfigName"] for each in listed["EndpointConfigs"]] == ["shown"]
    bench.gone("shown")
