"""Requests for servers that the extension does not know: they get what they would get without it."""

import os
import re
from base64 import b64decode, b64encode
from urllib.parse import urlsplit

from .faults import warn_of
from .proof import LocalProxyError, ProvenHeader, prove
from .variables import has_user_of_ours, origin, users_own

# How every session token begins: one is known also where a variable that says which it is was changed or taken away.
_FORM = re.compile(rb"mlflow-vscode-[\w-]{43}")


def replace_session_token(request, session):
    """The session token is worth something on this machine only; here stands what MLflow would have sent."""
    header = request.headers.get("Authorization")
    if not holds_session(header, session) and not (has_user_of_ours(session) and header == _basic(os.environ.get)):
        return
    header = _mlflow_header(session)
    if not header:
        del request.headers["Authorization"]
    else:
        # In its place among the others, so that nothing differs.
        request.headers["Authorization"] = header


def with_users_auth(request, session):
    """As in MLflow's http_request and in requests, this comes after the header and wins. Its errors are the user's."""
    auth = _plugin(session) or _requests_own(request.url)
    return auth(request) if auth else request


def is_for_local_proxy(request):
    """
    Where the variables do not say what is ours: MLflow alone signs in to the local proxy with the session token. Another
    program of this machine does not get to see it, and no other machine does.
    """
    header = request.headers.get("Authorization")
    token = _token_in(header)
    if token is None:
        return False
    scheme, host, port = origin(request.url) or ("", "", 0)
    try:
        if scheme == "http" and host in ("127.0.0.1", "localhost"):
            proxy = "http://127.0.0.1:{}".format(port)
            if not isinstance(header, str):
                header = header.decode("latin-1")
            proven = ProvenHeader(header).of(proxy, token)
            _prove_now(proxy, token)
            target = urlsplit(request.url)
            # The name may stand for another address, at which another program listens.
            request.url = proxy + target.path + ("?" + target.query if target.query else "")
            request.headers["Authorization"] = proven
            return True
    except LocalProxyError:
        pass
    del request.headers["Authorization"]
    return False


def _prove_now(proxy, token):
    try:
        prove(proxy, token)
    except OSError:
        # VS Code may be restarting: each attempt of the request asks for a proof.
        pass


def keep_token_back(request, proxies):
    """A variable may have put the session token where no sign-in is: into the address, another header, or that of a proxy."""
    texts = [request.url, *request.headers.values(), *(proxies or {}).values()]
    if any(_FORM.search(text if isinstance(text, bytes) else str(text).encode("utf-8", "replace")) for text in texts):
        host = (origin(request.url) or ("", "?"))[1]
        raise LocalProxyError(
            "MLflow Secrets Auth: a request for {} has the session token in its address, a header or the address of its HTTP "
            "proxy. Nothing was sent. Take the token out of your code or .env file. (proxy.tokenElsewhere)".format(host)
        )


def holds_session(header, session):
    """In whatever form, and for whatever server: a user name may have a colon in it, or be in Latin-1."""
    # What follows the dot names the tracking server.
    secret = (session.rpartition(".")[0] or session).encode()
    return any(secret in reading or _FORM.search(reading) for reading in _readings(header))


def withhold_session(request, session):
    """Where it is not known to whom it would be shown."""
    header = request.headers.get("Authorization")
    if _token_in(header) or (session and holds_session(header, session)):
        del request.headers["Authorization"]


def _token_in(header):
    """The session token by its form, without the name of a server."""
    for reading in _readings(header):
        found = _FORM.search(reading)
        if found:
            return found.group().decode()
    return None


def _readings(header):
    """The header, and what its words are in Base64."""
    if header is None:
        return
    text = header if isinstance(header, bytes) else str(header).encode("utf-8", "replace")
    yield text
    for word in text.split():
        try:
            yield b64decode(word + b"==")
        except ValueError:
            pass


def _mlflow_header(session):
    file = _credentials_file()
    token = users_own("MLFLOW_TRACKING_TOKEN", session)
    return _basic(lambda name: users_own(name, session) or file.get(name.lower())) or (token and "Bearer " + token)


def _basic(value_of):
    user, password = value_of("MLFLOW_TRACKING_USERNAME"), value_of("MLFLOW_TRACKING_PASSWORD")
    if user and password:
        return "Basic " + b64encode("{}:{}".format(user, password).encode()).decode()
    return None


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
    try:
        from mlflow.tracking.request_auth.registry import fetch_auth
    except ImportError as error:
        # An MLflow that has it elsewhere.
        warn_of(error)
        return None
    return fetch_auth(name)


def _requests_own(url):
    """What requests does where nobody gives it an `auth`."""
    from requests.auth import HTTPBasicAuth
    from requests.utils import get_auth_from_url, get_netrc_auth

    credentials = get_netrc_auth(url) or get_auth_from_url(url)
    return HTTPBasicAuth(*credentials) if any(credentials) else None
