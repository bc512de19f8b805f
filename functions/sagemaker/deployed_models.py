"""The deployed models of a stack, as its endpoints show them."""

from functions import error_codes
from functions.errors import RefusedError
from functions.names import endpoint_name, in_words, is_model, is_second_endpoint
from functions.sagemaker.control_plane import ControlPlane

_NAMES_IN_SENTENCE = 20


def deployed_models(sagemaker: ControlPlane, prefix: str) -> list[str]:
    """Names of the models that have an endpoint, whatever its state, in order."""
    start = endpoint_name(prefix, "")
    own = (name for name in sagemaker.endpoint_names(start) if not is_second_endpoint(name))
    return sorted(name.removeprefix(start) for name in own)


def unknown_model(sagemaker: ControlPlane, prefix: str, variant: str) -> RefusedError:
    """The refusal of a model, or a second one, that is not deployed; it names those that are."""
    names = deployed_models(sagemaker, prefix)
    listed = ", ".join(names[:_NAMES_IN_SENTENCE]) or "none"
    rest = len(names) - _NAMES_IN_SENTENCE
    deployed = f"{listed} and {rest} more" if rest > 0 else listed
    what = f"model '{variant}'" if is_model(variant) else in_words(variant)
    return RefusedError(error_codes.UNKNOWN_MODEL, f"No {what} is deployed; deployed: {deployed}.")
