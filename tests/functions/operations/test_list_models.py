"""The list of deployed models, once for each row."""

from deployed_models import address, deploy
from sagemaker_double import PREFIX


def test_models_are_listed_with_state_and_training_job(api, aws):
    a, b, c = (aws.trained(letter) for letter in "abc")
    deploy(api, aws, a, "one", "films")
    deploy(api, aws, b, "two", "series")
    api.post("/deploy", [[0, "shorts", c]], batch="three")
    aws.settle(f"{PREFIX}-shorts", "Failed", FailureReason="No such image.")
    reply = api.post("/models", [[0], [8]])
    assert [number for number, _ in reply.body["data"]] == [0, 8]
    listed, again = reply.values
    assert listed == again
    found = [(m["model_name"], m["status"], m["training_job"]) for m in listed]
    assert found == [
        ("films", "InService", a),
        ("series", "InService", b),
        ("shorts", "Failed", c),
    ]
    assert listed[2]["failure_reason"] == "No such image."
    assert listed[0]["model_artifact"] == address(a)


def test_nothing_deployed_is_an_empty_list(api):
    assert api.post("/models", [[0]]).value == []


def test_endpoints_of_a_stack_with_a_longer_prefix_are_not_listed(api, aws):
    aws.endpoint_serves("films")
    found = aws.only("endpoint")
    found["EndpointConfigName"] = f"{PREFIX}-other-{'a' * 24}"
    assert api.post("/models", [[0]]).value == []
