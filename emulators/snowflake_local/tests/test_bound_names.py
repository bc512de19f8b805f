"""IDENTIFIER(?) in statements that the engine does not run."""


def test_grant_takes_bound_names(server, client):
    client.run("create role if not exists reader")
    client.run("create table t (a int)")
    schema = client.value("select current_schema()")
    table = f'"FILMS"."{schema}"."T"'
    bound = server.connect(schema=schema, paramstyle="qmark")
    bound.run("grant select on table identifier(?) to role identifier(?)", (table, "READER"))
    owner, granted = client.records("show grants on table t")
    assert owner["privilege"] == "OWNERSHIP"
    assert (granted["privilege"], granted["grantee_name"]) == ("SELECT", "READER")
