"""Access records: who owns what, what is granted to whom, as catalogs keep them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from snowflake_local.model.catalog_entry import Definition, Kind


class Records(Protocol):
    """A catalog as access control uses it."""

    version: int

    def get(self, kind: Kind, name: str) -> Definition | None:
        """The definition of an object, if it exists."""
        ...

    def all(self, kind: Kind) -> dict[str, Definition]:
        """All objects of a kind by name."""
        ...

    def change(
        self,
        remove: list[tuple[Kind, str]],
        put: list[tuple[Kind, str, Definition]] | None = None,
    ) -> None:
        """Remove and then put several objects, all or none of them."""
        ...


@dataclass(frozen=True, kw_only=True)
class Grant:
    """A privilege on an object, or a role, granted to a role or user."""

    privilege: str
    #: Kind and name of the object; `FUTURE TABLES IN SCHEMA` and a schema's name for future ones.
    on: str
    name: str
    to: str
    grantee: str
    created_on: str = ""
    with_option: bool = False

    @property
    def key(self) -> str:
        """The name that it is kept under."""
        return f"{self.privilege}|{self.on}|{self.name}|{self.to}|{self.grantee}"

    def to_document(self) -> dict[str, Any]:
        """JSON's data types."""
        document: dict[str, Any] = {
            "privilege": self.privilege,
            "on": self.on,
            "name": self.name,
            "to": self.to,
            "grantee": self.grantee,
            "created_on": self.created_on,
        }
        return document | ({"with_option": True} if self.with_option else {})

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Grant":
        """The inverse of `to_document`."""
        return cls(**document)


@dataclass(frozen=True, kw_only=True)
class Ownership:
    """The role that owns an object, and what the object itself reads with that role's rights."""

    role: str
    #: For schemas: the owner of the schema alone decides about the objects in it.
    managed: bool = False
    #: For views and functions: privileges that the owner must have, `(privilege, kind, name)`.
    reads: tuple[tuple[str, str, str], ...] = field(default=())

    def to_document(self) -> dict[str, Any]:
        """JSON's data types."""
        return {"role": self.role, "managed": self.managed, "reads": [*map(list, self.reads)]}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Ownership":
        """The inverse of `to_document`."""
        reads = tuple((one[0], one[1], one[2]) for one in document["reads"])
        return cls(role=document["role"], managed=document["managed"], reads=reads)


def grants_of(records: Records) -> list[Grant]:
    """Every grant."""
    return [Grant.from_document(document) for document in records.all("GRANT").values()]


def removal(grants: Iterable[Grant]) -> list[tuple[Kind, str]]:
    """Entries that a catalog removes to forget grants."""
    return [("GRANT", grant.key) for grant in grants]
