"""Securable objects: what privileges are granted on."""

from dataclasses import dataclass

from snowflake_local.model.syntax import quoted, tokens

#: Kinds of objects that live in a schema.
SCHEMA_OBJECTS = frozenset(
    {"TABLE", "VIEW", "STAGE", "SEQUENCE", "FILE FORMAT", "FUNCTION", "TASK"}
)
#: Tables and views share their names.
RELATIONS = ("TABLE", "VIEW")


@dataclass(frozen=True)
class Securable:
    """An object by kind and name: `FUNCTION DB.SCHEMA.F(VARCHAR)`, `ACCOUNT`."""

    kind: str
    parts: tuple[str, ...] = ()
    #: Argument types of a function: `(VARCHAR)`.
    types: str = ""

    @classmethod
    def named(cls, kind: str, name: str) -> "Securable":
        """The object that a name in a catalog stands for."""
        if kind == "ACCOUNT":
            return ACCOUNT
        if kind not in SCHEMA_OBJECTS and kind not in {"SCHEMA", "DATABASE"}:
            return cls(kind, (name,))
        bare, bracket, types = name.partition("(")
        parts = tuple(token.value for token in tokens(bare) if token.keyword != ".")
        return cls(kind, parts, bracket + types)

    @classmethod
    def keyed(cls, key: str) -> "Securable":
        """The object of `str(securable)`."""
        kind, _, name = key.partition(" ")
        if kind == "FILE":
            kind, name = "FILE FORMAT", name.removeprefix("FORMAT ")
        return cls.named(kind, name)

    @property
    def name(self) -> str:
        """The name as catalogs and messages have it."""
        if self.kind in SCHEMA_OBJECTS or self.kind in {"SCHEMA", "DATABASE"}:
            return ".".join(map(quoted, self.parts)) + self.types
        return ".".join(self.parts)

    @property
    def parents(self) -> tuple["Securable", ...]:
        """The database, and the schema, that it is in."""
        if self.kind == "SCHEMA":
            return (Securable("DATABASE", self.parts[:1]),)
        if self.kind in SCHEMA_OBJECTS:
            return (Securable("DATABASE", self.parts[:1]), Securable("SCHEMA", self.parts[:2]))
        return ()

    def __str__(self) -> str:
        return f"{self.kind} {self.name}".strip()


ACCOUNT = Securable("ACCOUNT")
