"""One local stack: where it keeps its state, its ports, its emulator credentials, its names.

The supervisor writes the description once per start; each service reads it. Nothing in it is a
secret of a real account: the key pairs are made at random for the emulator alone.
"""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from loopback.credentials import Credentials

from functions.lambdas import LambdaName
from functions.routes import STAGE
from functions.settings import (
    DeploySettings,
    InvokeSettings,
    LambdaSettings,
    RetrainSettings,
    TrainSettings,
    variables,
)

REGION = "us-east-1"
ACCOUNT_ID = "123456789012"
PREFIX = "snowreel-local"
BUCKET = f"{PREFIX}-artifacts-{ACCOUNT_ID}-{REGION}"
IMAGE_URI = f"{ACCOUNT_ID}.dkr.ecr.{REGION}.amazonaws.com/{PREFIX}@sha256:{'0' * 64}"
TRAINING_INSTANCE_TYPE = "ml.m5.large"
#: Nobody waits on a laptop; SageMaker here takes any rate.
SHARE_SECONDS = 1

DATABASE = "SNOWREEL"
SCHEMA = "MARTS"
ANALYST_ROLE = "SNOWREEL_ANALYST"
DEPLOYER_ROLE = "SNOWREEL_DEPLOYER"
OPERATOR_ROLE = "SNOWREEL_OPERATOR"
TRAINING_ROLE = "SNOWREEL_TRAINING"
TRAINING_USER = "SNOWREEL_TRAINING"
WEBAPP_ROLE = "SNOWREEL_WEBAPP"
WEBAPP_USER = "SNOWREEL_WEBAPP"
WAREHOUSE = "SNOWREEL_WH"
#: The account's first user, who may do everything; then a person who trains and queries, and one
#: who loads data.
ADMINISTRATOR = "ADMIN"
PERSON = "LOCAL"
LOADER = "LOADER"

#: The API's address as the SQL scripts state it; the warehouse resolves its host to the gateway.
API_URL_IN_SQL = f"https://snowreel.execute-api.{REGION}.amazonaws.com/{STAGE}"

CALLER_ROLE_ARN = f"arn:aws:iam::{ACCOUNT_ID}:role/{PREFIX}-snowflake-caller"
TRAINING_ROLE_ARN = f"arn:aws:iam::{ACCOUNT_ID}:role/{PREFIX}-training-job"
DEPLOYER_ROLE_ARN = f"arn:aws:iam::{ACCOUNT_ID}:role/{PREFIX}-deployer"
INFERENCE_ROLE_ARN = f"arn:aws:iam::{ACCOUNT_ID}:role/{PREFIX}-inference"
WEBAPP_ROLE_ARN = f"arn:aws:iam::{ACCOUNT_ID}:role/{PREFIX}-webapp"

STATE_MACHINE = f"{PREFIX}-retraining"
STATE_MACHINE_ARN = f"arn:aws:states:{REGION}:{ACCOUNT_ID}:stateMachine:{STATE_MACHINE}"

#: Snowflake's own user, which assumes the caller role.
SNOWFLAKE_USER_ARN = f"arn:aws:iam::{ACCOUNT_ID}:user/snowflake-local"

#: Who signs what: Snowflake's user takes the caller role, which calls the API; Lambdas, jobs and
#: endpoints call AWS. The integrator is the person at this machine.
PRINCIPALS = {
    "snowflake": SNOWFLAKE_USER_ARN,
    "snowflake-caller": CALLER_ROLE_ARN,
    "integrator": f"arn:aws:iam::{ACCOUNT_ID}:user/integrator",
    # the functions' roles, as CDK names them
    "train": f"arn:aws:iam::{ACCOUNT_ID}:role/{PREFIX}-functions-train-role",
    "deploy": f"arn:aws:iam::{ACCOUNT_ID}:role/{PREFIX}-functions-deploy-role",
    "invoke": f"arn:aws:iam::{ACCOUNT_ID}:role/{PREFIX}-functions-invoke-role",
    "retrain": f"arn:aws:iam::{ACCOUNT_ID}:role/{PREFIX}-functions-retrain-role",
    "training-job": TRAINING_ROLE_ARN,
    "inference": INFERENCE_ROLE_ARN,
    # of the nightly loop, as CDK names them
    "state-machine": f"arn:aws:iam::{ACCOUNT_ID}:role/{PREFIX}-machine-role",
    "schedule": f"arn:aws:iam::{ACCOUNT_ID}:role/{PREFIX}-nightly-role",
    "deployer": DEPLOYER_ROLE_ARN,
    "webapp": WEBAPP_ROLE_ARN,
}


@dataclass(frozen=True)
class Stack:
    """Addresses and names of one running local stack; ports are TCP ports on loopback."""

    state_dir: Path
    warehouse_port: int
    aws_port: int
    gateway_port: int
    sagemaker_port: int
    webapp_port: int | None = None
    #: Seconds that a training job and an endpoint spend starting; tests and demos set them.
    start_delay_seconds: float = 0.0
    #: Seconds between two polls of a training or a deployment, at most; tests set them.
    longest_poll_seconds: float = 5.0
    #: Whether the nightly loop's schedule begins runs.
    nights: bool = False
    credentials: dict[str, Credentials] = field(default_factory=dict)

    # --- addresses --------------------------------------------------------------------------------
    # "localhost", not 127.0.0.1: the connector's workload identity allow-list and moto's parser of
    # path-style URLs both match on the name.

    @property
    def api_url(self) -> str:
        """Base address of the API, its stage included."""
        return f"http://localhost:{self.gateway_port}/{STAGE}"

    @property
    def aws_endpoint_url(self) -> str:
        """Every AWS service but SageMaker."""
        return f"http://localhost:{self.aws_port}"

    @property
    def sagemaker_endpoint_url(self) -> str:
        """SageMaker and its runtime."""
        return f"http://localhost:{self.sagemaker_port}"

    @property
    def warehouse_url(self) -> str:
        """The Snowflake side."""
        return f"http://localhost:{self.warehouse_port}"

    @property
    def webapp_url(self) -> str | None:
        """The web app; None where it does not run."""
        return f"http://localhost:{self.webapp_port}" if self.webapp_port else None

    # --- folders ----------------------------------------------------------------------------------

    @property
    def warehouse_dir(self) -> Path:
        """Database files."""
        return self.state_dir / "warehouse"

    @property
    def s3_dir(self) -> Path:
        """Objects of the buckets: `<bucket>/index.json` and a file per content beside it."""
        return self.state_dir / "s3"

    @property
    def sagemaker_dir(self) -> Path:
        """Training jobs, models, endpoint configurations and endpoints."""
        return self.state_dir / "sagemaker"

    @property
    def executions_dir(self) -> Path:
        """Executions of the state machine, each with its history."""
        return self.state_dir / "executions"

    @property
    def schedules_dir(self) -> Path:
        """The way that the schedule has come."""
        return self.state_dir / "schedules"

    @property
    def messages_dir(self) -> Path:
        """Mails that nobody gets: a file for each topic, a message a line."""
        return self.state_dir / "messages"

    @property
    def log_dir(self) -> Path:
        """One log file per process."""
        return self.state_dir / "logs"

    # --- environments of the processes ------------------------------------------------------------

    def aws_environment(self, principal: str) -> dict[str, str]:
        """Variables that point the AWS SDK at this stack, signed in as `principal`."""
        key = self.credentials[principal]
        return {
            "AWS_ACCESS_KEY_ID": key.aws_access_key_id,
            "AWS_SECRET_ACCESS_KEY": key.aws_secret_access_key,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_ENDPOINT_URL": self.aws_endpoint_url,
            "AWS_ENDPOINT_URL_SAGEMAKER": self.sagemaker_endpoint_url,
            "AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME": self.sagemaker_endpoint_url,
        }

    def training_connection(self) -> dict[str, object]:
        """The training job's sign-in to Snowflake: by workload identity, as in the cloud."""
        return self._workload_connection(TRAINING_USER)

    def webapp_environment(self) -> dict[str, str]:
        """The variables of the web app's container, for this stack."""
        return {
            "SNOWREEL_SNOWFLAKE_CONNECTION": json.dumps(self._workload_connection(WEBAPP_USER)),
            "SNOWREEL_WEBAPP_URL": str(self.webapp_url),
            "SNOWREEL_WEBAPP_PORT": str(self.webapp_port),
            "SNOWFLAKE_WIF_ALLOWED_HOST_SUFFIXES": "localhost",
            **self.aws_environment("webapp"),
        }

    def _workload_connection(self, user: str) -> dict[str, object]:
        return {
            "account": "local",
            "user": user,
            "authenticator": "WORKLOAD_IDENTITY",
            "workload_identity_provider": "AWS",
            "host": "localhost",
            "port": self.warehouse_port,
            "protocol": "http",
            "warehouse": WAREHOUSE,
            "database": DATABASE,
            "schema": SCHEMA,
        }

    def lambda_environment(self, name: LambdaName) -> dict[str, str]:
        """The variables that CDK would give the Lambda function `name`, for this stack."""
        train, deploy = self._train_settings(), _deploy_settings()
        settings: dict[LambdaName, LambdaSettings] = {
            "train": train,
            "deploy": deploy,
            "invoke": InvokeSettings(prefix=PREFIX, share_seconds=SHARE_SECONDS),
            "retrain": RetrainSettings.of(train, deploy),
        }
        return variables(settings[name])

    def _train_settings(self) -> TrainSettings:
        return TrainSettings(
            prefix=PREFIX,
            artifact_bucket=BUCKET,
            image_uri=IMAGE_URI,
            training_role_arn=TRAINING_ROLE_ARN,
            training_instance_type=TRAINING_INSTANCE_TYPE,
            training_max_seconds=3600,
            snowflake_connection=json.dumps(self.training_connection()),
            database=DATABASE,
            schema=SCHEMA,
            allowed_schemas=(),
            state_machine_arn=STATE_MACHINE_ARN,
            least_new_ratings=200,
        )

    # --- on disk ----------------------------------------------------------------------------------

    @staticmethod
    def file(state_dir: Path) -> Path:
        """Path of the running stack's description."""
        return state_dir / "stack.json"

    def write(self) -> None:
        """Write the description for the services, readable by its owner alone."""
        document = asdict(self) | {"state_dir": str(self.state_dir)}
        path = self.file(self.state_dir)
        path.touch(mode=0o600)
        path.write_text(json.dumps(document, indent=2) + "\n")

    @classmethod
    def read(cls, state_dir: Path) -> "Stack":
        """The description that the supervisor wrote."""
        document = json.loads(cls.file(state_dir).read_text())
        credentials = {name: Credentials(**key) for name, key in document["credentials"].items()}
        return cls(
            **(document | {"state_dir": Path(document["state_dir"]), "credentials": credentials})
        )


def _deploy_settings() -> DeploySettings:
    return DeploySettings(
        prefix=PREFIX,
        artifact_bucket=BUCKET,
        image_uri=IMAGE_URI,
        inference_role_arn=INFERENCE_ROLE_ARN,
        inference_memory_mb=2048,
        inference_max_concurrency=2,
        inference_instance_type=None,
        inference_min_instances=1,
        versions_kept=3,
        tolerance_percent=2,
        least_ratings_percent=50,
        most_repeated_percent=10,
        least_new_ratings=200,
        most_shifted_percent=10,
        share_seconds=SHARE_SECONDS,
    )
