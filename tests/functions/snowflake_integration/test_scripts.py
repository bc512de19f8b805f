"""Every script of the product, run by the custom resource as `cdk deploy` does."""

import re
from pathlib import PurePosixPath

import pytest

from functions.routes import ROUTES
from functions.snowflake_integration import scripts
from local.product_sql import VALUES

FUNCTIONS = {route.sql_function.upper() for route in ROUTES}
INTEGRATION = VALUES["api_integration"]


def test_create_makes_everything_and_tells_whom_the_role_must_trust(administrator, cloudformation):
    answer = cloudformation.send("Create", "Integration")
    assert answer["Status"] == "SUCCESS", answer.get("Reason")
    assert answer["PhysicalResourceId"] == f"LOCAL.{INTEGRATION}"
    trust = administrator.trust()
    assert answer["Data"] == {
        "ApiAwsIamUserArn": trust["API_AWS_IAM_USER_ARN"],
        "ApiAwsExternalId": trust["API_AWS_EXTERNAL_ID"],
    }
    assert trust["API_AWS_ROLE_ARN"] == VALUES["caller_role_arn"]
    assert trust["API_ALLOWED_PREFIXES"] == f"{VALUES['api_url']}/"
    assert cloudformation.send("Create", "Objects")["Status"] == "SUCCESS"
    assert administrator.function_names() == FUNCTIONS


def files():
    folder = scripts.SCRIPTS_DIR
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*.sql")}


def test_every_file_runs_exactly_once():
    names = scripts.setup_scripts()
    assert len(names) == len(set(names))
    assert files() - set(names) == {scripts.DROP_DATABASE, scripts.DROP_INTEGRATION}
    assert [scripts.BOOTSTRAP, scripts.INTEGRATION, *scripts.object_scripts()] == names
    assert {scripts.INTEGRATION, scripts.TRAINING_GRANTS} <= set(names)


def test_folders_come_in_the_order_of_their_numbers():
    folders = [PurePosixPath(name).parent.as_posix() for name in scripts.setup_scripts()]
    assert folders == sorted(folders)
    assert scripts.object_scripts()[0] == "10_database.sql"


def test_a_script_names_only_relations_that_were_made_before():
    made = set()
    for name in scripts.object_scripts():
        for statement in scripts.rendered(name, VALUES):
            # two dots: a relation or a function of the database
            named = set(re.findall(rf"\b{VALUES['database']}\.\w+\.\w+", statement))
            if statement.startswith("create "):
                made.update(re.findall(r"\b\w+\.\w+\.\w+", statement)[:1])
            assert named <= made, name


def test_future_grants_are_given_in_managed_schemas_only():
    """In a plain schema they take MANAGE GRANTS, which the deployer does not hold."""
    managed, in_future = set(), set()
    for name in scripts.setup_scripts():
        for statement in scripts.rendered(name, VALUES):
            if made := re.match(
                r"create schema if not exists (\S+)\s+with managed access", statement
            ):
                managed.add(made[1])
            if granted := re.search(r" on future \w+ in (\w+) (\S+)", statement):
                assert granted[1] == "schema", statement
                in_future.add(granted[2])
    assert in_future <= managed
    database = VALUES["database"]
    assert {schema.removeprefix(f"{database}.").upper() for schema in managed} == (
        scripts.own_schemas(VALUES)
    )


def test_no_role_of_the_product_holds_the_right_to_grant_anything():
    text = " ".join(scripts.text(name).lower() for name in scripts.setup_scripts())
    assert "manage grants on" not in text


def test_running_the_bootstrap_again_corrects_a_user():
    statements = scripts.rendered(scripts.BOOTSTRAP, VALUES)
    for user in ("deployer", "training", "webapp"):
        (altered,) = (s for s in statements if s.startswith(f"alter user {VALUES[f'{user}_user']}"))
        assert VALUES[f"{user}_role_arn"] in altered
        assert f"default_role = {VALUES[f'{user}_role']}" in altered


def function_of(statement):
    """Qualified name and types of the function in a statement, without names of arguments."""
    found = re.search(r"function (?:if exists )?([\w.]+)\(([^)]*)\)", statement)
    assert found is not None, statement
    name, arguments = found.groups()
    types = [argument.split()[-1] for argument in arguments.split(",") if argument.strip()]
    return f"{name}({', '.join(types)})"


FUNCTION_FILES = [name for name in scripts.object_scripts() if name.startswith("60_functions/")]


@pytest.mark.parametrize("script", FUNCTION_FILES)
def test_a_file_holds_one_function_and_the_grant_of_its_role(script):
    create, grant = scripts.rendered(script, VALUES)
    assert create.startswith("create or replace external function ")
    assert function_of(create) == function_of(grant)
    role = re.search(r"^-- Role: (\w+)$", scripts.text(script), re.MULTILINE)
    assert role is not None
    assert grant.startswith("grant usage on function ")
    assert grant.endswith(f"to role {VALUES[f'{role[1]}_role']}")
    # a signature with more arguments has a file of its own, named after both
    name = create.partition("(")[0].rpartition(".")[2]
    assert re.fullmatch(rf"60_functions/{name}(_by_\w+)?\.sql", script)


def test_the_teardown_drops_every_function_with_its_own_types():
    created = {function_of(scripts.rendered(script, VALUES)[0]) for script in FUNCTION_FILES}
    dropped = [function_of(drop) for drop in scripts.rendered(scripts.DROP_FUNCTIONS, VALUES)]
    assert sorted(dropped) == sorted(created)
    names = {each.partition("(")[0].rpartition(".")[2].upper() for each in created}
    assert names == FUNCTIONS
