"""The grants of the scripts are enough and needed: without any one of them a statement is refused.

`make grants` prints the statement that each grant is for.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from decided_account import DecidedAccount
from recommender.snowflake_io import sink

from functions.snowflake_integration import scripts
from functions.snowflake_integration.signature import signature
from local.product_sql import VALUES

WEBAPP = Path(__file__).parents[2] / "containers" / "webapp" / "src" / "webapp"
DEPLOYER, OPERATOR, ANALYST = (
    VALUES["deployer_role"],
    VALUES["operator_role"],
    VALUES["analyst_role"],
)
TRAINING, WEB = VALUES["training_role"], VALUES["webapp_role"]
MARTS = "SNOWREEL.MARTS"
#: Of two people, and of whoever administers.
PEOPLE = f"""
create user operator; grant role {OPERATOR} to user operator;
create user analyst; grant role {ANALYST} to user analyst;
create user loader; grant role {DEPLOYER} to user loader;
"""
#: Grants that no statement of the product needs, and what they are for.
EXPLAINED = {
    ("USAGE", f"grant usage on schema {MARTS} to role {TRAINING}"): (
        "CREATE TABLE makes the schema visible, too; stays for the day on which that is revoked"
    ),
}


def set_up(account: DecidedAccount) -> None:
    """The bootstrap by an administrator, then everything else by the deployer, as in life."""
    for statement in scripts.rendered(scripts.BOOTSTRAP, VALUES):
        account.decide("ADMIN", "ACCOUNTADMIN", statement)
    deployer = (VALUES["deployer_user"], DEPLOYER)
    for script in (scripts.INTEGRATION, *scripts.object_scripts()):
        for statement in scripts.rendered(script, VALUES):
            account.decide(*deployer, statement)
    account.decide(*deployer, f"describe integration {VALUES['api_integration']}")


def relations() -> list[str]:
    """Tables and views of the marts."""
    folder = scripts.SCRIPTS_DIR / "50_marts"
    return [f"{MARTS}.{path.stem}" for path in sorted(folder.rglob("*.sql"))]


def train(account: DecidedAccount) -> None:
    """A training: any relation in, recommendations out, into the stack's table and a new one."""
    job = (VALUES["training_user"], TRAINING)
    for relation in relations():
        account.decide(*job, "select * from identifier(?) limit 0", relation)
    account.decide(*job, sink._SCHEMAS, f"{VALUES['database']}.information_schema.schemata")
    account.decide(*job, sink._CREATE_STAGING)
    # write_pandas
    account.decide(*job, "create temporary stage identifier(?)", f"{MARTS}.upload")
    account.decide(*job, "put 'file:///tmp/f.txt' ?", "@upload")
    for number, output in enumerate(("recommendations", "theirs")):
        if number:
            account.decide(*job, sink._CREATE, f"{MARTS}.{output}")
        account.decide(*job, sink._OVERWRITE, f"{MARTS}.{output}")
    run = f"{MARTS}.model_run"
    account.decide(*job, "delete from identifier(?) where training_job = ?", run)
    account.decide(*job, "insert into identifier(?) (training_job) select ?", run)
    judgement = "update identifier(?) set judgement = parse_json(?) where training_job = ?"
    account.decide(*job, judgement, run)


def query(account: DecidedAccount) -> None:
    """Analysts read and ask models, operators train and deploy; a view was replaced meanwhile."""
    deployer = (VALUES["deployer_user"], DEPLOYER)
    (view,) = scripts.rendered("50_marts/views/film_card.sql", VALUES)
    account.decide(*deployer, view)
    for relation in (*relations(), f"{MARTS}.theirs"):
        account.decide("ANALYST", ANALYST, f"select * from {relation}")
    account.decide(VALUES["training_user"], TRAINING, f"select * from {MARTS}.film_card")
    account.decide(VALUES["training_user"], TRAINING, f"select * from {MARTS}.made_by_loader")
    for name in scripts.object_scripts():
        if name.startswith("60_functions/"):
            called = signature(scripts.text(name))
            places = ", ".join("null" for _ in called.types)
            person = OPERATOR if "Role: operator" in scripts.text(name) else ANALYST
            user = "OPERATOR" if person == OPERATOR else "ANALYST"
            account.decide(user, person, f"select {MARTS}.{called.name}({places})")
    account.decide("OPERATOR", OPERATOR, f"select * from {MARTS}.recommendations")


def load(account: DecidedAccount) -> None:
    """A load by whoever has the deployer's role; a table of ratings made by hand."""
    account.decide(
        "LOADER", DEPLOYER, "delete from raw.loads where dataset = %s".replace("%s", "''")
    )
    account.decide("LOADER", DEPLOYER, f"create table {MARTS}.made_by_loader (user_id varchar)")
    account.decide(
        "LOADER", DEPLOYER, f"insert into {MARTS}.film select * from snowreel.intermediate.film"
    )


def serve_viewers(account: DecidedAccount) -> None:
    """Every statement of the web app's own files."""
    for path in sorted(WEBAPP.rglob("*.sql")):
        account.decide(VALUES["webapp_user"], WEB, path.read_text())


def administer(account: DecidedAccount) -> None:
    """SYSADMIN manages what the product owns; an administrator acts as any of its people."""
    film = f"insert into {MARTS}.film select * from snowreel.intermediate.film"
    for statement in (film, f"drop table {MARTS}.theirs"):
        account.decide("ADMIN", "SYSADMIN", statement)
    account.decide("ADMIN", OPERATOR, f"select * from {MARTS}.film")


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DecidedAccount]:
    account = DecidedAccount(tmp_path_factory.mktemp("decided"))
    set_up(account)
    people = [each.strip() for each in PEOPLE.split(";") if each.strip()]
    scripts_alone = dict(account.given.sources)
    for statement in people:
        account.decide("ADMIN", "ACCOUNTADMIN", statement)
    account.given.sources = scripts_alone
    for step in (load, train, query, serve_viewers, administer):
        step(account)
    yield account
    account.close()


def test_the_grants_are_enough(account: DecidedAccount) -> None:
    assert account.first_refused(set()) is None


def test_no_grant_gives_what_was_given_before(account: DecidedAccount) -> None:
    assert account.given.idle == []


def test_each_grant_is_needed(account: DecidedAccount) -> None:
    unneeded = []
    for source, privilege, keys in account.mutants():
        refused = account.first_refused(keys)
        print(f"{privilege:16} {source}\n    {refused or EXPLAINED.get((privilege, source), '')}")
        if refused is None and (privilege, source) not in EXPLAINED:
            unneeded.append(f"{privilege}: {source}")
    assert unneeded == []
