"""The caller role trusts Snowflake with the external id of the integration, as in the cloud."""

import json
from contextlib import closing

import pytest
import snowflake.connector
from snowflake.connector.errors import ProgrammingError

from cli.doctor import local as doctor
from cli.doctor.checks import CheckError
from functions.snowflake_integration import scripts
from local import connection, trust
from local.product_sql import VALUES
from local.supervisor import Options, running

pytestmark = pytest.mark.thorough

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


@pytest.mark.parametrize(
    ("privilege", "on", "role"),
    [
        ("usage", "function list_models()", "snowreel_analyst"),
        ("create table", "schema snowreel.marts", "snowreel_training"),
        ("delete", "table recommendations", "snowreel_training"),
        ("usage", "database snowreel", "snowreel_analyst"),
    ],
)
def test_the_doctor_names_a_missing_grant(stack, privilege, on, role):
    deployer = snowflake.connector.connect(**connection.loader_arguments(stack))
    chain = doctor.Chain(connection.read(stack.state_dir))
    with deployer, closing(chain):
        assert doctor._grants(chain).endswith("privileges are given as the scripts give them")
        deployer.cursor().execute(f"revoke {privilege} on {on} from role {role}")
        with pytest.raises(CheckError, match=f"missing: {privilege.upper()} on {on.split()[0]} "):
            doctor._grants(chain)
        deployer.cursor().execute(f"grant {privilege} on {on} to role {role}")
        assert doctor._grants(chain)


def replaced(statement):
    return statement.replace(
        "create api integration if not exists", "create or replace api integration"
    )


def models(session):
    return json.loads(session.cursor().execute(MODELS).fetchone()[0])
