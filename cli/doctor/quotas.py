"""Quotas of SageMaker that a deployment needs, held against those of its account."""

from collections.abc import Iterator, Mapping

from cli.doctor.checks import CheckError

#: Names as Service Quotas has them, of the service `sagemaker`.
CONCURRENCY = "Maximum total concurrency that can be allocated across all serverless endpoints"
SERVERLESS_ENDPOINTS = "Maximum number of serverless endpoints"
ENDPOINT_INSTANCES = "Number of instances across active endpoints"
TRAINING_INSTANCES = "Number of instances across all training jobs"


def compare(variables: Mapping[str, str], quotas: Mapping[str, float]) -> str:
    """The quotas that matter to the deployment, in one line.

    Args:
        variables: Of the environments of the deployment's functions.
        quotas: Value by name; one that the account does not tell is taken to be enough.

    Raises:
        CheckError: A quota is too small for one model or one training; the message names it.
    """
    needs = dict(_needs(variables))
    small = [
        f"'{name}' is {quotas[name]:g} and needs to be {need}"
        for name, need in needs.items()
        if quotas.get(name, need) < need
    ]
    if small:
        raise CheckError(f"too small: {'; '.join(small)}")
    known = [f"{name}: {quotas[name]:g}" for name in needs if name in quotas]
    return "; ".join(known) or "the account tells no quota of SageMaker"


def _needs(variables: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    yield TRAINING_INSTANCES, 1
    yield f"{variables['SNOWREEL_TRAINING_INSTANCE_TYPE']} for training job usage", 1
    instance_type = variables.get("SNOWREEL_INFERENCE_INSTANCE_TYPE")
    if not instance_type:
        yield SERVERLESS_ENDPOINTS, 1
        yield CONCURRENCY, int(variables["SNOWREEL_INFERENCE_MAX_CONCURRENCY"])
        return
    # An update brings the new instances up beside those that serve.
    instances = 2 * int(variables["SNOWREEL_INFERENCE_MIN_INSTANCES"])
    yield ENDPOINT_INSTANCES, instances
    yield f"{instance_type} for endpoint usage", instances
