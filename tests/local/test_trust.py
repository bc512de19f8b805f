"""The caller role trusts Snowflake with the external id of the integration, as in the cloud."""

import json

import pytest
import snowflake.connector
from snowflake.connector.errors import ProgrammingError

from functions.snowflake_integration import scripts
from local import connection, trust
from local.product_sql import VALUES
from local.supervisor import Options, running

MODELS = "select list_models()"


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    with running(Options(state_dir=tmp_path_factory.mktemp("stack")), lambda _: None) as stack:
        yield stack.stack


def test_a_replaced_integration_is_shut_out_until_the_trust_policy_names_it(stack):
    """As in the cloud until the next deployment: AWS compares ids, and Snowflake says so."""
    analyst = snowflake.connector.connect(**connection.snowflake_arguments(stack))
    deployer = snowflake.connector.connect(**connection.loader_arguments(stack))
    with analyst, deployer:
        assert models(analyst) == []
        for statement in scripts.rendered(scripts.INTEGRATION, VALUES):
            deployer.cursor().execute(replaced(statement))
        with pytest.raises(ProgrammingError, match="verify the role and externalId are configured"):
            models(analyst)
        trust.trust_integration(deployer, stack)
        assert models(analyst) == []


def replaced(statement):
    return statement.replace(
        "create api integration if not exists", "create or replace api integration"
    )


def models(session):
    return json.loads(session.cursor().execute(MODELS).fetchone()[0])
