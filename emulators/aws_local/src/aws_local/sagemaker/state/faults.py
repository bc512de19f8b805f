"""SageMaker's refusals, in AWS's words, because callers tell them apart by code and text."""

from aws_local.wire.fault import FaultError


class ModelFaultError(FaultError):
    """The model's container answered an invocation with an error, or not at all."""

    def __init__(self, message: str, original_status: int, original_message: str) -> None:
        super().__init__("ModelError", message, 424)
        self.original_status = original_status
        self.original_message = original_message


def invalid(message: str) -> FaultError:
    """The control plane's answer to nearly everything it cannot do."""
    return FaultError("ValidationException", message)


def not_found(noun: str, arn: str) -> FaultError:
    """The refusal of a name without a resource, `noun` being for example `endpoint`."""
    return invalid(f'Could not find {noun} "{arn}".')


def already_exists(noun: str, arn: str) -> FaultError:
    """The refusal of a second resource of one name."""
    return invalid(f'Cannot create already existing {noun} "{arn}".')
