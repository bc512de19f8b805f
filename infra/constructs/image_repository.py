"""The repository that the project's images are pushed to and served from."""

from aws_cdk import DefaultStackSynthesizer, RemovalPolicy, Stack
from aws_cdk.aws_ecr import Repository, TagMutability
from aws_cdk.aws_iam import ArnPrincipal, PolicyStatement
from constructs import Construct

from infra.settings.settings import Settings

#: Where `cdk bootstrap --qualifier` is told to the app.
_QUALIFIER = "@aws-cdk/core:bootstrapQualifier"
#: What CDK's image publisher does in a repository, as its own policy lists it for CDK's repository:
#: https://github.com/aws/aws-cdk-cli/blob/main/packages/aws-cdk/lib/api/bootstrap/bootstrap-template.yaml
_PUBLISH = (
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:CompleteLayerUpload",
    "ecr:DescribeImages",
    "ecr:DescribeRepositories",
    "ecr:GetDownloadUrlForLayer",
    "ecr:InitiateLayerUpload",
    "ecr:PutImage",
    "ecr:UploadLayerPart",
)


def image_repository(scope: Construct, construct_id: str, *, settings: Settings) -> Repository:
    """A repository of images that never change under their tag, the hash of their source.

    No image expires: one that is long out of use cannot be told from one that an endpoint pulls
    when it scales. Data that is kept includes the images that serve the kept models.

    https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html
    """
    kept = settings.keep_data
    repository = Repository(
        scope,
        construct_id,
        repository_name=settings.image_repository_name,
        image_tag_mutability=TagMutability.IMMUTABLE,
        image_scan_on_push=True,
        empty_on_delete=not kept,
        removal_policy=RemovalPolicy.RETAIN if kept else RemovalPolicy.DESTROY,
    )
    repository.add_to_resource_policy(_let_in_the_publisher(Stack.of(scope)))
    return repository


def _let_in_the_publisher(stack: Stack) -> PolicyStatement:
    """Admit the role that `cdk deploy` pushes with: its own policy names CDK's repository alone.

    A repository's policy and a role's are equal within an account; one of them suffices:
    https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html
    """
    qualifier = stack.node.try_get_context(_QUALIFIER) or DefaultStackSynthesizer.DEFAULT_QUALIFIER
    name = f"cdk-{qualifier}-image-publishing-role-{stack.account}-{stack.region}"
    role_arn = stack.format_arn(service="iam", region="", resource="role", resource_name=name)
    return PolicyStatement(
        sid="LetCdkPublish", principals=[ArnPrincipal(role_arn)], actions=list(_PUBLISH)
    )
