"""Session parameters: each one has its effect, or takes the only value that is true here."""

from snowflake_local.model.errors import SqlError

_LONGEST_TIMEOUT_SECONDS = 604_800
_NAMES = frozenset({"QUERY_TAG", "STATEMENT_TIMEOUT_IN_SECONDS", "TIMEZONE"})
#: Parameters that a client keeps for itself, or that the sign-in reads: no session has them.
_OF_CLIENTS = ("CLIENT_", "PYTHON_CONNECTOR_", "AUTOCOMMIT")


class SessionParameters:
    """The parameters that a session has set."""

    def __init__(self) -> None:
        self._values: dict[str, str] = {}

    def set(self, name: str, value: str) -> None:
        """Set a parameter; raise SqlError where it would not have its effect."""
        _require(name)
        if name == "TIMEZONE" and value.upper() not in {"UTC", "ETC/UTC"}:
            raise SqlError.unsupported(
                f"The session parameter TIMEZONE cannot be '{value}' in the local warehouse: "
                "its time zone is UTC."
            )
        if name == "STATEMENT_TIMEOUT_IN_SECONDS":
            _check_timeout(value)
        self._values[name] = value

    def set_at_sign_in(self, name: str, value: object) -> None:
        """Set a parameter that came with the sign-in; the client's own ones are passed over."""
        if not name.upper().startswith(_OF_CLIENTS):
            self.set(name.upper(), str(value))

    def unset(self, name: str) -> None:
        """Go back to a parameter's default."""
        _require(name)
        self._values.pop(name, None)

    @property
    def statement_timeout(self) -> int | None:
        """Seconds after which a statement is cancelled; None: as long as it takes."""
        return int(self._values.get("STATEMENT_TIMEOUT_IN_SECONDS", "0")) or None


def _require(name: str) -> None:
    if name == "AUTOCOMMIT":
        raise SqlError.unsupported("Set AUTOCOMMIT to TRUE or FALSE in a statement of its own.")
    if name not in _NAMES:
        raise SqlError.unsupported(f"The session parameter {name} is not emulated locally.")


def _check_timeout(value: str) -> None:
    if not value.isdecimal() or int(value) > _LONGEST_TIMEOUT_SECONDS:
        raise SqlError.compilation(
            f"Invalid value '{value}' for STATEMENT_TIMEOUT_IN_SECONDS: a whole number of seconds, "
            f"{_LONGEST_TIMEOUT_SECONDS} at most.",
            1008,
            "22023",
        )
