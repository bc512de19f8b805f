"""`python -m local.warehouse STATE_DIR`: serve the warehouse of a running local stack."""

from local.service import main
from local.warehouse.server import serve

if __name__ == "__main__":
    main(serve)
