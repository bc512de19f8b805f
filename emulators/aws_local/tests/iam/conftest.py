"""An account whose policies a test writes as JSON documents."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from aws_local.iam.authority import Authority
from aws_local.iam.policy_document import statements
from aws_local.settings import Access, Account, Identity

Documents = Mapping[str, Mapping[str, Any]]


@pytest.fixture
def authority_of() -> Callable[..., Authority]:
    """An authority over policies, trust policies and resource policies by ARN."""

    def make(
        policies: Documents, trusts: Documents | None = None, resources: Documents | None = None
    ) -> Authority:
        trusts = trusts or {}
        identities = {
            arn: Identity(
                policy=statements(policies.get(arn, {"Statement": []})),
                trust=statements(trusts.get(arn, {"Statement": []})),
            )
            for arn in {*policies, *trusts}
        }
        by_resource = {arn: statements(each) for arn, each in (resources or {}).items()}
        access = Access(identities=identities, resources=by_resource)
        return Authority(
            Account(account_id="123456789012", region="us-east-1", principals={}, access=access)
        )

    return make
