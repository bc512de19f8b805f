"""Everything that differs between two deployments. The only reader of the CDK context."""

from collections.abc import Callable
from dataclasses import dataclass

from infra.settings.context import ContextError, Section

_IDENTIFIER = r"[A-Za-z_][A-Za-z0-9_]{0,127}"
_IDENTIFIER_MEANING = "a plain Snowflake name (letters, digits and underscores)"
_PRIVATE_KEY = r"arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+"
_PRIVATE_KEY_MEANING = "the ARN of a secret in Secrets Manager"
_IMAGE = r"\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com/[a-z0-9/_.-]+@sha256:[0-9a-f]{64}"
_IMAGE_MEANING = "an image in ECR by digest, ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME@sha256:..."
_CERTIFICATE = r"arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate/[0-9a-f-]+"
_INSTANCE_TYPE = r"ml\.[a-z0-9-]+\.[a-z0-9]+"
_INSTANCE_TYPE_MEANING = "a SageMaker type such as ml.m5.large"
_PRINCIPAL_ARN = r"arn:aws[a-z-]*:iam::\d{12}:(role|user)/[\w+=,.@/-]+"

#: Retentions of logs, in days: those that CloudWatch Logs has and that make sense here.
LOG_RETENTIONS = (7, 14, 30, 60, 90, 180, 365, 731)


@dataclass(frozen=True, kw_only=True)
class KeyPair:
    """Private keys in Secrets Manager, for accounts without workload identity federation."""

    deployer_secret_arn: str
    training_secret_arn: str


@dataclass(frozen=True, kw_only=True)
class SnowflakeSettings:
    """The Snowflake account, and the names of what the stacks use and make in it."""

    #: Account identifier, `ORGANISATION-ACCOUNT`.
    account: str
    database: str
    schema: str
    warehouse: str
    api_integration: str
    #: Role and service user of the custom resource.
    deployer_role: str
    deployer_user: str
    #: Role and service user of the training job.
    training_role: str
    training_user: str
    #: Role and service user of the web app.
    webapp_role: str
    webapp_user: str
    #: May train, deploy and undeploy.
    operator_role: str
    #: May query models.
    analyst_role: str
    #: Schemas whose tables may be read and replaced; empty: every schema of the database.
    allowed_schemas: tuple[str, ...]
    #: None: workload identity federation, no secret anywhere.
    key_pair: KeyPair | None


@dataclass(frozen=True, kw_only=True)
class TrainingSettings:
    """The machine of a training job."""

    instance_type: str
    max_seconds: int


@dataclass(frozen=True, kw_only=True)
class Instances:
    """Machines that always run, as many as the load needs between two limits."""

    type: str
    at_least: int
    at_most: int
    #: Invocations a minute that one instance takes before another is added.
    invocations_per_minute: int


@dataclass(frozen=True, kw_only=True)
class InferenceSettings:
    """Serverless endpoints, which cost nothing while nobody asks, unless instances are given."""

    memory_mb: int
    max_concurrency: int
    instances: Instances | None


@dataclass(frozen=True, kw_only=True)
class ApiSettings:
    """Who may call the API, and how often."""

    requests_per_second: int
    burst: int
    #: Roles and users beside Snowflake's that may call the API.
    integrator_arns: tuple[str, ...]
    #: Concurrency reserved for each Lambda function; None: shared, as new accounts have too little.
    reserved_concurrency: int | None


@dataclass(frozen=True, kw_only=True)
class MonitoringSettings:
    """When to raise an alarm, and whom to tell."""

    alarm_email: str | None
    #: Alarm when one request in a hundred takes longer than this.
    p99_milliseconds: int


@dataclass(frozen=True, kw_only=True)
class WebappSettings:
    """The web app for viewers."""

    #: Certificate in Certificate Manager, in the deployment's region, for the name of the app.
    certificate_arn: str
    #: The address that browsers use: `https://` and the name of the certificate.
    public_url: str
    #: Image of another build, by digest; None: `cdk deploy` builds it, which takes Docker.
    image_uri: str | None
    #: Containers at least and at most.
    least_tasks: int
    most_tasks: int


@dataclass(frozen=True, kw_only=True)
class Settings:
    """One deployment."""

    environment: str
    #: Any text: a new one runs the scripts in Snowflake again, after a change by hand there.
    refresh: str
    region: str
    #: AWS account; None: that of the credentials in use.
    account: str | None
    #: Image of another build, by digest; None: `cdk deploy` builds it, which takes Docker.
    image_uri: str | None
    #: Whether `cdk destroy` leaves the model artifacts.
    keep_data: bool
    log_retention_days: int
    snowflake: SnowflakeSettings
    training: TrainingSettings
    inference: InferenceSettings
    api: ApiSettings
    monitoring: MonitoringSettings
    #: None: no web app.
    webapp: WebappSettings | None

    @property
    def prefix(self) -> str:
        """Begins the name of each SageMaker resource made at run time, and of the fixed roles.

        The environment has no hyphen, so that no prefix is the beginning of another one.
        """
        return f"snowreel-{self.environment}"

    # The fixed names: Snowflake is told these ARNs before the roles exist.

    @property
    def caller_role_name(self) -> str:
        """Role that Snowflake assumes to call the API."""
        return f"{self.prefix}-snowflake-caller"

    @property
    def deployer_role_name(self) -> str:
        """Role of the custom resource; the deployer user is mapped to it."""
        return f"{self.prefix}-deployer"

    @property
    def training_role_name(self) -> str:
        """Role of the training job; the training user is mapped to it."""
        return f"{self.prefix}-training-job"

    @property
    def webapp_role_name(self) -> str:
        """Role of the web app's container; the web app's user is mapped to it."""
        return f"{self.prefix}-webapp"


def read(get_context: Callable[[str], object]) -> Settings:
    """The settings of the deployment that the context `environment` names (default: dev).

    Args:
        get_context: Value of a context key, None where it is absent.

    Raises:
        ContextError: Something is missing or malformed; the sentence names it.
    """
    environment = get_context("environment") or "dev"
    environments = Section("environments", get_context("environments"))
    if not isinstance(environment, str) or environment not in environments:
        raise ContextError(
            f"The context `environments` in cdk.json has no {environment!r}: "
            f"choose one of {', '.join(environments)} with `-c environment=NAME`."
        )
    # "snowreel-" and this make at most 20 characters, which leaves 40 for the name of a model.
    named = Section("environments", {"name": environment})
    named.text("name", r"[a-z][a-z0-9]{0,10}", "1 to 11 lower-case letters and digits")
    refresh = str(get_context("refresh") or "")
    return _read_environment(environment, refresh, environments.section(environment))


def _read_environment(environment: str, refresh: str, section: Section) -> Settings:
    settings = Settings(
        environment=environment,
        refresh=refresh,
        region=section.text("region", r"[a-z]{2}(-[a-z]+)+-\d", "an AWS region"),
        account=section.optional_text("account", r"\d{12}", "an AWS account number of 12 digits"),
        image_uri=section.optional_text("image_uri", _IMAGE, _IMAGE_MEANING),
        keep_data=section.flag("keep_data"),
        log_retention_days=section.choice("log_retention_days", LOG_RETENTIONS),
        snowflake=_read_snowflake(section.section("snowflake")),
        training=_read_training(section.section("training")),
        inference=_read_inference(section.section("inference")),
        api=_read_api(section.section("api")),
        monitoring=_read_monitoring(section.section("monitoring")),
        webapp=_read_webapp(section.optional_section("webapp")),
    )
    section.end()
    return settings


def _read_snowflake(section: Section) -> SnowflakeSettings:
    def name(key: str) -> str:
        return section.text(key, _IDENTIFIER, _IDENTIFIER_MEANING)

    settings = SnowflakeSettings(
        account=section.text(
            "account", r"[A-Za-z0-9_]+-[A-Za-z0-9_]+", "an identifier ORGANISATION-ACCOUNT"
        ),
        database=name("database"),
        schema=name("schema"),
        warehouse=name("warehouse"),
        api_integration=name("api_integration"),
        deployer_role=name("deployer_role"),
        deployer_user=name("deployer_user"),
        training_role=name("training_role"),
        training_user=name("training_user"),
        webapp_role=name("webapp_role"),
        webapp_user=name("webapp_user"),
        operator_role=name("operator_role"),
        analyst_role=name("analyst_role"),
        allowed_schemas=section.texts("allowed_schemas", _IDENTIFIER, _IDENTIFIER_MEANING),
        key_pair=_read_key_pair(section.section("key_pair")) if "key_pair" in section else None,
    )
    section.end()
    return settings


def _read_key_pair(section: Section) -> KeyPair:
    key_pair = KeyPair(
        deployer_secret_arn=section.text("deployer_secret_arn", _PRIVATE_KEY, _PRIVATE_KEY_MEANING),
        training_secret_arn=section.text("training_secret_arn", _PRIVATE_KEY, _PRIVATE_KEY_MEANING),
    )
    section.end()
    return key_pair


def _read_training(section: Section) -> TrainingSettings:
    settings = TrainingSettings(
        instance_type=section.text("instance_type", _INSTANCE_TYPE, _INSTANCE_TYPE_MEANING),
        max_seconds=section.number("max_seconds", 60, 28 * 24 * 3600),
    )
    section.end()
    return settings


def _read_inference(section: Section) -> InferenceSettings:
    settings = InferenceSettings(
        memory_mb=section.number("memory_mb", 1024, 6144, step=1024),
        max_concurrency=section.number("max_concurrency", 1, 200),
        instances=_read_instances(section.section("instances")) if "instances" in section else None,
    )
    section.end()
    return settings


def _read_instances(section: Section) -> Instances:
    at_least = section.number("at_least", 1, 100)
    instances = Instances(
        type=section.text("type", _INSTANCE_TYPE, _INSTANCE_TYPE_MEANING),
        at_least=at_least,
        at_most=section.number("at_most", at_least, 100),
        invocations_per_minute=section.number("invocations_per_minute", 1, 1_000_000),
    )
    section.end()
    return instances


def _read_api(section: Section) -> ApiSettings:
    settings = ApiSettings(
        requests_per_second=section.number("requests_per_second", 1, 10_000),
        burst=section.number("burst", 1, 5_000),
        integrator_arns=section.texts(
            "integrator_arns", _PRINCIPAL_ARN, "the ARN of an IAM role or user"
        ),
        reserved_concurrency=section.optional_number("reserved_concurrency", 1, 1_000),
    )
    section.end()
    return settings


def _read_monitoring(section: Section) -> MonitoringSettings:
    settings = MonitoringSettings(
        alarm_email=section.optional_text(
            "alarm_email", r"[^@\s]+@[^@\s]+\.[^@\s]+", "an e-mail address"
        ),
        p99_milliseconds=section.number("p99_milliseconds", 100, 29_000),
    )
    section.end()
    return settings


def _read_webapp(section: Section | None) -> WebappSettings | None:
    if section is None:
        return None
    settings = WebappSettings(
        certificate_arn=section.text(
            "certificate_arn", _CERTIFICATE, "the ARN of a certificate in Certificate Manager"
        ),
        public_url=section.text(
            "public_url", r"https://[a-z0-9.-]+", "an address such as https://films.example.org"
        ),
        image_uri=section.optional_text("image_uri", _IMAGE, _IMAGE_MEANING),
        least_tasks=section.number("least_tasks", 1, 100),
        most_tasks=section.number("most_tasks", 1, 100),
    )
    if settings.most_tasks < settings.least_tasks:
        raise ContextError(
            f"The context `{section.path}.most_tasks` must not be less than `least_tasks`."
        )
    section.end()
    return settings
