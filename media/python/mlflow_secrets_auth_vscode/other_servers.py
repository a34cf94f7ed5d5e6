"""Requests for servers that the extension does not know: they get what they would get without it."""

import os
from base64 import b64decode, b64encode

from .variables import users_own


def replace_session_token(request, session):
    """The session token is worth something on this machine only; here stands what MLflow would have sent."""
    if not holds_session(request.headers.get("Authorization"), session):
        return
    del request.headers["Authorization"]
    header = _mlflow_header(session)
    if header is not None:
        request.headers["Authorization"] = header


def with_users_auth(request, session):
    """As in MLflow's http_request and in requests, this comes after the header and wins. Its errors are the user's."""
    auth = _plugin(session) or _requests_own(request.url)
    return auth(request) if auth else request


def holds_session(header, session):
    if isinstance(header, bytes):
        header = header.decode("latin-1")
    if not isinstance(header, str):
        return False
    scheme, _, value = header.partition(" ")
    if scheme == "Basic":
        try:
            value = b64decode(value).decode().partition(":")[2]
        except ValueError:
            return False
    return value == session


def _mlflow_header(session):
    names = "MLFLOW_TRACKING_USERNAME", "MLFLOW_TRACKING_PASSWORD"
    file = _credentials_file()
    user, password = (users_own(name, session) or file.get(name.lower()) for name in names)
    if user and password:
        return "Basic " + b64encode("{}:{}".format(user, password).encode()).decode()
    token = users_own("MLFLOW_TRACKING_TOKEN", session)
    return "Bearer " + token if token else None


def _credentials_file():
    path = os.path.expanduser("~/.mlflow/credentials")
    if not os.path.exists(path):
        return {}
    from configparser import ConfigParser

    parser = ConfigParser()
    parser.read(path)
    return parser["mlflow"] if "mlflow" in parser else {}


def _plugin(session):
    if (users_own("MLFLOW_TRACKING_AWS_SIGV4", session) or "").lower() in ("true", "1"):
        from requests_auth_aws_sigv4 import AWSSigV4

        return AWSSigV4("execute-api")
    name = users_own("MLFLOW_TRACKING_AUTH", session)
    if not name:
        return None
    from mlflow.tracking.request_auth.registry import fetch_auth

    return fetch_auth(name)


def _requests_own(url):
    """What requests does where nobody gives it an `auth`."""
    from requests.auth import HTTPBasicAuth
    from requests.utils import get_auth_from_url, get_netrc_auth

    credentials = get_netrc_auth(url) or get_auth_from_url(url)
    return HTTPBasicAuth(*credentials) if any(credentials) else None
