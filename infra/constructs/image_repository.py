"""The repository of the container image, and its copy there from CDK's own."""

from typing import TYPE_CHECKING, cast

from aws_cdk import ArnFormat, IgnoreMode, RemovalPolicy, Stack
from aws_cdk.aws_ecr import LifecycleRule, Repository, TagMutability
from aws_cdk.aws_ecr_assets import DockerImageAsset, Platform
from aws_cdk.aws_iam import PolicyStatement, Role, ServicePrincipal
from cdk_ecr_deployment import DockerImageName, ECRDeployment
from constructs import Construct

from infra.constructs.container_image import pull_statements
from infra.constructs.lambda_code import ROOT, all_but
from infra.constructs.nag import allow

if TYPE_CHECKING:
    from aws_cdk.aws_logs import LogGroup

_FILES = ("containers/recommender/**", "requirements/recommender.txt")
_LOG = ("logs:CreateLogStream", "logs:PutLogEvents")
_PUSH = (
    "ecr:CompleteLayerUpload",
    "ecr:InitiateLayerUpload",
    "ecr:PutImage",
    "ecr:UploadLayerPart",
)


def image_repository(scope: Construct, construct_id: str) -> Repository:
    """A repository of images that never change under their tag."""
    return Repository(
        scope,
        construct_id,
        image_tag_mutability=TagMutability.IMMUTABLE,
        image_scan_on_push=True,
        # An endpoint pulls its image whenever it scales, so only images long out of use expire.
        lifecycle_rules=[LifecycleRule(max_image_count=100)],
        empty_on_delete=True,
        removal_policy=RemovalPolicy.DESTROY,
    )


def image_asset(scope: Construct, construct_id: str) -> DockerImageAsset:
    """The image as Docker builds it for CDK's own repository."""
    return DockerImageAsset(
        scope,
        construct_id,
        directory=str(ROOT),
        file="containers/recommender/Dockerfile",
        exclude=[*all_but(_FILES), "__pycache__", ".*"],
        ignore_mode=IgnoreMode.GIT,
        # SageMaker's ml.m5 and serverless machines; the computer that builds may be another kind.
        platform=Platform.LINUX_AMD64,
    )


def image_copy(
    scope: Construct, construct_id: str, *, asset: DockerImageAsset, repository: Repository
) -> ECRDeployment:
    """Copy from CDK's repository; the library's own policies name every repository, ours do not."""
    role = Role(
        scope,
        f"{construct_id}Role",
        assumed_by=ServicePrincipal("lambda.amazonaws.com"),
        description="Copies the image from CDK's repository to the project's",
    )
    allow(
        role,
        *pull_statements(asset.repository.repository_arn, repository.repository_arn),
        PolicyStatement(actions=list(_PUSH), resources=[repository.repository_arn]),
        PolicyStatement(actions=list(_LOG), resources=[_own_logs(Stack.of(scope))]),
        wildcards="ECR's token takes no resource; CloudFormation names the function and its log.",
    )
    deployment = ECRDeployment(
        scope,
        construct_id,
        src=DockerImageName(asset.image_uri),
        dest=DockerImageName(f"{repository.repository_uri}:{asset.asset_hash}"),
        role=role.without_policy_updates(),
    )
    for child in Stack.of(scope).node.children:
        if child.node.id.startswith("Custom::CDKECRDeployment"):
            log = cast("LogGroup", child.node.find_child("LogGroup"))
            log.apply_removal_policy(RemovalPolicy.DESTROY)
    return deployment


def _own_logs(stack: Stack) -> str:
    return stack.format_arn(
        service="logs",
        resource="log-group",
        resource_name=f"/aws/lambda/{stack.stack_name}-*",
        arn_format=ArnFormat.COLON_RESOURCE_NAME,
    )
