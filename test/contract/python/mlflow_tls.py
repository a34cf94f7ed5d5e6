"""Whether MLflow's client gets through in each of these environments: one JSON answer for each JSON case on a line of stdin."""

import json
import os
import sys

from mlflow.utils.credentials import get_default_host_creds
from mlflow.utils.rest_utils import http_request

NAMES = (
    "MLFLOW_TRACKING_SERVER_CERT_PATH",
    "MLFLOW_TRACKING_INSECURE_TLS",
    "MLFLOW_TRACKING_CLIENT_CERT_PATH",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
)


def answer(case):
    for name in NAMES:
        os.environ.pop(name, None)
    os.environ.update(case["environment"])
    response = http_request(
        get_default_host_creds(case["url"]), "/api/x", "GET", max_retries=0, timeout=20, raise_on_status=False
    )
    return {"status": response.status_code, "text": response.text}


for line in sys.stdin:
    try:
        result = answer(json.loads(line))
    except Exception as error:
        cause = error.__cause__ or error
        result = {"error": type(cause).__name__, "text": str(cause)}
    print(json.dumps(result), flush=True)
