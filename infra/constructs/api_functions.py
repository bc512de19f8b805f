"""The Lambda functions of the API's asset, each with the environment and rights it needs."""

import json

from aws_cdk import ArnFormat, Aws, Stack
from aws_cdk.aws_iam import PolicyStatement
from aws_cdk.aws_lambda import ILayerVersion, LayerVersion
from constructs import Construct

from functions.lambdas import HANDLERS, LAMBDA_RUNTIME, LambdaName, timeout_seconds
from functions.settings import (
    DeploySettings,
    InvokeSettings,
    LambdaSettings,
    RetrainSettings,
    TrainSettings,
    variables,
)
from infra.constructs.container_image import image_repository_arn
from infra.constructs.lambda_code import ARCHITECTURE, api_code
from infra.constructs.lambda_function import LambdaFunction, LambdaSpec
from infra.constructs.permissions import (
    WILDCARDS,
    ModelContent,
    SageMakerNames,
    challenge_statements,
    deploy_statements,
    invoke_statements,
    pipeline_statements,
    retrain_statements,
    train_statements,
)
from infra.constructs.retraining_machine import state_machine_arn
from infra.constructs.sagemaker_roles import ARTIFACT_KEYS, SageMakerResources
from infra.settings.connections import training_connection
from infra.settings.settings import Settings

#: Powertools as AWS publishes it. The number is the layer's own; it goes up with each release:
#: https://docs.aws.amazon.com/powertools/python/latest/getting-started/install/
POWERTOOLS_ACCOUNT, POWERTOOLS_VERSION = "017000801446", 37

#: A CPU share comes with the memory; `invoke` parses the largest batches.
_MEMORY_MB: dict[LambdaName, int] = {"train": 512, "deploy": 512, "invoke": 1024, "retrain": 512}
_DESCRIPTIONS: dict[LambdaName, str] = {
    "train": "Starts training jobs and follows them",
    "deploy": "Creates, updates, lists and removes endpoints",
    "invoke": "Asks endpoints for estimates and recommendations",
    "retrain": "Takes the steps of the nightly loop",
}


class ApiFunctions(Construct):
    """`train`, `deploy` and `invoke`; `retrain` where the settings have a nightly loop."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: Settings,
        image_uri: str,
        sagemaker: SageMakerResources,
    ) -> None:
        super().__init__(scope, construct_id)
        self._settings = settings
        self._layer = _powertools(self)
        self._lambda_settings = _lambda_settings(self, settings, image_uri, sagemaker)
        self.by_name: dict[LambdaName, LambdaFunction] = {
            name: self._function(name) for name in self._lambda_settings
        }
        rights = _rights(self, settings, sagemaker)
        for name, function in self.by_name.items():
            function.allow(*rights[name], wildcards=WILDCARDS)

    def _function(self, name: LambdaName) -> LambdaFunction:
        return LambdaFunction(
            self,
            name.title(),
            LambdaSpec(
                name=self._settings.retrain_function_name if name == "retrain" else None,
                code=api_code(),
                handler=HANDLERS[name],
                description=_DESCRIPTIONS[name],
                timeout_seconds=timeout_seconds(name),
                memory_mb=_MEMORY_MB[name],
                log_retention_days=self._settings.log_retention_days,
                environment={
                    **variables(self._lambda_settings[name]),
                    # tells the metrics of two deployments in one account apart
                    "POWERTOOLS_SERVICE_NAME": self._settings.prefix,
                },
                layers=[self._layer],
                reserved_concurrency=self._settings.api.reserved_concurrency,
            ),
        )


def _rights(
    scope: Construct, settings: Settings, sagemaker: SageMakerResources
) -> dict[LambdaName, list[PolicyStatement]]:
    names = SageMakerNames(scope, settings.prefix)
    content = ModelContent(
        repository_arn=image_repository_arn(Stack.of(scope), settings),
        artifacts_arn=_artifacts_arn(sagemaker),
    )
    train = train_statements(names, sagemaker.training_role)
    deploy = deploy_statements(names, sagemaker.inference_role, content)
    machine = state_machine_arn(scope, settings) if settings.retraining else None
    return {
        "train": train + (pipeline_statements(machine) if machine else []),
        "deploy": [*deploy, *challenge_statements(names)],
        "invoke": invoke_statements(names),
        "retrain": [*train, *deploy, *(retrain_statements(machine, names) if machine else [])],
    }


def _lambda_settings(
    scope: Construct, settings: Settings, image_uri: str, sagemaker: SageMakerResources
) -> dict[LambdaName, LambdaSettings]:
    """Settings of the functions that there are."""
    train = _train_settings(scope, settings, image_uri, sagemaker)
    deploy = _deploy_settings(settings, image_uri, sagemaker)
    by_name: dict[LambdaName, LambdaSettings] = {
        "train": train,
        "deploy": deploy,
        "invoke": InvokeSettings(
            prefix=settings.prefix, share_seconds=settings.registry.share_seconds
        ),
    }
    if settings.retraining is not None:
        by_name["retrain"] = RetrainSettings.of(train, deploy)
    return by_name


def _train_settings(
    scope: Construct, settings: Settings, image_uri: str, sagemaker: SageMakerResources
) -> TrainSettings:
    snowflake = settings.snowflake
    return TrainSettings(
        prefix=settings.prefix,
        artifact_bucket=sagemaker.artifacts.bucket_name,
        image_uri=image_uri,
        training_role_arn=sagemaker.training_role.role_arn,
        training_instance_type=settings.training.instance_type,
        training_max_seconds=settings.training.max_seconds,
        snowflake_connection=json.dumps(training_connection(settings)),
        database=snowflake.database,
        schema=snowflake.schema_name,
        allowed_schemas=snowflake.allowed_schemas,
        state_machine_arn=state_machine_arn(scope, settings) if settings.retraining else None,
        least_new_ratings=settings.registry.least_new_ratings,
    )


def _deploy_settings(
    settings: Settings, image_uri: str, sagemaker: SageMakerResources
) -> DeploySettings:
    inference, registry = settings.inference, settings.registry
    instances = inference.instances
    return DeploySettings(
        prefix=settings.prefix,
        artifact_bucket=sagemaker.artifacts.bucket_name,
        image_uri=image_uri,
        inference_role_arn=sagemaker.inference_role.role_arn,
        inference_memory_mb=inference.memory_mb,
        inference_max_concurrency=inference.max_concurrency,
        inference_instance_type=instances.type if instances else None,
        inference_min_instances=instances.at_least if instances else 1,
        versions_kept=registry.versions_kept,
        tolerance_percent=registry.tolerance_percent,
        least_ratings_percent=registry.least_ratings_percent,
        most_repeated_percent=registry.most_repeated_percent,
        least_new_ratings=registry.least_new_ratings,
        most_shifted_percent=registry.most_shifted_percent,
        share_seconds=registry.share_seconds,
    )


def _artifacts_arn(sagemaker: SageMakerResources) -> str:
    """ARN of all artifacts, by the bucket's imported name: known before all stacks are there."""
    bucket = sagemaker.artifacts
    name = Stack.of(bucket).export_value(bucket.bucket_name)
    return f"arn:{Aws.PARTITION}:s3:::{name}/{ARTIFACT_KEYS}"


def _powertools(scope: Construct) -> ILayerVersion:
    python = LAMBDA_RUNTIME.replace(".", "")
    name = f"AWSLambdaPowertoolsPythonV3-{python}-{ARCHITECTURE.name}"
    arn = Stack.of(scope).format_arn(
        service="lambda",
        account=POWERTOOLS_ACCOUNT,
        resource="layer",
        resource_name=f"{name}:{POWERTOOLS_VERSION}",
        arn_format=ArnFormat.COLON_RESOURCE_NAME,
    )
    return LayerVersion.from_layer_version_arn(scope, "Powertools", arn)
