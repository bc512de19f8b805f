"""Promises of SageMaker to a training job, and what follows from them."""

import pytest
from recommender.container import Container

ARN = "arn:aws:sagemaker:eu-west-1:123456789012:training-job/snowreel-dev-x"


@pytest.mark.parametrize(
    ("environ", "region"),
    [
        ({"TRAINING_JOB_ARN": ARN}, "eu-west-1"),
        ({"TRAINING_JOB_ARN": ARN, "AWS_REGION": "us-east-2"}, "us-east-2"),
        ({"TRAINING_JOB_ARN": ARN, "AWS_DEFAULT_REGION": "us-east-2"}, "us-east-2"),
    ],
)
def test_the_region_is_known_without_instance_metadata(environ, region):
    """Snowflake's sign-in and AWS's SDK look for it in these variables."""
    variables = Container.of(environ).region_variables()
    assert variables == {"AWS_REGION": region, "AWS_DEFAULT_REGION": region}


@pytest.mark.parametrize("arn", ["", "training-job", "arn:aws:sagemaker"])
def test_a_region_that_nobody_tells_is_not_made_up(arn):
    assert Container.of({"TRAINING_JOB_ARN": arn}).region_variables() == {}
