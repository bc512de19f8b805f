"""An account in which statements are decided and not run: its grants, and who asked what."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from loopback.credentials import Credentials
from snowflake_local.access.actor import Actor
from snowflake_local.access.control import AccessControl
from snowflake_local.access.records import Grant
from snowflake_local.access.requirement import Requirement
from snowflake_local.access.securable import Securable
from snowflake_local.engine import rewrite
from snowflake_local.engine.fakesnow_adapter import parse_one
from snowflake_local.engine.session import Session, SessionOptions
from snowflake_local.engine.warehouse import Warehouse
from snowflake_local.model.catalog_entry import Definition, Kind
from snowflake_local.model.errors import SqlError
from snowflake_local.model.syntax import Reader
from snowflake_local.statements.table import classify
from sqlglot import exp

from local.stack import PRINCIPALS, Stack
from local.warehouse_settings import settings_of


@dataclass(frozen=True)
class Asked:
    """A privilege that a statement of the product needed, and the user and role that needed it."""

    user: str
    role: str
    #: Nothing: the role itself was asked for.
    requirement: Requirement | None


@dataclass
class Given:
    """The statements of the scripts that gave each grant, by its key."""

    sources: dict[str, str] = field(default_factory=dict)
    #: Statements that gave nothing new.
    idle: list[str] = field(default_factory=list)


class MemoryRecords:
    """Access records of another account, some left out."""

    def __init__(self, records: Any, left_out: set[str]) -> None:
        self.version = 0
        self._entries: dict[Kind, dict[str, Definition]] = {
            "OWNER": records.all("OWNER"),
            "GRANT": {
                key: document
                for key, document in records.all("GRANT").items()
                if key not in left_out
            },
        }

    def get(self, kind: Kind, name: str) -> Definition | None:
        return self._entries[kind].get(name)

    def all(self, kind: Kind) -> dict[str, Definition]:
        return self._entries[kind]

    def change(self, *_: object, **__: object) -> None:
        raise AssertionError("nothing changes here")


class DecidedAccount:
    """Decides statements, notes owners and grants, and runs nothing in the engine."""

    def __init__(self, folder: Path) -> None:
        keys = {name: Credentials.generate() for name in PRINCIPALS}
        self._warehouse = Warehouse(settings_of(Stack(folder, 0, 0, 0, 0, credentials=keys)))
        self._sessions: dict[tuple[str, str], Session] = {}
        self.asked: dict[Asked, str] = {}
        self.given = Given()
        self._statement = ""
        self._made: Securable | None = None
        self._warehouse.access.on_check = self._note
        # no schema is made in which the engine could keep it
        self._warehouse.functions._make_macro = lambda name: None  # type: ignore[method-assign]

    def close(self) -> None:
        self._warehouse.close()

    def decide(
        self, user: str, role: str, statement: str, *binds: str, place: str = "SNOWREEL.MARTS"
    ) -> None:
        """Decide one statement as a user with a role, and note what it would have changed."""
        session = self._session(user, role, place)
        self._statement = f"{role}: {' '.join(statement.split())}"
        self._made = None
        before = set(self._warehouse.catalog.all("GRANT"))
        kind = classify(statement)
        if kind.run is not None:
            kind.run(session, Reader(statement))
        else:
            self._decide_in_engine(session, statement, list(binds))
        self._attribute(statement, before)

    def _decide_in_engine(self, session: Session, statement: str, binds: list[str]) -> None:
        expression = parse_one(rewrite.command(statement))
        rewrite.resolve_identifiers(expression, binds)
        effect = session.access.decide(expression, managed=rewrite.is_managed(statement))
        # what is dropped stays known, so that what was asked of it can be asked again
        if effect is not None and isinstance(expression, exp.Create):
            self._made = session.access.names.created(expression)
            effect()

    def _session(self, user: str, role: str, place: str) -> Session:
        if (user, role) not in self._sessions:
            options = SessionOptions(role=role, warehouse="SNOWREEL_WH")
            session = self._warehouse.sign_on(user, options)
            session.access.secondary = False
            session.databases = _Believed(self._warehouse.access)  # type: ignore[assignment]
            self._sessions[user, role] = session
        session = self._sessions[user, role]
        session.connection.database, session.connection._schema = place.split(".")
        self.asked.setdefault(Asked(user, role, None), f"{role}: sign-in of {user}")
        return session

    def _note(self, actor: Actor, requirement: Requirement) -> None:
        self.asked.setdefault(Asked(actor.user, actor.role, requirement), self._statement)

    def _attribute(self, statement: str, before: set[str]) -> None:
        """Say which statement gave each new grant: a future grant gives those on later objects."""
        grants = self._warehouse.catalog.all("GRANT")
        new = [
            grant
            for grant in map(Grant.from_document, grants.values())
            if grant.key not in before or self._is_on_made(grant)
        ]
        for grant in new:
            self.given.sources[grant.key] = self._future_source(grant) or statement
        if not new and statement.startswith("grant "):
            self.given.idle.append(statement)

    def _future_source(self, grant: Grant) -> str | None:
        on = Securable.named(grant.on, grant.name)
        for parent in on.parents:
            future = Grant(
                privilege=grant.privilege,
                on=f"FUTURE {grant.on}S IN {parent.kind}",
                name=parent.name,
                to=grant.to,
                grantee=grant.grantee,
            )
            if self._is_on_made(grant) and (source := self.given.sources.get(future.key)):
                return source
        return None

    def _is_on_made(self, grant: Grant) -> bool:
        """True if the statement has made the object that a grant is on."""
        made = self._made
        return made is not None and (grant.on, grant.name) == (made.kind, made.name)

    def mutants(self) -> Iterator[tuple[str, str, set[str]]]:
        """Each privilege of each statement: its name, and the grants that go without it."""
        by_source: dict[tuple[str, str], set[str]] = {}
        for key, source in self.given.sources.items():
            by_source.setdefault((source, key.partition("|")[0]), set()).add(key)
        for (source, privilege), keys in by_source.items():
            yield " ".join(source.split()), privilege, keys

    def first_refused(self, left_out: set[str]) -> str | None:
        """The first statement that is refused without some grants; None if all still run."""
        control = AccessControl(MemoryRecords(self._warehouse.catalog, left_out))
        for asked, statement in self.asked.items():
            if _is_refused(control, asked):
                return statement
        return None


def _is_refused(control: AccessControl, asked: Asked) -> bool:
    snapshot = control.snapshot
    if asked.role not in snapshot.closure(snapshot.roles_of_user(asked.user)):
        return True
    if asked.requirement is None:
        return False
    try:
        control.require(control.actor(asked.user, asked.role, secondary=False), [asked.requirement])
    except SqlError:
        return True
    return False


class _Believed:
    """Databases and what is in them, as the owners say: nothing was made in the engine."""

    def __init__(self, control: AccessControl) -> None:
        self._control = control

    def has_database(self, name: str) -> bool:
        return self._knows(Securable("DATABASE", (name,)))

    def has_schema(self, database: str, name: str) -> bool:
        return self._knows(Securable("SCHEMA", (database, name)))

    def require_relation(self, kind: str, name: str) -> None:
        if not self._knows(Securable.named(kind, name)):
            raise SqlError.missing(kind.capitalize(), name)

    def _knows(self, on: Securable) -> bool:
        return self._control.snapshot.owner(on) is not None
