"""Refusals of SageMaker, told apart; for the log, as no caller has caused them."""


class SageMakerError(Exception):
    """SageMaker refused a call for a reason that is no caller's fault."""


class MissingError(SageMakerError):
    """The named resource does not exist."""


class UnreadableError(MissingError):
    """The artifact of a model is not there, or its role may not read it: S3 does not tell which."""


class ImageError(SageMakerError):
    """SageMaker makes no model of the image."""


class TakenError(SageMakerError):
    """A resource of this name exists already."""


class QuotaError(SageMakerError):
    """The account's quota does not allow the resource."""


class MalformedReplyError(SageMakerError):
    """An endpoint answered with something else than what its container promises."""
