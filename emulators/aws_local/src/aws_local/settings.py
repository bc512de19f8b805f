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
class Statement:
    """A statement of a policy; every element is a list, as IAM reads one value, too.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
    """

    #: `Allow` or `Deny`.
    effect: str
    actions: tuple[str, ...] = ()
    not_actions: tuple[str, ...] = ()
    #: None of either: a trust policy, which speaks of its own role.
    resources: tuple[str, ...] = ()
    not_resources: tuple[str, ...] = ()
    #: By kind, `AWS` or `Service`; empty in policies of an identity.
    principals: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: Values by operator and condition key.
    conditions: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Rights of a user or role, and who may assume it."""

    policy: tuple[Statement, ...] = ()
    trust: tuple[Statement, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Access:
    """The policies of an account; who has none may do nothing."""

    #: By the ARN of the user or role.
    identities: Mapping[str, Identity] = field(default_factory=dict)
    #: Resource policies by ARN: of a bucket, a function, an API.
    resources: Mapping[str, tuple[Statement, ...]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Account:
    """The account that is emulated, in one region."""

    account_id: str
    region: str
    #: By the name that other settings call them.
    principals: Mapping[str, Principal]
    access: Access = field(default_factory=Access)

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
    #: Name of the principal that is its role.
    role: str
    #: The function's own variables; the role's key comes beside them.
    variables: Mapping[str, str] = field(default_factory=dict, repr=False)
    #: Name of its log group; empty: Lambda's own, `/aws/lambda/<name>`.
    log_group: str = ""
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
class SnsSettings:
    """Topics, and where their messages are read."""

    #: A file for each topic, a message a line.
    folder: Path
    #: Names of the topics.
    topics: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class StateMachineSettings:
    """A state machine, a standard workflow."""

    name: str
    #: In the Amazon States Language, JSON.
    definition: str
    #: Name of the principal that is its role.
    role: str


@dataclass(frozen=True, kw_only=True)
class StepFunctionsSettings:
    """State machines, and where their executions are kept."""

    folder: Path
    state_machines: tuple[StateMachineSettings, ...]
    #: Seconds that a `Wait` state and the interval before a retry last at most; None: as long as
    #: the definition says.
    wait_seconds_at_most: float | None = None


@dataclass(frozen=True, kw_only=True)
class ScheduleSettings:
    """A schedule of EventBridge Scheduler that starts a state machine, its flexible window off."""

    name: str
    #: `cron(...)`, `rate(...)` or `at(...)`.
    expression: str
    #: Name of the state machine.
    state_machine: str
    #: Name of the principal that is its role.
    role: str
    #: Of the execution, JSON.
    input: str = "{}"
    time_zone: str = "UTC"
    group: str = "default"
    #: `ENABLED` or `DISABLED`.
    state: str = "ENABLED"
    #: How late an execution may still be started, as after an end of the emulator.
    maximum_event_age_seconds: int = 86_400


@dataclass(frozen=True, kw_only=True)
class SchedulerSettings:
    """Schedules, and where is kept how far they have come."""

    folder: Path
    schedules: tuple[ScheduleSettings, ...]


@dataclass(frozen=True, kw_only=True)
class Settings:
    """One emulated account: API Gateway, Lambda, S3 and moto's other services."""

    account: Account
    s3: S3Settings
    code: CodeSettings
    #: By the name that the API's routes call them.
    functions: Mapping[str, FunctionSettings]
    api: ApiSettings
    #: None: moto's topics, which nobody reads.
    sns: SnsSettings | None = None
    #: None: moto's state machines, which do nothing.
    step_functions: StepFunctionsSettings | None = None
    #: None: moto's schedules, which never fire. Needs `step_functions`.
    scheduler: SchedulerSettings | None = None


@dataclass(frozen=True, kw_only=True)
class ProgramSettings:
    """A program of the container, an executable file."""

    path: Path
    #: Variables beside those of the request and SageMaker's own.
    variables: Mapping[str, str] = field(default_factory=dict, repr=False)


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
    #: Instances of one type for one use, by the quota's name: `ml.m5.large for training job usage`.
    #: One that is not here is 0, which AWS's table gives nearly all of them.
    instances_by_type: Mapping[str, int] = field(default_factory=dict)


#: The only kind of manifest of which SageMaker makes a model.
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"


@dataclass(frozen=True, kw_only=True)
class SageMakerSettings:
    """SageMaker of one emulated account."""

    account: Account
    port: int
    #: Training jobs, models, endpoint configurations and endpoints.
    folder: Path
    #: Place of the model artifacts; execution roles read and write them.
    s3_endpoint_url: str
    train: ProgramSettings
    serve: ProgramSettings
    #: Images of the registry that models may be made of: media type of the manifest by address.
    images: Mapping[str, str]
    quotas: SageMakerQuotas = field(default_factory=SageMakerQuotas)
    #: Seconds that a training job and an endpoint spend starting.
    start_delay_seconds: float = 0.0
