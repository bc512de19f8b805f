"""The Lambda functions of one asset: their entry points, runtime, time and files.

Standard library only: `infra` makes the functions from this, and local mode runs them from it.
"""

from typing import Literal

LambdaName = Literal["train", "deploy", "invoke", "retrain"]

#: Entry point of each Lambda function, inside the asset.
HANDLERS: dict[LambdaName, str] = {
    "train": "functions.train.handler",
    "deploy": "functions.deploy.handler",
    "invoke": "functions.invoke.handler",
    # no function of the API: the state machine of the nightly loop calls it
    "retrain": "functions.retrain.handler",
}

#: The Python that the Lambda functions run on in the cloud. Said here and nowhere else.
LAMBDA_RUNTIME = "python3.13"

#: Seconds a Lambda function of the API may run: API Gateway gives up after 29.
LAMBDA_TIMEOUT_SECONDS = 28
#: Seconds that a step of the nightly loop may run, which nobody waits for.
STEP_TIMEOUT_SECONDS = 120


def timeout_seconds(name: LambdaName) -> int:
    """Seconds that a Lambda function may run."""
    return STEP_TIMEOUT_SECONDS if name == "retrain" else LAMBDA_TIMEOUT_SECONDS


#: The one list of files that a Lambda function is made of: glob patterns from the project's root.
ASSET_FILES = (
    "functions/*.py",
    "functions/operations/*.py",
    "functions/retraining/*.py",
    "functions/sagemaker/*.py",
    "functions/step_functions/*.py",
    "functions/prices.json",
    "functions/training_options.json",
)
