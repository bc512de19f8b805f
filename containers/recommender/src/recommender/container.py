"""SageMaker's contract with a container: every path below /opt/ml and every environment variable.

Source: https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-training-algo.html and
https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-inference-code.html.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from recommender.errors import RecommenderError

#: SageMaker shows at most this many characters of the failure file as the job's FailureReason.
FAILURE_LENGTH = 1024

#: Variables that a training job needs.
TRAINING_VARIABLES = ("TRAINING_JOB_NAME", "SNOWREEL_SNOWFLAKE_CONNECTION")


#: Of a training job's ARN, arn:PARTITION:sagemaker:REGION:ACCOUNT:training-job/NAME.
_REGION_FIELD = 3


class ContainerError(RecommenderError):
    """Something that SageMaker should have put into the container is missing or malformed."""


@dataclass(frozen=True)
class Container:
    """The file tree and the environment that SageMaker gives to a container.

    Attributes:
        base: `/opt/ml`, or where `SAGEMAKER_BASE_DIR` moves it.
        environ: The process's environment.
    """

    base: Path
    environ: Mapping[str, str]

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> "Container":
        """The container that `environ` describes."""
        return cls(Path(environ.get("SAGEMAKER_BASE_DIR") or "/opt/ml"), environ)

    @property
    def model_dir(self) -> Path:
        """Folder of the model: SageMaker packs it as `model.tar.gz`, and unpacks it for `serve`."""
        return self.base / "model"

    def channel(self, name: str) -> Path:
        """Folder into which SageMaker copies what an input channel names."""
        return self.base / "input" / "data" / name

    @property
    def failure_file(self) -> Path:
        """Its text becomes the job's FailureReason."""
        return self.base / "output" / "failure"

    @property
    def training_job(self) -> str:
        """Name of the running training job."""
        return self._variable("TRAINING_JOB_NAME")

    def region_variables(self) -> dict[str, str]:
        """The region in the variable that AWS's SDK and Snowflake's connector look for.

        SageMaker promises a training job its name and ARN alone, and its machines have no
        instance metadata to ask instead:
        https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-training-algo-running-container.html
        """
        fields = self.environ.get("TRAINING_JOB_ARN", "").split(":")
        known = self.environ.get("AWS_REGION") or self.environ.get("AWS_DEFAULT_REGION")
        region = known or (fields[_REGION_FIELD] if len(fields) > _REGION_FIELD else "")
        return {"AWS_REGION": region, "AWS_DEFAULT_REGION": region} if region else {}

    @property
    def serve_host(self) -> str:
        """Address that `serve` binds: SageMaker reaches the container from outside of it."""
        return self.environ.get("SNOWREEL_SERVE_HOST") or "0.0.0.0"  # noqa: S104 - SageMaker's contract

    @property
    def serve_port(self) -> int:
        """TCP port that `serve` listens on."""
        return int(self.environ.get("SAGEMAKER_BIND_TO_PORT") or 8080)

    def check_training(self) -> None:
        """See at once, not after hours of learning, that a training job's variables are set.

        Raises:
            ContainerError: One is not.
        """
        for name in TRAINING_VARIABLES:
            self._variable(name)

    def hyperparameters(self) -> dict[str, str]:
        """The job's hyperparameters; SageMaker passes every value as a string."""
        document = self._json_object(
            self._text(self.base / "input" / "config" / "hyperparameters.json"),
            "The file hyperparameters.json",
        )
        return {name: str(value) for name, value in document.items()}

    def snowflake_connection(self) -> dict[str, object]:
        """Keyword arguments of `snowflake.connector.connect`; no secret among them."""
        name = "SNOWREEL_SNOWFLAKE_CONNECTION"
        return self._json_object(self._variable(name), f"The variable {name}")

    def report_failure(self, sentence: str) -> None:
        """Leave `sentence` where SageMaker looks for the reason of a failed job."""
        self.failure_file.parent.mkdir(parents=True, exist_ok=True)
        self.failure_file.write_text(sentence[:FAILURE_LENGTH], encoding="utf-8")

    def _variable(self, name: str) -> str:
        value = self.environ.get(name, "")
        if not value:
            raise ContainerError(f"The variable {name} is not set: the training job must pass it.")
        return value

    @staticmethod
    def _text(path: Path) -> str:
        if not path.is_file():
            raise ContainerError(
                f"The file {path.name} is missing: SageMaker should have written it."
            )
        return path.read_text(encoding="utf-8")

    @staticmethod
    def _json_object(text: str, where: str) -> dict[str, object]:
        try:
            document = json.loads(text)
        except ValueError as error:
            raise ContainerError(f"{where} is not JSON ({error}).") from error
        if not isinstance(document, dict):
            raise ContainerError(f"{where} must hold a JSON object.")
        return document
