"""The grants of the SQL scripts, held against those that are given in Snowflake.

https://docs.snowflake.com/en/sql-reference/sql/show-grants
"""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from cli.doctor.checks import CheckError
from functions.snowflake_integration import scripts

_GRANT = re.compile(
    r"grant (?P<privileges>[a-z ,]+?) on (?P<kind>function|table|schema|database) "
    r"(?P<name>[\w.]+(\([^)]*\))?)\s+to role (?P<role>\w+)",
    re.IGNORECASE,
)


class _Privilege(NamedTuple):
    name: str
    #: As statements name it, `function db.schema.f(varchar)` say.
    on: str


def probe_grants(
    rows: Callable[[str], Sequence[Mapping[str, Any]]], values: Mapping[str, str]
) -> str:
    """Ask whether as many roles have each privilege as the scripts give it to.

    Roles are counted, as a deployment does not say what its people's roles are called.

    Args:
        rows: Runs a statement; names of columns in lower case.
        values: Those of the scripts; roles may be called anything.

    Raises:
        CheckError: A grant is missing; all that are missing are named.
    """
    wanted = _wanted(values)
    found = {on: _grantees(rows(f"show grants on {on}")) for on in {each.on for each in wanted}}
    missing = [
        f"{privilege.name} on {privilege.on}, which {len(roles)} of the roles need and "
        f"{len(found[privilege.on][privilege.name])} have"
        for privilege, roles in wanted.items()
        if len(found[privilege.on][privilege.name]) < len(roles)
    ]
    if missing:
        raise CheckError(f"missing: {'; '.join(missing)}")
    return f"{len(wanted)} privileges are given as the scripts give them"


def _wanted(values: Mapping[str, str]) -> dict[_Privilege, set[str]]:
    """Roles by the privilege that the scripts give them."""
    found: dict[_Privilege, set[str]] = defaultdict(set)
    for script in scripts.object_scripts():
        for statement in scripts.rendered(script, values):
            if match := _GRANT.match(statement):
                for name in match["privileges"].upper().split(","):
                    on = f"{match['kind'].lower()} {match['name']}"
                    found[_Privilege(name.strip(), on)].add(match["role"].upper())
    return dict(found)


def _grantees(rows: Sequence[Mapping[str, Any]]) -> Mapping[str, set[str]]:
    """Roles by their privilege on one object."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        found[str(row["privilege"]).upper()].add(str(row["grantee_name"]))
    return found
