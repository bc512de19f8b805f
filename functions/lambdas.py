"""The three Lambda functions: their entry points, runtime, time and files.

Standard library only: `infra` makes the functions from this, and local mode runs them from it.
"""

from typing import Literal

LambdaName = Literal["train", "deploy", "invoke"]

#: Entry point of each Lambda function, inside the asset.
HANDLERS: dict[LambdaName, str] = {
    "train": "functions.train.handler",
    "deploy": "functions.deploy.handler",
    "invoke": "functions.invoke.handler",
}

#: The Python that the Lambda functions run on in the cloud. Said here and nowhere else.
LAMBDA_RUNTIME = "python3.13"

#: Seconds a Lambda function may run: API Gateway gives up after 29.
LAMBDA_TIMEOUT_SECONDS = 28

#: The one list of files that a Lambda function is made of: glob patterns from the project's root.
ASSET_FILES = (
    "functions/*.py",
    "functions/operations/*.py",
    "functions/sagemaker/*.py",
    "functions/prices.json",
    "functions/training_options.json",
)
