"""Settings of the emulator: one JSON file, read once at the start."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from loopback.credentials import Credentials


@dataclass(frozen=True, kw_only=True)
class Settings:
    """One account: its place on this machine and in a cloud that is not there."""

    #: TCP port on loopback.
    port: int
    #: Folder of the database files and of the internal stages.
    data_dir: Path
    #: AWS account of Snowflake's own principal, the one that trust policies speak of.
    account_id: str
    #: AWS region of the account and of the API.
    region: str
    #: Access keys, by the ARN of the principal that signs with them.
    principals: Mapping[str, Credentials] = field(repr=False)
    #: Where roles are assumed, that of each API integration with its external id.
    sts_endpoint_url: str
    #: Addresses as statements name them, and where they lead on this machine.
    addresses: Mapping[str, str] = field(default_factory=dict)
    #: The user who has the role ACCOUNTADMIN from the start.
    administrator: str = "ADMIN"
    #: The role that owns what database files from before there were owners hold.
    heir: str = "SYSADMIN"
    #: Value of CURRENT_CLIENT().
    client: str = "snowflake_local"
    #: Seconds between two polls of an asynchronous call, at most; the first come sooner.
    longest_poll_seconds: float = 5.0
    #: The way out, for whoever has a damaged database file and no copy of it.
    without_copy: str = "delete it"

    @property
    def iam_user_arn(self) -> str:
        """Snowflake's own principal, of which a role's trust policy speaks."""
        return f"arn:aws:iam::{self.account_id}:user/snowflake-local"
