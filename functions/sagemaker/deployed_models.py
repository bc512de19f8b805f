"""The deployed models of a stack, as its endpoints show them."""

from functions import error_codes
from functions.errors import RefusedError
from functions.names import endpoint_name
from functions.sagemaker.control_plane import ControlPlane

_NAMES_IN_SENTENCE = 20


def deployed_models(sagemaker: ControlPlane, prefix: str) -> list[str]:
    """Names of the models that have an endpoint, whatever its state, in order."""
    start = endpoint_name(prefix, "")
    return sorted(name.removeprefix(start) for name in sagemaker.endpoint_names(start))


def unknown_model(sagemaker: ControlPlane, prefix: str, model_name: str) -> RefusedError:
    """The refusal of a model that is not deployed; it names those that are."""
    names = deployed_models(sagemaker, prefix)
    listed = ", ".join(names[:_NAMES_IN_SENTENCE]) or "none"
    rest = len(names) - _NAMES_IN_SENTENCE
    deployed = f"{listed} and {rest} more" if rest > 0 else listed
    return RefusedError(
        error_codes.UNKNOWN_MODEL, f"No model '{model_name}' is deployed; deployed: {deployed}."
    )
