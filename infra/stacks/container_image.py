"""The image of the training job and the endpoints, in a repository of our own."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from aws_cdk import ArnFormat, CustomResource, Duration, IgnoreMode, RemovalPolicy, Stack
from aws_cdk.aws_ecr import LifecycleRule, Repository, TagMutability
from aws_cdk.aws_ecr_assets import DockerImageAsset, Platform
from aws_cdk.aws_iam import PolicyStatement, Role, ServicePrincipal
from cdk_ecr_deployment import DockerImageName, ECRDeployment
from constructs import Construct

from infra.constructs.lambda_code import ROOT, all_but, custom_resource_code
from infra.constructs.lambda_function import LambdaFunction, LambdaSpec
from infra.constructs.nag import acknowledge, allow
from infra.settings.model import Settings

if TYPE_CHECKING:
    from aws_cdk.aws_logs import LogGroup

_FILES = ("containers/recommender/**", "requirements/recommender.txt")
_PULL = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
_LOG = ("logs:CreateLogStream", "logs:PutLogEvents")
_PUSH = (
    "ecr:CompleteLayerUpload",
    "ecr:InitiateLayerUpload",
    "ecr:PutImage",
    "ecr:UploadLayerPart",
)


@dataclass(frozen=True, kw_only=True)
class ContainerImage:
    """An image in ECR."""

    repository_arn: str
    #: By digest, so that what was trained with an image is served by the same one.
    uri: str

    @classmethod
    def built_elsewhere(cls, uri: str) -> "ContainerImage":
        """The image of `uri`, `ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME@sha256:...`."""
        registry, _, name = uri.partition("@")[0].partition("/")
        account, _, _, region, *_ = registry.split(".")
        return cls(repository_arn=f"arn:aws:ecr:{region}:{account}:repository/{name}", uri=uri)

    def pull_statements(self) -> list[PolicyStatement]:
        """What a role needs to run the image."""
        return pull_statements(self.repository_arn)


def pull_statements(*repository_arns: str) -> list[PolicyStatement]:
    """What a role needs to pull from the repositories."""
    return [
        PolicyStatement(actions=["ecr:GetAuthorizationToken"], resources=["*"]),
        PolicyStatement(actions=list(_PULL), resources=list(repository_arns)),
    ]


class ContainerImageStack(Stack):
    """Builds the image, copies it into the repository and finds out its digest."""

    def __init__(
        self, scope: Construct, construct_id: str, *, settings: Settings, **options: Any
    ) -> None:
        super().__init__(scope, construct_id, **options)
        repository = _repository(self)
        asset = _asset(self)
        copy = _copy(self, asset, repository)
        acknowledge(
            self,
            {
                "Serverless-LambdaDLQ": "CloudFormation waits for each answer.",
                "Serverless-LambdaTracing": "The library's function runs only to deploy.",
            },
        )
        digest = ImageDigest(
            self,
            "Digest",
            repository=repository,
            tag=asset.asset_hash,
            log_retention_days=settings.log_retention_days,
        )
        digest.node.add_dependency(copy)
        self.image = ContainerImage(
            repository_arn=repository.repository_arn,
            uri=f"{repository.repository_uri}@{digest.value}",
        )


class ImageDigest(Construct):
    """The digest of a tagged image, which is known once the image is in the repository."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        repository: Repository,
        tag: str,
        log_retention_days: int,
    ) -> None:
        super().__init__(scope, construct_id)
        provider = LambdaFunction(
            self,
            "Provider",
            LambdaSpec(
                code=custom_resource_code(),
                handler="functions.custom_resources.image_digest.handler",
                description="Custom resource: digest of a tagged image",
                timeout_seconds=60,
                memory_mb=256,
                log_retention_days=log_retention_days,
            ),
        )
        provider.allow(
            PolicyStatement(actions=["ecr:DescribeImages"], resources=[repository.repository_arn])
        )
        resource = CustomResource(
            self,
            "Resource",
            resource_type="Custom::ImageDigest",
            service_token=provider.function.function_arn,
            service_timeout=Duration.minutes(5),
            properties={"RepositoryName": repository.repository_name, "Tag": tag},
        )
        self.value = resource.get_att_string("Digest")


def _repository(scope: Construct) -> Repository:
    return Repository(
        scope,
        "Repository",
        image_tag_mutability=TagMutability.IMMUTABLE,
        image_scan_on_push=True,
        # An endpoint pulls its image whenever it scales, so only images long out of use expire.
        lifecycle_rules=[LifecycleRule(max_image_count=100)],
        empty_on_delete=True,
        removal_policy=RemovalPolicy.DESTROY,
    )


def _asset(scope: Construct) -> DockerImageAsset:
    return DockerImageAsset(
        scope,
        "Asset",
        directory=str(ROOT),
        file="containers/recommender/Dockerfile",
        exclude=[*all_but(_FILES), "__pycache__", ".*"],
        ignore_mode=IgnoreMode.GIT,
        # SageMaker's ml.m5 and serverless machines; the computer that builds may be another kind.
        platform=Platform.LINUX_AMD64,
    )


def _copy(scope: Construct, asset: DockerImageAsset, repository: Repository) -> ECRDeployment:
    """Copy from CDK's repository; the library's own policies name every repository, ours do not."""
    role = Role(
        scope,
        "CopyRole",
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
        "Copy",
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
