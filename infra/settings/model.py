"""Everything that differs between two deployments: each setting with its rule and its meaning."""

from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from infra.settings.checks import choice, flag, group, listed, not_less_than, number
from infra.settings.kinds import (
    PLAIN_NAME,
    PRINCIPAL,
    AccountNumber,
    Address,
    CertificateArn,
    Email,
    GithubEnvironment,
    Identifier,
    ImageUri,
    InstanceType,
    Machines,
    ModelName,
    PrincipalArn,
    ProviderArn,
    Region,
    Repository,
    ScheduleExpression,
    SecretArn,
    SnowflakeAccount,
    TableName,
    TimeZone,
)
from infra.settings.regions import check_region

#: Retentions of logs, in days: those that CloudWatch Logs has and that make sense here.
LOG_RETENTIONS = (7, 14, 30, 60, 90, 180, 365, 731)

#: Stacks where settings of the same name ask for them.
OPTIONAL_STACKS = ("retraining", "webapp", "delivery")
#: Stacks of a deployment, by the ends of their names.
STACKS = (
    "container-image",
    "training",
    "api",
    "snowflake-integration",
    "monitoring",
    *OPTIONAL_STACKS,
)


class Group(BaseModel):
    """Settings that belong together: a misspelt one is refused, null is as good as absent.

    The text below a setting is its description in docs/deploy.md.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    @model_validator(mode="before")
    @classmethod
    def _complete(cls, content: object) -> dict[str, Any]:
        fields = cls.model_fields.items()
        required = [field.alias or name for name, field in fields if field.is_required()]
        return dict.fromkeys(required) | group(content)


class KeyPair(Group):
    """Private keys in Secrets Manager, for accounts without workload identity federation."""

    deployer_secret_arn: SecretArn
    """secret with the key of the deployer user"""
    training_secret_arn: SecretArn
    """secret with the key of the training user"""


class SnowflakeSettings(Group):
    """The Snowflake account, and the names of what the stacks use and make in it."""

    account: SnowflakeAccount
    """identifier of your account, `ORGANISATION-ACCOUNT`: `select \
current_organization_name() || '-' || current_account_name()`"""
    database: Identifier
    """database of the deployment; two deployments in one account need names of their own, \
here and below"""
    schema_name: Annotated[Identifier, Field(alias="schema")]
    """schema of tables, views and functions"""
    warehouse: Identifier
    """warehouse of loads and trainings"""
    api_integration: Identifier
    """API integration"""
    deployer_role: Identifier
    """role of the deployment itself"""
    deployer_user: Identifier
    """service user of the deployment itself"""
    training_role: Identifier
    """role of training jobs"""
    training_user: Identifier
    """service user of training jobs"""
    webapp_role: Identifier
    """role of the web app"""
    webapp_user: Identifier
    """service user of the web app"""
    operator_role: Identifier
    """role that may train, deploy and undeploy"""
    analyst_role: Identifier
    """role that may query models"""
    allowed_schemas: Annotated[tuple[Identifier, ...], listed(PLAIN_NAME)] = ()
    """schemas whose tables may be trained on and replaced; empty: every schema of the database"""
    key_pair: KeyPair | None
    """null: workload identity federation. See [below](#without-workload-identity-federation)"""


class TrainingSettings(Group):
    """The machine of a training job."""

    instance_type: InstanceType
    """machine of a training job, with an x86 processor; one with disks of its own uses these"""
    max_seconds: Annotated[int, number(60, 28 * 24 * 3600)]
    """time limit of a training job"""


class Instances(Group):
    """Machines that always run, as many as the load needs between two limits."""

    at_least: Machines
    """machines without load"""
    at_most: Annotated[Machines, not_less_than("at_least")]
    """machines under the highest load"""
    type: InstanceType
    """machine of an endpoint, with an x86 processor"""
    invocations_per_minute: Annotated[int, number(1, 1_000_000)]
    """invocations that one machine takes before another is added"""


class InferenceSettings(Group):
    """Endpoints: serverless, which cost nothing while idle, unless instances are given."""

    memory_mb: Annotated[int, number(1024, 6144, step=1024)]
    """memory of a serverless endpoint"""
    max_concurrency: Annotated[int, number(1, 200)]
    """invocations of a serverless endpoint at once; a new AWS account has 10 for all its \
endpoints together, and an update may count an endpoint twice"""
    instances: Instances | None
    """null: serverless. Else instances that always run and scale with their load. A serverless \
endpoint may become one with instances; for the reverse, undeploy its model first"""


class RegistrySettings(Group):
    """Versions of models, and the gate in front of promotions."""

    default_model: ModelName = "movielens-model-v1"
    """model whose group of versions the deployment makes; those of others are made with their \
first version. Another name here needs that model's group gone, if it has one: its versions, then \
`aws sagemaker delete-model-package-group`"""
    versions_kept: Annotated[int, number(1, 10)] = 3
    """versions of a model, the one in service included, that a roll-back can reach"""
    tolerance_percent: Annotated[int, number(0, 50)] = 2
    """how much worse than what serves a candidate's RMSE and NDCG may be, and still be promoted"""
    least_ratings_percent: Annotated[int, number(0, 100)] = 50
    """ratings of a candidate's training, at least, as a share of those of what serves"""
    most_repeated_percent: Annotated[int, number(0, 100)] = 10
    """ratings that repeat a user and item, at most, among a candidate's"""
    least_new_ratings: Annotated[int, number(1, 1_000_000)] = 200
    """ratings newer than what serves, at least, for a judgement on them to decide; with fewer, \
what the trainings recorded does"""
    most_shifted_percent: Annotated[int, number(0, 100)] = 10
    """how far the mean or the spread of a candidate's ratings may be from those of what serves, \
as a share of the width of the scale"""
    share_seconds: Annotated[int, number(1, 300)] = 60
    """seconds after which a challenger's new share holds everywhere; so often each running \
`invoke` function asks SageMaker for the shares"""


class RetrainingSettings(Group):
    """The nightly loop: train, ask the gate, promote, tell."""

    schedule: ScheduleExpression | None
    """when it runs by itself, `cron(0 3 * * ? *)` or `rate(7 days)`; null: only when \
`start_pipeline` is called"""
    time_zone: TimeZone = "UTC"
    """zone of the schedule, such as `Europe/Paris`"""
    model: ModelName
    """model that is retrained"""
    input_table: TableName
    """table or view of the database that it is trained on"""
    output_table: TableName
    """table whose content the recommendations replace"""
    least_new_ratings: Annotated[int, number(0, 1_000_000_000)]
    """ratings beyond those that what serves was trained on; with fewer nothing is trained. \
0: train in any case"""
    email: Email | None
    """address that is mailed how each run ended; null: nobody"""


class ApiSettings(Group):
    """Callers of the API, and the rate of their requests."""

    requests_per_second: Annotated[int, number(1, 10_000)]
    """throttling; what is over it gets 429 and Snowflake sends it again"""
    burst: Annotated[int, number(1, 5_000)]
    """requests at once beyond that rate"""
    integrator_arns: Annotated[tuple[PrincipalArn, ...], listed(PRINCIPAL)] = ()
    """IAM roles and users beside Snowflake's that may call the API"""
    reserved_concurrency: Annotated[int, number(1, 1_000)] | None
    """concurrency kept for each function; null in new accounts, which have too little to reserve"""


class MonitoringSettings(Group):
    """Limits of the alarms, and the address that they are sent to."""

    alarm_email: Email | None
    """address that alarms are mailed to; null: nobody"""
    p99_milliseconds: Annotated[int, number(100, 29_000)]
    """alarm when one request in a hundred takes longer"""


class WebappSettings(Group):
    """The web app for viewers."""

    certificate_arn: CertificateArn
    """certificate in Certificate Manager, in the deployment's region, for the name of the app"""
    public_url: Address
    """address that browsers use: `https://` and the name of the certificate"""
    image_uri: ImageUri | None
    """null: `cdk deploy` builds the image with Docker. Else an image in ECR by digest"""
    least_tasks: Machines
    """containers without load"""
    most_tasks: Annotated[Machines, not_less_than("least_tasks")]
    """containers under the highest load"""


class DeliverySettings(Group):
    """Deployments by workflows on GitHub, which store no key."""

    repository: Repository
    """repository on GitHub whose workflows deploy, `OWNER@ID/NAME@ID`; `OWNER/NAME` for one made \
before July 15, 2026 that kept GitHub's earlier subjects of tokens"""
    github_environment: GithubEnvironment
    """environment of that repository; what it demands, a reviewer say, comes before a deployment"""
    provider_arn: ProviderArn | None
    """GitHub's identity provider in IAM, one an account; null: this deployment makes it"""


class Environment(Group):
    """The settings of one deployment in `cdk.json`."""

    region: Region
    """AWS region of the Snowflake account: `select current_region()`; another one works, slower \
and dearer. GovCloud and China are refused, and serverless endpoints where SageMaker has none"""
    account: AccountNumber | None
    """AWS account of 12 digits; null: that of the credentials in use"""
    image_uri: ImageUri | None
    """null: `cdk deploy` builds the image with Docker. Where another machine builds it, with \
`docker build --provenance=false --output type=docker`, the image's address by digest in ECR in \
this region; the repository `snowreel-dev` is there for it in either case"""
    keep_data: Annotated[bool, flag()]
    """whether `make destroy` leaves the bucket with the models and the repository with their \
images"""
    log_retention_days: Annotated[int, choice(*LOG_RETENTIONS)]
    """days that logs are kept"""
    snowflake: SnowflakeSettings
    training: TrainingSettings
    inference: InferenceSettings
    registry: RegistrySettings = RegistrySettings()
    api: ApiSettings
    monitoring: MonitoringSettings
    retraining: RetrainingSettings | None
    """null: nothing is retrained by itself. Else the [nightly loop](operations.md)"""
    webapp: WebappSettings | None
    """null: no web app"""
    delivery: DeliverySettings | None
    """null: people deploy. Else a role that workflows on GitHub take: [delivery](delivery.md)"""

    @model_validator(mode="after")
    def _served(self) -> Self:
        check_region(self.region, self.inference.instances is None, self._regional())
        return self

    def _regional(self) -> dict[str, str | None]:
        """Settings that must lie in the deployment's region.

        SageMaker pulls images of its own region alone, the functions read secrets of theirs, and a
        load balancer takes a certificate of its own:
        https://docs.aws.amazon.com/elasticloadbalancing/latest/application/https-listener-certificates.html
        """
        keys, webapp = self.snowflake.key_pair, self.webapp
        return {
            "image_uri": self.image_uri,
            "snowflake.key_pair.deployer_secret_arn": keys.deployer_secret_arn if keys else None,
            "snowflake.key_pair.training_secret_arn": keys.training_secret_arn if keys else None,
            "webapp.certificate_arn": webapp.certificate_arn if webapp else None,
        }
