"""Access keys of an emulator: random, in AWS's shape, secrets of nobody's account."""

import secrets
from dataclasses import dataclass


@dataclass(frozen=True)
class Credentials:
    """An access key of the emulator."""

    aws_access_key_id: str
    aws_secret_access_key: str

    def variables(self) -> dict[str, str]:
        """The variables in which an AWS SDK looks for the key."""
        return {
            "AWS_ACCESS_KEY_ID": self.aws_access_key_id,
            "AWS_SECRET_ACCESS_KEY": self.aws_secret_access_key,
        }

    @classmethod
    def generate(cls) -> "Credentials":
        """A random pair in AWS's shape."""
        return cls("AKIA" + secrets.token_hex(8).upper(), secrets.token_urlsafe(30))
