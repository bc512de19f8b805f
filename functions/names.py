"""Names of what a stack makes in SageMaker, all derived: no table remembers them."""

import hashlib
import re
from dataclasses import dataclass
from typing import Any, Literal, get_args

from functions import error_codes
from functions.errors import RefusedError
from functions.external_function import encode_json

MODEL_NAME_RULE = re.compile(r"[a-z0-9](?:-?[a-z0-9])*")
LONGEST_MODEL_NAME = 40
#: Endpoints beside a model's own: one answers a share of the users, one is tested before it serves.
SecondKind = Literal["challenger", "candidate"]
SECOND_KINDS: tuple[SecondKind, ...] = get_args(SecondKind)
#: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpoint.html
_LONGEST_ENDPOINT_NAME = 63
#: Parts a second endpoint's name; names of models and stacks have single hyphens.
SECOND = "--"
_DIGEST = r"[0-9a-f]{24}"
_LONGEST_IN_SENTENCE = 100
#: Begins a receipt's variant; names of models have no capitals.
_RECEIPT = "Undeployed-"

ARGUMENTS_TAG = "snowreel:arguments"
ROW_TAG = "snowreel:row"
MODEL_NAME_TAG = "snowreel:model-name"
TRAINING_JOB_TAG = "snowreel:training-job"
#: The configuration that served before, of another version: the way back.
PREVIOUS_CONFIG_TAG = "snowreel:previous-config"
#: The training job that a roll-back takes out of service.
ROLLED_BACK_TAG = "snowreel:rolled-back"
#: The configuration that served when this one was made: what a change was asked about.
REPLACES_TAG = "snowreel:replaces"
#: Set once the endpoint was asked to take the configuration: tells "rolled back" from "not begun".
REQUESTED_TAG = "snowreel:requested"
#: Set once the configuration has come into service and everything that follows is done.
SERVED_TAG = "snowreel:served"
#: Share of the users that a batch asked for its challenger.
SHARE_TAG = "snowreel:share"
#: The challenger's configuration, where a batch changes the share of what is there alone.
SHARE_OF_TAG = "snowreel:share-of"
#: Of a challenger's endpoint: how it shares the users; see `split`.
SPLIT_TAG = "snowreel:split"
#: Set on what is no way back any more: a receipt for requests that are sent again.
RETIRED_TAG = "snowreel:retired"


def work_name(prefix: str, batch_id: str) -> str:
    """Name of the training job or endpoint configuration that a batch stands for."""
    return f"{prefix}-{hashlib.sha256(batch_id.encode()).hexdigest()[:24]}"


def evaluation_name(prefix: str, batch_id: str) -> str:
    """Name of the evaluation job of a batch; no name of a training."""
    return f"{prefix}-evaluation-{hashlib.sha256(batch_id.encode()).hexdigest()[:16]}"


def judgement_name(prefix: str, candidate: str, champion: str) -> str:
    """Name of the job that compares two trainings; no name of a training."""
    pair = f"{candidate} {champion}"
    return f"{prefix}-judgement-{hashlib.sha256(pair.encode()).hexdigest()[:16]}"


def is_work_name(prefix: str, name: str) -> bool:
    """True for names that this stack gives."""
    return re.fullmatch(rf"{re.escape(prefix)}-{_DIGEST}", name) is not None


def arguments_hash(arguments: Any) -> str:
    """SHA-256 of the arguments' canonical JSON: equal arguments, equal hash."""
    ordered = dict(sorted(arguments.items()))
    return hashlib.sha256(encode_json(ordered).encode()).hexdigest()


def check_model_name(name: Any) -> str:
    """The name of a model, as it was given.

    Raises:
        RefusedError: It breaks the rule for model names.
    """
    valid = isinstance(name, str) and len(name) <= LONGEST_MODEL_NAME
    if not valid or not MODEL_NAME_RULE.fullmatch(name):
        raise RefusedError(
            error_codes.INVALID_MODEL_NAME,
            f"{shown(name)} is not a model name: use lower-case letters, digits and single hyphens"
            f" between them, at most {LONGEST_MODEL_NAME} characters.",
        )
    return str(name)


def endpoint_name(prefix: str, variant: str) -> str:
    """Endpoint whose configurations have this variant: a model's name, or `second_variant`.

    The longest names of models leave no room for what tells a second endpoint: they are cut, and
    a digest tells them apart. Case could not do it, as SageMaker takes names in any.
    """
    kind, model_name = _parts(variant)
    name = f"{prefix}-{model_name}{SECOND}{kind}" if kind else f"{prefix}-{model_name}"
    if len(name) <= _LONGEST_ENDPOINT_NAME:
        return name
    digest = hashlib.sha256(model_name.encode()).hexdigest()[:8]
    ending = f"{SECOND}{digest}{SECOND}{kind}"
    return name[: _LONGEST_ENDPOINT_NAME - len(ending)] + ending


def is_second_endpoint(name: str) -> bool:
    """True for an endpoint beside a model's own."""
    return SECOND in name


def second_variant(kind: SecondKind, model_name: str) -> str:
    """Variant of the configurations of a second endpoint; no model's name, which is lower-case."""
    return f"{kind.title()}-{model_name}"


def variants(variant: str) -> list[str]:
    """Variants of all endpoints that go with one: of a model its own first, of another itself."""
    if not is_model(variant):
        return [variant]
    return [variant, *(second_variant(kind, variant) for kind in SECOND_KINDS)]


def is_model(variant: str) -> bool:
    """True for a model's own variant; a receipt's and a second endpoint's begin with a capital."""
    return MODEL_NAME_RULE.fullmatch(variant) is not None


def is_challenger(variant: str) -> bool:
    """True for the variant of a challenger."""
    return kind_of(variant) == "challenger"


def kind_of(variant: str) -> str:
    """Kind of the second endpoint that has this variant; empty for any other."""
    return _parts(variant)[0]


def model_of(variant: str) -> str:
    """The model whose endpoint, or second endpoint, has this variant."""
    return _parts(variant)[1]


def in_words(variant: str) -> str:
    """A model, or its second endpoint, as sentences name it: `model films`."""
    kind, model_name = _parts(variant)
    return f"{kind} of {model_name}" if kind else f"model {model_name}"


def receipt_variant(model_name: str) -> str:
    """Variant of the configuration that tells that a model was undeployed; no model's name."""
    return f"{_RECEIPT}{model_name}"


def is_receipt(variant: str) -> bool:
    """True for the variant of an undeployment's receipt, which is never served."""
    return variant.startswith(_RECEIPT)


def _parts(variant: str) -> tuple[str, str]:
    """Kind and model of a second endpoint's variant; no kind, and all of it, for others."""
    word, _, model_name = variant.partition("-")
    kind = word.lower()
    return (kind, model_name) if word != kind and kind in SECOND_KINDS else ("", variant)


def shown(value: Any) -> str:
    """A caller's value as an error message repeats it: quoted, in one line, never long."""
    text = value if isinstance(value, str) else encode_json(value)
    return repr(text if len(text) <= _LONGEST_IN_SENTENCE else text[:_LONGEST_IN_SENTENCE] + "...")


@dataclass(frozen=True, kw_only=True)
class Artifacts:
    """Addresses of the model artifacts that this stack's training jobs make."""

    prefix: str
    bucket: str

    @property
    def output_path(self) -> str:
        """S3OutputPath of every training job."""
        return f"s3://{self.bucket}/training"

    def address(self, training_job: str) -> str:
        """S3 address of a training job's model artifact."""
        return f"{self.output_path}/{training_job}/output/model.tar.gz"

    def training_job(self, artifact: Any) -> str:
        """The training job that `artifact` names, by its own name or by its artifact's S3 address.

        Raises:
            RefusedError: It is neither, or belongs to another bucket or another stack.
        """
        name = artifact if isinstance(artifact, str) else ""
        if name.startswith("s3://"):
            name = name.removeprefix(f"{self.output_path}/").removesuffix("/output/model.tar.gz")
            if self.address(name) != artifact:
                name = ""
        if not is_work_name(self.prefix, name):
            raise RefusedError(
                error_codes.ARTIFACT_REFUSED,
                f"{shown(artifact)} is no model artifact of this stack: name one of its training"
                " jobs, or the S3 address in that training's answer.",
            )
        return name
