"""Settings of the AWS emulators: the product's API, functions, bucket and container programs."""

import sys
from collections.abc import Mapping
from pathlib import Path

from aws_local.settings import (
    DOCKER_MANIFEST,
    Account,
    ApiSettings,
    CodeSettings,
    FunctionSettings,
    MethodSettings,
    Principal,
    ProgramSettings,
    S3Settings,
    SageMakerQuotas,
    SageMakerSettings,
    Settings,
)
from loopback import settings_file
from loopback.listeners import HOST

import functions
from functions.external_function import BATCH_ID_HEADER
from functions.lambdas import ASSET_FILES, HANDLERS, LambdaName, timeout_seconds
from functions.routes import GATEWAY_ERROR, ROUTES, STAGE
from local import access, nightly_loop
from local.stack import (
    ACCOUNT_ID,
    BUCKET,
    IMAGE_URI,
    PREFIX,
    PRINCIPALS,
    REGION,
    TRAINING_INSTANCE_TYPE,
    Stack,
)

#: The image's entry points are console scripts, installed beside the interpreter.
SCRIPTS = Path(sys.executable).parent
#: An account that has asked for what docs/deploy.md says: a new one may run no training.
QUOTAS = SageMakerQuotas(instances_by_type={f"{TRAINING_INSTANCE_TYPE} for training job usage": 4})
_PROJECT = Path(functions.__file__).parent.parent


def write_aws(stack: Stack) -> Path:
    """Write what `python -m aws_local` reads; the file."""
    return settings_file.write(aws(stack), stack.state_dir / "aws.json")


def write_sagemaker(stack: Stack) -> Path:
    """Write what `python -m aws_local.sagemaker` reads; the file."""
    return settings_file.write(sagemaker(stack), stack.state_dir / "sagemaker.json")


def aws(stack: Stack) -> Settings:
    """API Gateway, Lambda, S3 and the nightly loop of a stack."""
    return Settings(
        account=account(stack),
        s3=S3Settings(port=stack.aws_port, folder=stack.s3_dir, buckets=(BUCKET,)),
        code=CodeSettings(root=_PROJECT, files=ASSET_FILES, copies=stack.state_dir / "lambda"),
        functions={name: _function(stack, name) for name in HANDLERS},
        api=api(stack),
        sns=nightly_loop.sns(stack),
        step_functions=nightly_loop.step_functions(stack),
        scheduler=nightly_loop.scheduler(stack),
    )


def api(stack: Stack) -> ApiSettings:
    """The API, as `infra` describes it to the cloud."""
    return ApiSettings(
        port=stack.gateway_port,
        stage=STAGE,
        routes={route.path: route.lambda_name for route in ROUTES},
        methods={
            "POST": MethodSettings(required_members=("data",)),
            "GET": MethodSettings(required_headers=(BATCH_ID_HEADER,)),
        },
        api_id="snowreel",
        response_template=GATEWAY_ERROR,
    )


def sagemaker(stack: Stack) -> SageMakerSettings:
    """SageMaker of a stack, running the recommender's programs."""
    return SageMakerSettings(
        account=account(stack),
        port=stack.sagemaker_port,
        folder=stack.sagemaker_dir,
        s3_endpoint_url=stack.aws_endpoint_url,
        train=ProgramSettings(
            path=SCRIPTS / "train",
            variables={
                **_without_region(stack.aws_environment("training-job")),
                "SNOWFLAKE_WIF_ALLOWED_HOST_SUFFIXES": "localhost",
            },
        ),
        serve=ProgramSettings(path=SCRIPTS / "serve", variables={"SNOWREEL_SERVE_HOST": HOST}),
        images={IMAGE_URI: DOCKER_MANIFEST},
        quotas=QUOTAS,
        start_delay_seconds=stack.start_delay_seconds,
    )


def account(stack: Stack) -> Account:
    """The stack's account, with everybody who signs requests."""
    principals = {
        name: Principal(arn=PRINCIPALS[name], credentials=key)
        for name, key in stack.credentials.items()
    }
    return Account(
        account_id=ACCOUNT_ID, region=REGION, principals=principals, access=access.access()
    )


def _without_region(variables: Mapping[str, str]) -> dict[str, str]:
    """The variables that point an SDK at the stack, as a training job's machine has them."""
    return {name: value for name, value in variables.items() if not name.endswith("_REGION")}


def _function(stack: Stack, name: LambdaName) -> FunctionSettings:
    return FunctionSettings(
        name=f"{PREFIX}-{name}",
        handler=HANDLERS[name],
        role=name,
        log=stack.log_dir / f"lambda-{name}.log",
        log_group=access.function_log_group(name),
        variables={
            **stack.lambda_environment(name),
            **stack.aws_environment(name),
            "POWERTOOLS_SERVICE_NAME": name,
            "POWERTOOLS_METRICS_NAMESPACE": "Snowreel",
            # no X-Ray daemon listens here, and each request would log that its trace is lost
            "POWERTOOLS_TRACE_DISABLED": "true",
        },
        timeout_seconds=timeout_seconds(name),
    )
