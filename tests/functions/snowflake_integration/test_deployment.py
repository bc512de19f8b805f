"""The custom resource against the local warehouse: create, update, delete, and what goes wrong."""

import pytest

from functions.routes import ROUTES
from functions.snowflake_integration import scripts
from functions.snowflake_integration import session as session_module
from local.product_sql import VALUES

pytestmark = [pytest.mark.thorough, pytest.mark.usefixtures("few_scripts")]

FUNCTIONS = {route.sql_function.upper() for route in ROUTES}
INTEGRATION = VALUES["api_integration"]


def create(cloudformation):
    for resource in ("Integration", "Objects"):
        answer = cloudformation.send("Create", resource)
        assert answer["Status"] == "SUCCESS", answer.get("Reason")


def test_a_second_create_keeps_the_external_id(administrator, cloudformation):
    create(cloudformation)
    before = administrator.trust()["API_AWS_EXTERNAL_ID"]
    create(cloudformation)
    assert administrator.trust()["API_AWS_EXTERNAL_ID"] == before


def test_update_follows_the_url_and_the_role_and_keeps_the_external_id(
    administrator, cloudformation
):
    create(cloudformation)
    before = administrator.trust()
    new_role = "arn:aws:iam::123456789012:role/snowreel-other-snowflake-caller"
    old_values = cloudformation.values
    cloudformation.values = {
        **old_values,
        "api_url": "http://localhost:9/v2",
        "caller_role_arn": new_role,
    }
    for resource in ("Integration", "Objects"):
        old = cloudformation.event("Update", resource)["OldResourceProperties"]
        answer = cloudformation.send(
            "Update", resource, OldResourceProperties=old | {"Values": old_values}
        )
        assert answer["Status"] == "SUCCESS", answer.get("Reason")
        assert answer["PhysicalResourceId"] == cloudformation.physical_ids[resource]
    after = administrator.trust()
    assert after["API_AWS_EXTERNAL_ID"] == before["API_AWS_EXTERNAL_ID"]
    assert after["API_AWS_ROLE_ARN"] == new_role
    assert after["API_ALLOWED_PREFIXES"] == "http://localhost:9/v2/"
    assert administrator.function_names() == FUNCTIONS


def test_a_function_whose_signature_changed_goes_with_the_update_and_with_the_roll_back(
    administrator, cloudformation
):
    """Another version has a function of other types; whichever is left is dropped."""
    create(cloudformation)
    place = f"{VALUES['database']}.{VALUES['schema']}"
    other = f"create external function {place}.recommend(viewer varchar) returns variant"
    administrator.rows(
        f"{other} api_integration = {INTEGRATION} as '{VALUES['api_url']}/recommend'"
    )
    of_it = f"function {place}.recommend(varchar)"
    administrator.rows(f"grant ownership on {of_it} to role {VALUES['deployer_role']}")
    functions = f"show external functions in schema {place}"
    before = len(administrator.rows(functions))
    old = cloudformation.event("Update", "Objects")["ResourceProperties"]
    old |= {"Functions": [*old["Functions"], "recommend(varchar)"]}
    answer = cloudformation.send("Update", "Objects", OldResourceProperties=old)
    assert answer["Status"] == "SUCCESS", answer.get("Reason")
    assert len(administrator.rows(functions)) == before - 1
    assert administrator.function_names() == FUNCTIONS


def test_delete_drops_functions_then_the_integration_and_leaves_the_data(
    administrator, cloudformation
):
    create(cloudformation)
    database, schema = VALUES["database"], VALUES["schema"]
    administrator.rows(f"insert into {database}.{schema}.ratings values ('1', '2', 3, null)")
    assert cloudformation.send("Delete", "Objects")["Status"] == "SUCCESS"
    assert administrator.function_names() == set()
    assert INTEGRATION in administrator.names("integrations")
    assert cloudformation.send("Delete", "Integration")["Status"] == "SUCCESS"
    assert INTEGRATION not in administrator.names("integrations")
    assert len(administrator.rows(f"select * from {database}.{schema}.ratings")) == 1


def test_delete_twice_succeeds(administrator, cloudformation):
    create(cloudformation)
    for _ in range(2):
        for resource in ("Objects", "Integration"):
            assert cloudformation.send("Delete", resource)["Status"] == "SUCCESS"


def test_delete_succeeds_when_the_database_is_gone_already(administrator, cloudformation):
    create(cloudformation)
    administrator.run_script(scripts.DROP_DATABASE)
    assert cloudformation.send("Delete", "Objects")["Status"] == "SUCCESS"


def test_a_foreign_integration_is_left_alone(administrator, cloudformation):
    administrator.rows(
        f"create api integration {INTEGRATION} api_provider = aws_api_gateway "
        "api_aws_role_arn = 'arn:aws:iam::999999999999:role/theirs' "
        "api_allowed_prefixes = ('https://theirs.example.com/') enabled = true comment = 'theirs'"
    )
    before = administrator.trust()
    answer = cloudformation.send("Create", "Integration")
    assert answer["Status"] == "FAILED"
    assert "choose another `api_integration` in cdk.json" in answer["Reason"]
    assert cloudformation.send("Delete", "Integration")["Status"] == "SUCCESS"
    assert administrator.trust() == before


def test_an_underscore_in_the_name_is_no_wildcard(administrator, cloudformation):
    """LIKE takes SNOWREEL_API for SNOWREELXAPI, too; the other one is nobody's business here."""
    other = INTEGRATION.replace("_", "X")
    administrator.rows(
        f"create api integration {other} api_provider = aws_api_gateway "
        "api_aws_role_arn = 'arn:aws:iam::999999999999:role/theirs' "
        "api_allowed_prefixes = ('https://theirs.example.com/') enabled = true comment = 'theirs'"
    )
    create(cloudformation)
    assert cloudformation.send("Delete", "Integration")["Status"] == "SUCCESS"
    assert other in administrator.names("integrations")


def test_grants_are_given_again_after_an_update(administrator, cloudformation):
    create(cloudformation)
    assert cloudformation.send("Update", "Objects")["Status"] == "SUCCESS"
    role = VALUES["analyst_role"]
    granted = {row["name"] for row in administrator.rows(f"show grants to role {role}")}
    assert any("INVOKE_MODEL(" in name.upper() for name in granted), granted


def test_training_grants_reach_the_allowed_schemas_that_the_scripts_made(
    administrator, cloudformation
):
    """In a schema of somebody else the deployer may grant nothing: its owner does."""
    create(cloudformation)
    administrator.rows(f"create schema {VALUES['database']}.scratch")
    properties = {"AllowedSchemas": ["SCRATCH", "STAGING"]}
    answer = cloudformation.send("Update", "Objects", properties=properties)
    assert answer["Status"] == "SUCCESS", answer.get("Reason")
    rows = administrator.rows(f"show grants to role {VALUES['training_role']}")
    granted = {row["name"].upper() for row in rows}
    assert any("STAGING" in name for name in granted)
    assert not any("SCRATCH" in name for name in granted)


def statements_of(cloudformation, monkeypatch, resource):
    """The statements that a Create executes."""
    executed = []
    execute = session_module.Session.execute

    def record(self, statement):
        executed.append(statement)
        return execute(self, statement)

    with monkeypatch.context() as patch:
        patch.setattr(session_module.Session, "execute", record)
        assert cloudformation.send("Create", resource)["Status"] == "SUCCESS"
    return executed


def fail_at(monkeypatch, position, error):
    """Let the statement at `position` of the next session fail."""
    execute = session_module.Session.execute
    counter = iter(range(10_000))

    def refuse(self, statement):
        if next(counter) == position:
            raise error
        return execute(self, statement)

    monkeypatch.setattr(session_module.Session, "execute", refuse)


def refusal():
    return session_module.StatementError("Snowflake refused `x` (y): do z.", 1)


def test_a_refusal_at_any_statement_of_the_integration_leaves_nothing_behind(
    administrator, cloudformation, monkeypatch
):
    count = len(statements_of(cloudformation, monkeypatch, "Integration"))
    assert cloudformation.send("Delete", "Integration")["Status"] == "SUCCESS"
    for position in range(count):
        with monkeypatch.context() as patch:
            fail_at(patch, position, refusal())
            answer = cloudformation.send("Create", "Integration")
        assert (answer["Status"], answer["Reason"]) == (
            "FAILED",
            "Snowflake refused `x` (y): do z.",
        )
        assert cloudformation.send("Delete", "Integration")["Status"] == "SUCCESS"
        assert INTEGRATION not in administrator.names("integrations")


class CrashError(BaseException):
    """The process ends; nothing in it may catch this."""


def test_a_crash_at_any_statement_of_the_integration_is_made_good_by_the_retry(
    administrator, cloudformation, monkeypatch
):
    count = len(statements_of(cloudformation, monkeypatch, "Integration"))
    external_id = administrator.trust()["API_AWS_EXTERNAL_ID"]
    for position in range(count):
        with monkeypatch.context() as patch:
            fail_at(patch, position, CrashError())
            with pytest.raises(CrashError):
                cloudformation.send("Create", "Integration")
        assert cloudformation.send("Create", "Integration")["Status"] == "SUCCESS"
        assert administrator.trust()["API_AWS_EXTERNAL_ID"] == external_id


def sampled(statements):
    """Positions of the first, the last and some of each kind of statement between them."""
    kinds = {}
    for position, statement in enumerate(statements):
        kinds[" ".join(statement.split()[:4]).lower()] = position
    return sorted({0, 1, len(statements) - 1, *kinds.values()})[::2]


def test_a_refusal_in_the_objects_leaves_nothing_behind(administrator, cloudformation, monkeypatch):
    assert cloudformation.send("Create", "Integration")["Status"] == "SUCCESS"
    statements = statements_of(cloudformation, monkeypatch, "Objects")
    for position in sampled(statements):
        administrator.run_script(scripts.DROP_DATABASE)
        with monkeypatch.context() as patch:
            fail_at(patch, position, refusal())
            answer = cloudformation.send("Create", "Objects")
        assert answer["Status"] == "FAILED", statements[position]
        assert cloudformation.send("Delete", "Objects")["Status"] == "SUCCESS"
        assert VALUES["database"] not in administrator.names("databases"), statements[position]


def test_a_refused_update_keeps_the_data(administrator, cloudformation, monkeypatch):
    create(cloudformation)
    ratings = f"{VALUES['database']}.{VALUES['schema']}.ratings"
    administrator.rows(f"insert into {ratings} values ('1', '2', 3, null)")
    with monkeypatch.context() as patch:
        fail_at(patch, 20, refusal())
        answer = cloudformation.send("Update", "Objects")
    assert answer["Status"] == "FAILED"
    assert answer["PhysicalResourceId"] == cloudformation.physical_ids["Objects"]
    assert len(administrator.rows(f"select * from {ratings}")) == 1
    assert cloudformation.send("Update", "Objects")["Status"] == "SUCCESS"
    assert administrator.function_names() == FUNCTIONS


def test_a_crash_in_the_objects_is_made_good_by_the_retry(
    administrator, cloudformation, monkeypatch
):
    assert cloudformation.send("Create", "Integration")["Status"] == "SUCCESS"
    statements = statements_of(cloudformation, monkeypatch, "Objects")
    for position in sampled(statements)[::2]:
        administrator.run_script(scripts.DROP_DATABASE)
        with monkeypatch.context() as patch:
            fail_at(patch, position, CrashError())
            with pytest.raises(CrashError):
                cloudformation.send("Create", "Objects")
        assert cloudformation.send("Create", "Objects")["Status"] == "SUCCESS"
        assert administrator.function_names() == FUNCTIONS


def test_an_unreachable_snowflake_is_one_sentence_and_nothing_to_remove(
    administrator, cloudformation, monkeypatch
):
    monkeypatch.setattr(session_module, "_LOGIN_SECONDS", 2)
    cloudformation.connection["port"] = 9  # nothing listens there
    answer = cloudformation.send("Create", "Integration")
    assert answer["Status"] == "FAILED"
    assert "cannot sign in to the Snowflake account local" in answer["Reason"]
    assert "00_bootstrap.sql" in answer["Reason"]
    # the rollback does not need Snowflake either
    assert cloudformation.send("Delete", "Integration")["Status"] == "SUCCESS"


def test_an_identity_that_no_user_is_mapped_to_is_refused(
    administrator, cloudformation, sign_in_as
):
    sign_in_as("integrator")
    answer = cloudformation.send("Create", "Integration")
    assert answer["Status"] == "FAILED"
    assert "cannot sign in" in answer["Reason"]
    assert INTEGRATION not in administrator.names("integrations")
