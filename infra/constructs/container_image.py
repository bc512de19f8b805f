"""An image in ECR: where it is pulled from, and the rights that this takes."""

from aws_cdk import Aws, Stack
from aws_cdk.aws_iam import PolicyStatement

from infra.settings.settings import Settings

_PULL = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")


def image_repository_arn(stack: Stack, settings: Settings) -> str:
    """The repository of the image that trains and serves: the stack's own, or that of a setting.

    By its fixed name, so that no stack imports a value of another one.
    """
    if settings.image_uri:
        return repository_arn(settings.image_uri)
    return stack.format_arn(
        service="ecr", resource="repository", resource_name=settings.image_repository_name
    )


def repository_arn(image_uri: str) -> str:
    """The repository of an image, `ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME@sha256:...`."""
    registry, _, name = image_uri.partition("@")[0].partition("/")
    account, _, _, region, *_ = registry.split(".")
    return f"arn:{Aws.PARTITION}:ecr:{region}:{account}:repository/{name}"


def pull_statements(*repository_arns: str) -> list[PolicyStatement]:
    """Rights that a role needs to pull from the repositories."""
    return [
        PolicyStatement(actions=["ecr:GetAuthorizationToken"], resources=["*"]),
        PolicyStatement(actions=list(_PULL), resources=list(repository_arns)),
    ]
