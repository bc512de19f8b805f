"""Settings of the emulator: an account, an API and its functions, buckets, a container's programs.

`python -m aws_local` reads `Settings` from a JSON file, `python -m aws_local.sagemaker` reads
`SageMakerSettings` from another.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from loopback.credentials import Credentials


@dataclass(frozen=True, kw_only=True)
class Principal:
    """A user or role that signs requests."""

    arn: str
    credentials: Credentials = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Account:
    """The account that is emulated, in one region."""

    account_id: str
    region: str
    #: By the name that other settings call them.
    principals: Mapping[str, Principal]

    @property
    def credentials(self) -> dict[str, Credentials]:
        """Access keys by the name of the principal."""
        return {name: principal.credentials for name, principal in self.principals.items()}

    def arn(self, service: str, resource: str) -> str:
        """Address of a resource, for example of `lambda` and `function:name`."""
        return f"arn:aws:{service}:{self.region}:{self.account_id}:{resource}"


@dataclass(frozen=True, kw_only=True)
class MethodSettings:
    """Duties of a request, as the request validator checks them."""

    required_headers: tuple[str, ...] = ()
    #: Members of the JSON object that is the body; none: the body may be anything.
    required_members: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ApiSettings:
    """A regional REST API of one stage, authorized by AWS_IAM."""

    port: int
    stage: str
    #: Function by the resource's path, for example `/orders`.
    routes: Mapping[str, str]
    #: HTTP methods of every resource.
    methods: Mapping[str, MethodSettings]
    #: Names of the principals that the resource policy lets in.
    callers: tuple[str, ...]
    api_id: str = "local"
    #: Body of the gateway's own answers, an API Gateway response template.
    response_template: str = '{"message":$context.error.messageString}'


@dataclass(frozen=True, kw_only=True)
class CodeSettings:
    """The functions' code: files below a folder, copied at the start."""

    root: Path
    #: Glob patterns from `root`.
    files: tuple[str, ...]
    #: Folder of the copies.
    copies: Path


@dataclass(frozen=True, kw_only=True)
class FunctionSettings:
    """A Lambda function."""

    name: str
    #: `module.function` inside the code.
    handler: str
    log: Path
    #: The function's own variables, its role's keys among them.
    variables: Mapping[str, str] = field(default_factory=dict, repr=False)
    timeout_seconds: float = 3.0
    memory_mb: int = 512


@dataclass(frozen=True, kw_only=True)
class S3Settings:
    """moto's port, and the objects on disk."""

    port: int
    folder: Path
    #: Buckets that exist from the start.
    buckets: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Settings:
    """One emulated account: API Gateway, Lambda, S3 and moto's other services."""

    account: Account
    s3: S3Settings
    code: CodeSettings
    #: By the name that the API's routes call them.
    functions: Mapping[str, FunctionSettings]
    api: ApiSettings


@dataclass(frozen=True, kw_only=True)
class ProgramSettings:
    """A program of the container, an executable file."""

    path: Path
    #: Variables beside those of the request and SageMaker's own.
    variables: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, kw_only=True)
class ArtifactSettings:
    """Place of the model artifacts, and the principal that reads and writes them."""

    s3_endpoint_url: str
    #: Name of the principal.
    principal: str
    #: Whether models' roles may list the bucket (s3:ListBucket): without that right S3 answers
    #: "access denied" for an object that is not there.
    may_list: bool = False


@dataclass(frozen=True, kw_only=True)
class SageMakerQuotas:
    """Quotas of the account, in the beginning those of a new one.

    https://docs.aws.amazon.com/general/latest/gr/sagemaker.html
    """

    serverless_concurrency: int = 10
    serverless_endpoints: int = 5
    endpoint_instances: int = 4
    instances_per_endpoint: int = 4
    training_instances: int = 4


#: The only kind of manifest of which SageMaker makes a model.
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"


@dataclass(frozen=True, kw_only=True)
class SageMakerSettings:
    """SageMaker of one emulated account."""

    account: Account
    port: int
    #: Training jobs, models, endpoint configurations and endpoints.
    folder: Path
    artifacts: ArtifactSettings
    train: ProgramSettings
    serve: ProgramSettings
    #: Images of the registry that models may be made of: media type of the manifest by address.
    images: Mapping[str, str]
    quotas: SageMakerQuotas = field(default_factory=SageMakerQuotas)
    #: Seconds that a training job and an endpoint spend starting.
    start_delay_seconds: float = 0.0
