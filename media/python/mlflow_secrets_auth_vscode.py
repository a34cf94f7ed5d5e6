"""Sends MLflow's requests for one tracking server to the local proxy of "MLflow Secrets Auth for VS Code".

MLflow finds this module through the entry point beside it and uses it while MLFLOW_TRACKING_AUTH names it. It
knows no credential: the proxy adds that. Without the three variables below it does nothing.
"""

import os
import sys
from base64 import b64decode
from functools import lru_cache
from importlib.machinery import SOURCE_SUFFIXES, FileFinder, SourceFileLoader
from urllib.parse import urlsplit, urlunsplit

# Read at every request, so that a running kernel follows the connection.
PROXY = "MLFLOW_SECRETS_AUTH_PROXY"  # http://127.0.0.1:PORT
UPSTREAM = "MLFLOW_SECRETS_AUTH_UPSTREAM"  # https://mlflow.company.com
SESSION = "MLFLOW_SECRETS_AUTH_SESSION"  # the local session token

_DEFAULT_PORTS = {"http": 80, "https": 443}
_HTTP_PROXIES = ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY")


class LocalProxyAuthProvider:
    def get_name(self):
        return "mlflow-secrets-auth-vscode"

    def get_auth(self):
        proxy, upstream, session = (os.environ.get(name) for name in (PROXY, UPSTREAM, SESSION))
        if proxy and upstream and session:
            return _LocalProxyAuth(proxy, upstream, session)
        return None


class _LocalProxyAuth:
    """Called by requests with the finished request, before it chooses an HTTP proxy and a connection."""

    def __init__(self, proxy, upstream, session):
        self._proxy, self._upstream, self._session = proxy, upstream, session

    def __call__(self, request):
        if not self._is_ours(request.url):
            return self._as_without_us(request)
        proxy, target = urlsplit(self._proxy), urlsplit(request.url)
        request.url = urlunsplit((proxy.scheme, proxy.netloc, target.path, target.query, ""))
        request.headers.pop("Host", None)
        request.headers["Authorization"] = "Bearer " + self._session
        _keep_off_http_proxies(request.url)
        return request

    def _is_ours(self, url):
        ours = _origin(self._proxy), _origin(self._upstream)
        if None in ours:
            return False
        if _origin(url) in ours or _origin(url) == ("http", "localhost", ours[0][2]):
            return True
        # mlflow-artifacts://host/ gets the tracking URI's scheme, which is the local proxy's http.
        scheme, _, rest = url.partition(":")
        as_upstream = urlsplit(self._upstream).scheme + ":" + rest
        return (
            scheme == "http"
            and "/api/2.0/mlflow-artifacts/" in urlsplit(url).path
            and _origin(as_upstream) == ours[1]
        )

    def _as_without_us(self, request):
        """The session token is for this machine only; other servers get what they would get without it."""
        from requests.auth import HTTPBasicAuth
        from requests.utils import get_auth_from_url, get_netrc_auth

        credentials = get_netrc_auth(request.url) or get_auth_from_url(request.url)
        if self._holds_session(request.headers.get("Authorization")):
            del request.headers["Authorization"]
            if not any(credentials):
                credentials = _credentials_file()
        return HTTPBasicAuth(*credentials)(request) if any(credentials) else request

    def _holds_session(self, header):
        if not isinstance(header, str):
            return False
        scheme, _, value = header.partition(" ")
        if scheme == "Basic":
            try:
                value = b64decode(value).decode().partition(":")[2]
            except ValueError:
                return False
        return value == self._session


@lru_cache(maxsize=64)
def _origin(url):
    """Scheme, host and port as they are compared; None for what has none."""
    try:
        parts = urlsplit(url)
        port = parts.port or _DEFAULT_PORTS[parts.scheme]
    except (KeyError, ValueError):
        return None
    return (parts.scheme, parts.hostname, port) if parts.hostname else None


def _credentials_file():
    """What MLflow reads when its variables are not set."""
    from configparser import ConfigParser

    parser = ConfigParser()
    parser.read(os.path.expanduser("~/.mlflow/credentials"))
    found = parser["mlflow"] if "mlflow" in parser else {}
    both = found.get("mlflow_tracking_username"), found.get("mlflow_tracking_password")
    return both if all(both) else ()


def _keep_off_http_proxies(url):
    """No HTTP proxy may stand before this machine, even where NO_PROXY was changed after it was set for us."""
    if not any(os.environ.get(name) for name in _HTTP_PROXIES):
        return
    from requests.utils import should_bypass_proxies

    if not should_bypass_proxies(url, no_proxy=None):
        listed = os.environ.get("no_proxy") or os.environ.get("NO_PROXY")
        os.environ["no_proxy"] = ",".join(filter(None, (listed, urlsplit(url).hostname)))


class _FinderOfThisModule(FileFinder):
    """MLflow looks for absent modules with every request: in the folder of this one, they need not be looked for."""

    def find_spec(self, fullname, target=None):
        return super().find_spec(fullname, target) if fullname == __name__ else None


_folder = os.path.dirname(__file__)
if type(sys.path_importer_cache.get(_folder)) is FileFinder:
    sys.path_importer_cache[_folder] = _FinderOfThisModule(_folder, (SourceFileLoader, SOURCE_SUFFIXES))
