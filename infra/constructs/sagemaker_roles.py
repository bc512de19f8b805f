"""The roles that SageMaker's own machines work under: one for training, one for inference."""

from dataclasses import dataclass

from aws_cdk import ArnFormat, Stack
from aws_cdk.aws_iam import PolicyStatement, Role
from aws_cdk.aws_s3 import Bucket
from constructs import Construct

from infra.constructs.container_image import image_repository_arn, pull_statements
from infra.constructs.nag import allow
from infra.constructs.service_trust import own_account_service
from infra.settings.settings import Settings

#: Begins the keys of artifacts: `training/<job>/output/model.tar.gz`.
ARTIFACT_PREFIX = "training"
#: Keys of all artifacts.
ARTIFACT_KEYS = f"{ARTIFACT_PREFIX}/*/output/model.tar.gz"

_LOG_ACTIONS = [
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:DescribeLogStreams",
    "logs:PutLogEvents",
]


@dataclass(frozen=True, kw_only=True)
class SageMakerResources:
    """The bucket of the artifacts, and the roles that SageMaker is given."""

    artifacts: Bucket
    training_role: Role
    inference_role: Role


def training_role(
    scope: Construct,
    construct_id: str,
    *,
    settings: Settings,
    bucket: Bucket,
) -> Role:
    """The jobs' role: writes and reads artifacts; its name is fixed, Snowflake knows its ARN."""
    role = _sagemaker_role(scope, construct_id, role_name=settings.training_role_name)
    _allow_container(role, settings, "/aws/sagemaker/TrainingJobs")
    artifacts = bucket.arn_for_objects(f"{ARTIFACT_PREFIX}/*")
    allow(
        role,
        PolicyStatement(actions=["s3:PutObject"], resources=[artifacts]),
        # the input channel of an evaluation: https://docs.aws.amazon.com/sagemaker/latest/dg/
        # sagemaker-roles.html#sagemaker-roles-createtrainingjob-perms
        *read_artifacts(bucket),
        wildcards="Each training job writes below a name of its own; any model may be evaluated.",
    )
    key_pair = settings.snowflake.key_pair
    if key_pair:
        role.add_to_policy(read_secret(key_pair.training_secret_arn))
    return role


def inference_role(
    scope: Construct,
    construct_id: str,
    *,
    settings: Settings,
    bucket: Bucket,
) -> Role:
    """The endpoints' role: reads artifacts and nothing else.

    It may also list them: without that right S3 answers "access denied" for an artifact that is
    gone. https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html
    """
    role = _sagemaker_role(scope, construct_id)
    _allow_container(role, settings, f"/aws/sagemaker/Endpoints/{settings.prefix}-*")
    allow(
        role,
        *read_artifacts(bucket),
        wildcards="The artifact of any training job may be deployed.",
    )
    return role


def read_artifacts(bucket: Bucket) -> list[PolicyStatement]:
    """Rights that reading any training job's artifact takes."""
    artifacts = bucket.arn_for_objects(ARTIFACT_KEYS)
    return [
        PolicyStatement(actions=["s3:GetObject"], resources=[artifacts]),
        PolicyStatement(
            actions=["s3:ListBucket"],
            resources=[bucket.bucket_arn],
            conditions={"StringLike": {"s3:prefix": f"{ARTIFACT_PREFIX}/*"}},
        ),
    ]


def read_secret(arn: str) -> PolicyStatement:
    """The right to read one secret."""
    return PolicyStatement(actions=["secretsmanager:GetSecretValue"], resources=[arn])


def _sagemaker_role(scope: Construct, construct_id: str, role_name: str | None = None) -> Role:
    return Role(
        scope,
        construct_id,
        role_name=role_name,
        assumed_by=own_account_service(scope, "sagemaker.amazonaws.com"),
    )


def _allow_container(role: Role, settings: Settings, log_group_name: str) -> None:
    stack = Stack.of(role)
    log_group = stack.format_arn(
        service="logs",
        resource="log-group",
        resource_name=f"{log_group_name}:*",
        arn_format=ArnFormat.COLON_RESOURCE_NAME,
    )
    put_metrics = PolicyStatement(
        actions=["cloudwatch:PutMetricData"],
        resources=["*"],
        conditions={"StringLike": {"cloudwatch:namespace": "/aws/sagemaker/*"}},
    )
    allow(
        role,
        *pull_statements(image_repository_arn(stack, settings)),
        PolicyStatement(actions=_LOG_ACTIONS, resources=[log_group]),
        put_metrics,
        wildcards="SageMaker names the log streams; ECR's token and metrics take no resource.",
    )
