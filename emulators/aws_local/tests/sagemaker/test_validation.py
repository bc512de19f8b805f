"""Requests are held against boto3's model of SageMaker, lengths that boto3 lets pass included."""

from typing import Any

import pytest
from aws_local.wire.fault import FaultError
from aws_local.wire.validation import validate

REQUEST: dict[str, Any] = {
    "TrainingJobName": "job",
    "AlgorithmSpecification": {"TrainingImage": "image", "TrainingInputMode": "File"},
    "RoleArn": "arn:aws:iam::123456789012:role/training",
    "OutputDataConfig": {"S3OutputPath": "s3://bucket/training"},
    "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 5},
    "StoppingCondition": {"MaxRuntimeInSeconds": 60},
}


def test_a_training_jobs_variables_have_512_characters():
    validate("sagemaker", "CreateTrainingJob", REQUEST | {"Environment": {"NAME": "x" * 512}})
    with pytest.raises(FaultError, match="length less than or equal to 512"):
        validate("sagemaker", "CreateTrainingJob", REQUEST | {"Environment": {"NAME": "x" * 513}})


def test_a_training_job_has_40_metrics():
    metrics = [{"Name": f"metric{n}", "Regex": "x"} for n in range(41)]
    algorithm = REQUEST["AlgorithmSpecification"]
    fits = REQUEST | {"AlgorithmSpecification": algorithm | {"MetricDefinitions": metrics[:40]}}
    validate("sagemaker", "CreateTrainingJob", fits)
    more = REQUEST | {"AlgorithmSpecification": algorithm | {"MetricDefinitions": metrics}}
    with pytest.raises(FaultError, match="length less than or equal to 40"):
        validate("sagemaker", "CreateTrainingJob", more)
