"""SageMaker under IAM: callers, passed roles, and roles that it works under."""

from dataclasses import replace

import pytest
from aws_local.iam.authority import AccessDeniedError, Authority
from aws_local.sagemaker.state import container_rights
from aws_local.settings import Access

ACCOUNT = "123456789012"
IMAGE = f"{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/image@sha256:{'0' * 64}"


def test_a_caller_without_a_right_is_refused_in_the_words_of_aws(bench):
    outsider = bench.client(bench.settings.port, "sagemaker", "job")
    code, message = bench.refusal(outsider.describe_endpoint, EndpointName="rye")
    assert code == "AccessDeniedException"
    assert message == (
        f"User: arn:aws:sts::{ACCOUNT}:assumed-role/job/job is not authorized to perform: "
        f"sagemaker:DescribeEndpoint on resource: arn:aws:sagemaker:us-east-1:{ACCOUNT}:"
        "endpoint/rye because no identity-based policy allows the sagemaker:DescribeEndpoint action"
    )


def test_an_invocation_is_decided_too(bench):
    outsider = bench.client(bench.settings.port, "sagemaker-runtime", "job")
    code, message = bench.refusal(outsider.invoke_endpoint, EndpointName="rye", Body=b"{}")
    assert code == "AccessDeniedException"
    assert "sagemaker:InvokeEndpoint" in message


@pytest.mark.parametrize("name", ["nobody", "unknown"])
def test_a_role_that_does_not_trust_sagemaker_is_refused(bench, name):
    role = f"arn:aws:iam::{ACCOUNT}:role/{name}"
    code, message = bench.refusal(bench.train, "distrusted", RoleArn=role)
    assert code == "ValidationException"
    assert message.startswith(f"Could not assume role {role}.")


def test_an_image_outside_of_ecr_is_refused(bench):
    algorithm = {"TrainingImage": "example.com/image:1", "TrainingInputMode": "File"}
    code, message = bench.refusal(bench.train, "elsewhere", AlgorithmSpecification=algorithm)
    assert (code, "is not in ECR" in message) == ("ValidationException", True)


def test_an_artifact_that_the_role_may_not_read_is_named(bench):
    role = f"arn:aws:iam::{ACCOUNT}:role/job"
    with_role = {"Image": IMAGE, "ModelDataUrl": "s3://artifacts/training/rye/model.tar.gz"}
    code, message = bench.refusal(
        bench.control.create_model,
        ModelName="unreadable",
        PrimaryContainer=with_role,
        ExecutionRoleArn=role,
    )
    assert (code, f'ensure that the role "{role}" exists' in message) == (
        "ValidationException",
        True,
    )


def test_a_job_fails_whose_role_may_not_pull_its_image(account):
    role = account.principals["job"].arn
    identity = account.access.identities[role]
    (statement,) = identity.policy
    poorer = replace(statement, actions=("s3:*", "logs:*", "cloudwatch:*"))
    identities = {role: replace(identity, policy=(poorer,))}
    authority = Authority(replace(account, access=Access(identities=identities)))
    needed = container_rights.of_training(account, "rye", IMAGE)
    with pytest.raises(AccessDeniedError, match="ecr:GetAuthorizationToken on resource: "):
        authority.require(authority.caller("job"), needed)
