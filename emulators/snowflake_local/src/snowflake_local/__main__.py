"""`python -m snowflake_local SETTINGS.json`: serve the account that the settings describe."""

from functools import partial

from loopback import settings_file
from loopback.service import main

from snowflake_local.http.server import serve
from snowflake_local.settings import Settings

if __name__ == "__main__":
    main(partial(settings_file.read, Settings), serve)
