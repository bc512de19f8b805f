"""An image in ECR, known by its digest, and the rights that pulling it takes."""

from dataclasses import dataclass

from aws_cdk.aws_iam import PolicyStatement

_PULL = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")


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
        """Rights that a role needs to run the image."""
        return pull_statements(self.repository_arn)


def pull_statements(*repository_arns: str) -> list[PolicyStatement]:
    """Rights that a role needs to pull from the repositories."""
    return [
        PolicyStatement(actions=["ecr:GetAuthorizationToken"], resources=["*"]),
        PolicyStatement(actions=list(_PULL), resources=list(repository_arns)),
    ]
