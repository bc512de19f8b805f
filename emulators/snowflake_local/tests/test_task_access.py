"""Privileges about tasks: who may create, see, resume and run them, and as whom they run."""

import pytest

HIDDEN, INSUFFICIENT, NOT_GRANTED = 2003, 3001, 91089
TASK = "warehouse = compute_wh schedule = '60 minutes'"
ROLES = ("MAKER", "OPERATOR", "WATCHER", "NOBODY")


@pytest.fixture
def people(tasks):
    """A role that makes tasks in the schema, one that operates them, one that watches, and one."""
    schema = f"d.{tasks.session().schema}"
    for role in ROLES:
        tasks.run(f"create role if not exists {role}; create user if not exists {role}")
        tasks.run(f"grant role {role} to user {role}; grant usage on database d to role {role}")
        tasks.run(f"grant usage on schema {schema} to role {role}")
        tasks.run(f"use schema {schema}", role=role)
    tasks.run("grant usage on warehouse compute_wh to role maker")
    tasks.run(f"grant create task on schema {schema} to role maker")
    tasks.run("grant execute task on account to role maker")
    tasks.run("grant insert on table log to role maker")
    yield tasks
    for role in ROLES:
        tasks.run(f"drop role {role}; drop user {role}")
    tasks._sessions.clear()


def make(people, body="insert into log values ('ran')"):
    people.run(f"create task k {TASK} as {body}", role="MAKER")


def test_who_may_create_a_task(people):
    statement = f"create task k {TASK} as select 1"
    people.refused(statement, "Insufficient privileges to operate on schema", role="NOBODY")
    people.run("revoke usage on warehouse compute_wh from role maker")
    people.refused(statement, "Object does not exist, or operation cannot", 2043, role="MAKER")
    serverless = "create task k schedule = '1 hour' as select 1"
    people.refused(serverless, "operate on account", INSUFFICIENT, role="MAKER")
    people.run("grant execute managed task on account to role maker")
    people.run(serverless, role="MAKER")
    people.refused("alter task k set warehouse = compute_wh", "cannot be performed", role="MAKER")
    assert people.task("k")["owner"] == "MAKER"


def test_a_task_without_any_privilege_does_not_exist(people):
    make(people)
    for statement in ("describe task k", "alter task k resume", "execute task k", "drop task k"):
        people.refused(statement, "Task '.*K' does not exist", HIDDEN, role="NOBODY")
    assert people.run("show tasks", role="NOBODY") == []
    people.run("grant monitor on task k to role watcher", role="MAKER")
    assert [row["name"] for row in people.records("show tasks", "WATCHER")] == ["K"]
    for statement in ("alter task k resume", "execute task k", "drop task k"):
        people.refused(statement, "operate on task 'K'", INSUFFICIENT, role="WATCHER")


def test_who_may_resume_suspend_and_execute(people):
    make(people)
    people.run("grant operate on task k to role operator", role="MAKER")
    for statement in ("alter task k resume", "alter task k suspend", "execute task k"):
        people.run(statement, role="OPERATOR")
    for statement in ("alter task k set comment = 'x'", "alter task k modify as select 1"):
        people.refused(statement, "operate on task", INSUFFICIENT, role="OPERATOR")
    people.refused("select system$task_dependents_enable('k')", "operate on task", role="OPERATOR")
    # whoever starts it, it runs with its owner's privileges
    assert people.history() == [("K", "SUCCEEDED")]


@pytest.mark.parametrize("verb", ["alter task k resume", "execute task k"])
@pytest.mark.parametrize(
    ("grant", "subject"),
    [
        ("execute task on account", "EXECUTE TASK privilege"),
        ("usage on warehouse compute_wh", "USAGE privilege on the task's warehouse"),
    ],
)
def test_the_owner_must_have_what_a_run_takes(people, verb, grant, subject):
    make(people)
    people.run(f"revoke {grant} from role maker")
    text = f"Cannot execute task, {subject} must be granted to owner role"
    people.refused(verb, text, NOT_GRANTED, role="MAKER")
    people.run(f"grant {grant} to role maker")
    people.run(verb, role="MAKER")


def test_a_privilege_that_is_revoked_stops_the_runs_that_follow(people):
    make(people)
    people.run("alter task k resume", role="MAKER")
    people.tick(hours=1)
    people.run("revoke execute task on account from role maker")
    people.tick(hours=1)
    assert people.history("state, error_code") == [("SUCCEEDED", None), ("FAILED", "091089")]


def test_a_serverless_task_takes_a_privilege_of_its_own(people):
    people.run("grant execute managed task on account to role maker")
    people.run(
        "create task k schedule = '1 hour' user_task_managed_initial_warehouse_size = 'XSMALL' "
        "as insert into log select current_warehouse()",
        role="MAKER",
    )
    people.run("execute task k", role="MAKER")
    assert people.history() == [("K", "SUCCEEDED")]
    people.run("revoke execute managed task on account from role maker")
    people.refused("execute task k", "EXECUTE MANAGED TASK privilege", NOT_GRANTED, role="MAKER")


def test_a_task_has_the_privileges_of_its_owner_and_no_others(people):
    people.run("create table secret (a varchar)")
    make(people, "insert into log select a from secret")
    # what the person who owns it could do by another role, the task cannot
    people.run("create role if not exists other; grant select on table secret to role other")
    people.run("grant role other to user maker")
    people.run("select a from secret", role="MAKER")
    people.run("execute task k", role="MAKER")
    assert people.history("state, error_code") == [("FAILED", "002003")]
    people.run("grant role other to role maker")
    people.tick(seconds=1)
    people.run("execute task k", role="MAKER")
    assert people.history("state")[-1] == ("SUCCEEDED",)
    people.run("drop role other")


def test_a_task_runs_as_the_system(people):
    make(
        people,
        "insert into log select current_user() || ' ' || current_role() || ' ' || "
        "current_warehouse() || ' ' || current_database() || ' ' || current_schema()",
    )
    people.run("execute task k", role="MAKER")
    schema = people.session().schema
    assert people.run("select a from log") == [(f"SYSTEM MAKER COMPUTE_WH D {schema}",)]
    people.run("alter task k modify as use role accountadmin", role="MAKER")
    people.tick(seconds=1)
    people.run("execute task k", role="MAKER")
    assert people.history("error_code")[-1] == ("003013",)


def test_who_may_see_the_runs(people):
    make(people)
    people.run("execute task k", role="MAKER")
    rows = "select * from table(information_schema.task_history())"
    of_task = f"root_task_id => '{people.task('k')['id']}'"
    seen = f"select database_name from table(d.information_schema.task_history({of_task}))"
    people.run("grant usage on warehouse compute_wh to role watcher")
    people.run("grant usage on warehouse compute_wh to role nobody")
    assert people.run(rows, role="NOBODY") == []
    assert people.run(seen, role="MAKER") == [("D",)]
    people.run("grant monitor on task k to role watcher", role="MAKER")
    assert people.run(seen, role="WATCHER") == [("D",)]
    people.run("grant monitor execution on account to role nobody")
    assert people.run(seen, role="NOBODY") == [("D",)]
    schema = f"d.{people.session().schema}"
    people.run(f"revoke usage on schema {schema} from role nobody")
    assert people.run(seen, role="NOBODY") == [(None,)]
    people.run("revoke usage on database d from role nobody")
    people.refused(seen, "Database 'D' does not exist or not authorized", HIDDEN, role="NOBODY")


def test_account_administrators_alone_give_the_privileges_of_tasks(people):
    for privilege in ("execute task", "execute managed task", "monitor execution"):
        grant = f"grant {privilege} on account to role operator"
        people.run("use secondary roles none; use role securityadmin")
        people.refused(grant, "Insufficient privileges to operate on account", INSUFFICIENT)
        people.run("use role accountadmin; use secondary roles all")
        people.run(grant)
        people.run(f"revoke {privilege} on account from role operator")
        people.run(f"{grant} with grant option")
        people.run(grant.replace("operator", "watcher"), role="OPERATOR")


@pytest.mark.parametrize("privilege", ["select", "usage", "applybudget", "modify"])
def test_tasks_know_no_other_privileges(people, privilege):
    make(people)
    people.refused(
        f"grant {privilege} on task k to role nobody", "Invalid object type 'TASK'", 3009
    )


def test_grants_on_all_and_future_tasks(people):
    make(people)
    schema = f"d.{people.session().schema}"
    people.run(f"grant monitor on all tasks in schema {schema} to role watcher")
    people.run(f"grant operate on future tasks in schema {schema} to role operator")
    people.run(f"create task later {TASK} as select 1", role="MAKER")
    people.run("execute task later", role="OPERATOR")
    assert [row["name"] for row in people.records("show tasks", "WATCHER")] == ["K"]
    granted = people.records("show grants on task later")
    assert {(row["privilege"], row["grantee_name"]) for row in granted} == {
        ("OPERATE", "OPERATOR"),
        ("OWNERSHIP", "MAKER"),
    }


def test_a_replaced_task_loses_its_grants(people):
    make(people)
    people.run("grant monitor on task k to role watcher", role="MAKER")
    people.refused(
        f"create or replace task k {TASK} as select 1", "operate on schema", role="WATCHER"
    )
    people.run(f"create or replace task k {TASK} as select 1", role="MAKER")
    people.refused("describe task k", "does not exist", HIDDEN, role="WATCHER")


def test_a_task_that_gets_another_owner_stands_still(people):
    make(people)
    people.run("alter task k resume", role="MAKER")
    people.refused("grant ownership on task k to role operator", "is not suspended", 91421)
    people.run("alter task k suspend; grant ownership on task k to role operator", role="MAKER")
    record = people.task("k")
    assert (record["owner"], record["last_suspended_reason"]) == ("OPERATOR", "GRANT_OWNERSHIP")
    people.refused("alter task k resume", "EXECUTE TASK privilege", NOT_GRANTED, role="OPERATOR")


def test_tasks_of_a_graph_have_one_owner(people):
    make(people)
    child = "warehouse = compute_wh after k as select 1"
    people.run("grant role maker to role accountadmin")
    people.refused(f"create task c {child}", "same owner")
    people.run("revoke role maker from role accountadmin")
    people.run(
        f"create task c {child}; create task e warehouse = compute_wh after c as select 1",
        role="MAKER",
    )
    schema = f"d.{people.session().schema}"
    # one of them alone is cut off, all of them stay together
    people.run("grant ownership on task c to role operator")
    assert [people.task(name)["predecessors"] for name in ("c", "e")] == ["[]", "[]"]
    people.run("grant ownership on task c to role maker")
    people.run("alter task c add after k", role="MAKER")
    people.run(f"grant ownership on all tasks in schema {schema} to role operator")
    assert people.task("c")["predecessors"] == f'["{schema.upper()}.K"]'
    assert people.task("c")["owner"] == "OPERATOR"


def test_a_grant_that_moves_no_task_is_one_change(people):
    make(people)
    catalog = people.warehouse.catalog
    before = catalog.version
    people.run("grant monitor on task k to role watcher")
    assert catalog.version == before + 1


def test_a_task_that_calls_what_its_owner_may_not_use_fails(people):
    make(people, "select nobody_may(1)")
    people.run("execute task k", role="MAKER")
    assert people.history("state, error_code") == [("FAILED", "002140")]
