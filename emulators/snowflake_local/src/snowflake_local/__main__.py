"""`python -m snowflake_local SETTINGS.json`: serve the account that the settings describe."""

from loopback.service import main

from snowflake_local.http.server import serve
from snowflake_local.settings import Settings

if __name__ == "__main__":
    main(Settings.read, serve)
