"""Program of the container: the web app, served until it is told to end."""

import logging
import sys

import uvicorn

from webapp.base.settings import SettingsError, settings
from webapp.server.application import application

#: Seconds that open requests get to finish when the server is told to end.
_SHUTDOWN_GRACE_SECONDS = 3

#: Longer than the load balancer keeps an idle connection: it would send a request into one that
#: was just closed here, and answer 502.
#: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html
_KEEP_ALIVE_SECONDS = 130


def main() -> None:
    """Serve until told to end; a wrong setting is one sentence and exit code 1."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    # It reports each session that opens and each statement that runs.
    logging.getLogger("snowflake.connector").setLevel(logging.WARNING)
    try:
        of = settings()
    except SettingsError as error:
        sys.exit(str(error))
    uvicorn.run(
        application(of),
        host=of.host,
        port=of.port,
        log_level="warning",
        access_log=False,
        ws="websockets-sansio",
        proxy_headers=True,
        forwarded_allow_ips=of.trusted_proxies,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=_SHUTDOWN_GRACE_SECONDS,
    )


if __name__ == "__main__":
    main()
