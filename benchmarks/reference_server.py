"""The endpoint of Snowflake's guide in its own shape, for comparison: one `predict` per row.

Flask behind gunicorn with gevent workers; text/csv in, text/csv out; pandas, `iterrows`,
`np.append`. The guide's container also has nginx in front, which is left out in its favour.
"""

import io
import os

import flask
import numpy as np
import pandas as pd
from surprise import dump

application = flask.Flask(__name__)
_, _algorithm = dump.load(os.environ["REFERENCE_MODEL"])


@application.get("/ping")
def ping() -> flask.Response:
    """Health."""
    return flask.Response(response="\n", status=200, mimetype="application/json")


@application.post("/invocations")
def invocations() -> flask.Response:
    """One line `user,item` for each row in, one estimate for each out."""
    text = flask.request.data.decode("utf-8")
    pairs = pd.read_csv(io.StringIO(text), header=None, dtype=str)
    estimates = np.array([])
    for _, row in pairs.iterrows():
        estimates = np.append(estimates, _algorithm.predict(row[0], row[1]).est)
    out = io.StringIO()
    pd.DataFrame({"results": estimates}).to_csv(out, header=False, index=False)
    return flask.Response(response=out.getvalue(), status=200, mimetype="text/csv")
