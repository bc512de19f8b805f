"""The quota of the AWS account that a refusal of SageMaker names."""

import re

from functions.sagemaker.errors import QuotaError

_QUOTA = re.compile(r"service limit '(?P<name>[^']+)' is (?P<limit>\d[\d,.]*\d|\d)")


def used_up(error: QuotaError) -> str:
    """The beginning of a sentence: which quota is used up, and how high it is.

    SageMaker tells the quota in the text of its ResourceLimitExceeded alone:
    https://docs.aws.amazon.com/sagemaker/latest/dg/regions-quotas.html
    """
    found = _QUOTA.search(str(error))
    if found is None:
        return f"A SageMaker quota of the AWS account is used up ({str(error).rstrip('.')})"
    return f"The AWS account's SageMaker quota '{found['name']}' of {found['limit']} is used up"
