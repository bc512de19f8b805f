"""`python -m snowflake_local STATE_DIR`: serve the warehouse of a running local stack."""

from loopback.service import main

from local.stack import Stack
from snowflake_local.server import serve

if __name__ == "__main__":
    main(Stack.read, serve)
