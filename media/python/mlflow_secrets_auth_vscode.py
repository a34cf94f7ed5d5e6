"""Sends MLflow's requests for one tracking server to the local proxy of "MLflow Secrets Auth for VS Code".

MLflow finds this module through the entry point beside it and uses it while MLFLOW_TRACKING_AUTH names it. It
knows no credential: the proxy adds that. Without the three variables below it does nothing.
"""

import atexit
import os
import sys
import threading
from base64 import b64decode
from functools import lru_cache
from importlib.machinery import SOURCE_SUFFIXES, FileFinder, SourceFileLoader
from urllib.parse import urlsplit, urlunsplit

# Read at every request, so that a running kernel follows the connection.
PROXY = "MLFLOW_SECRETS_AUTH_PROXY"  # http://127.0.0.1:PORT
UPSTREAM = "MLFLOW_SECRETS_AUTH_UPSTREAM"  # https://mlflow.company.com
SESSION = "MLFLOW_SECRETS_AUTH_SESSION"  # the session token
HOST = "MLFLOW_SECRETS_AUTH_HOST"  # the machine that all this is for

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
        request.headers["Authorization"] = _ProvenHeader("Bearer " + self._session).of(self._proxy, self._session)
        _keep_off_http_proxies(request.url)
        _return_last_answers()
        return request

    def _is_ours(self, url):
        ours = _origin(self._proxy), _origin(self._upstream)
        if None in ours or ours[0][:2] != ("http", "127.0.0.1"):
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


class LocalProxyError(RuntimeError):
    """Nothing was sent, and trying again is no use: no OSError, which urllib3 would retry for minutes."""


class _ProvenHeader(str):
    """A header that is sent only to the local proxy.

    http.client encodes it at each attempt, retries of urllib3 included, before it connects or sends a byte: whoever has
    the port by then has to prove that it is the proxy.
    """

    def of(self, proxy, session):
        self.proxy, self.session = proxy, session
        return self

    def encode(self, *arguments, **keywords):
        _prove(self.proxy, self.session)
        return super().encode(*arguments, **keywords)


# The connection over which a proxy proved itself: as long as it is open, nobody else can have the port.
_proven = {}
_proving = threading.Lock()


def _forget_proofs():
    global _proving
    _proving = threading.Lock()
    while _proven:
        _proven.popitem()[1].close()


atexit.register(_forget_proofs)

if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_proofs)


def _prove(proxy, session):
    with _proving:
        connection = _proven.get((proxy, session))
        if connection is not None and _is_open(connection):
            return
        if connection is not None:
            _proven.pop((proxy, session)).close()
        _proven[proxy, session] = _proven_connection(proxy, session)


def _is_open(connection):
    import socket

    try:
        connection.recv(1, socket.MSG_PEEK)
    except BlockingIOError:
        return True
    except OSError:
        pass
    return False


def _proven_connection(proxy, session):
    """A keyed hash over a nonce shows that the listener has the session token, which is not sent."""
    import hashlib
    import hmac
    import secrets
    import socket

    port = _origin(proxy)[2]
    nonce = secrets.token_urlsafe(24)
    # What follows the dot names the tracking server.
    key = hashlib.sha256((session.rpartition(".")[0] or session).encode()).digest()
    text = "127.0.0.1:{}\n{}".format(port, nonce)
    expected = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    try:
        connection = socket.create_connection(("127.0.0.1", port), timeout=5)
    except ConnectionRefusedError:
        if _elsewhere():
            raise LocalProxyError(_elsewhere()) from None
        # VS Code may be restarting; MLflow tries again for minutes.
        raise
    try:
        request = "GET /.mlflow-secrets-auth/proof?nonce={} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n\r\n"
        connection.sendall(request.format(nonce, port).encode())
        answer = _answer(connection)
        head, _, given = answer.partition(b"\r\n\r\n")
        if answer == b"" or head.startswith(b"HTTP/1.1 503 "):
            raise ConnectionResetError("The local proxy at {} is restarting or busy.".format(proxy))
        if not head.startswith(b"HTTP/1.1 200 ") or not hmac.compare_digest(given, expected.encode()):
            raise LocalProxyError(_not_ours(proxy))
        connection.setblocking(False)
    except BaseException:
        connection.close()
        raise
    return connection


def _answer(connection):
    """Until the proof is there, or something that is none."""
    import socket

    answer = b""
    try:
        while len(answer) < 4096 and len(answer.partition(b"\r\n\r\n")[2]) < 64:
            part = connection.recv(4096)
            if not part:
                break
            answer += part
    except socket.timeout:
        # Our proxy answers at once.
        answer += b"?"
    return answer


def _not_ours(proxy):
    return (
        "MLflow Secrets Auth: another program listens at {}, or the session token was revoked. Nothing was sent. "
        "Open a new terminal, or restart the kernel, in the VS Code window that is connected to MLflow. {}"
    ).format(proxy, _elsewhere()).strip()


def _elsewhere():
    """A sentence where the environment was made on another machine or in another container, as in a Slurm job."""
    import socket

    made_on, this = os.environ.get(HOST), socket.gethostname()
    if not made_on or made_on.casefold() == this.casefold():
        return ""
    return (
        "MLflow Secrets Auth: the variables of this environment were made on {}, and this is {}: the local proxy of VS "
        "Code can be used on that machine only. Start the program there, or set MLFLOW_TRACKING_URI and credentials "
        "for this machine."
    ).format(made_on, this)


def _return_last_answers():
    """MLflow's client drops the last answer when it gives up: "too many 503 error responses". The answer says why.

    So our requests get it back, and MLflow raises what is in it. requests has no smaller place for that than the method
    that sends; it is replaced once, and does what it did for all other requests.
    """
    from requests.adapters import HTTPAdapter

    send = HTTPAdapter.send
    if getattr(send, "returns_last_answers", False):
        return

    def send_ours(self, request, *arguments, **keywords):
        if isinstance(request.headers.get("Authorization"), _ProvenHeader) and hasattr(self.max_retries, "new"):
            retries = self.max_retries.new(raise_on_status=False)
            # Other threads use the adapter, too; connections stay common.
            self, shared = HTTPAdapter.__new__(type(self)), vars(self)
            vars(self).update(shared, max_retries=retries)
        return send(self, request, *arguments, **keywords)

    send_ours.returns_last_answers = True
    HTTPAdapter.send = send_ours


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
        _keep_off_system_proxies()
        return
    from requests.utils import should_bypass_proxies

    if not should_bypass_proxies(url, no_proxy=None):
        listed = os.environ.get("no_proxy") or os.environ.get("NO_PROXY")
        os.environ["no_proxy"] = ",".join(filter(None, (listed, urlsplit(url).hostname)))


def _keep_off_system_proxies():
    """On macOS and Windows the system may name one; a variable would hide it from requests for other servers, too."""
    from requests import utils

    bypass = utils.proxy_bypass
    if not getattr(bypass, "keeps_off_proxies", False) and utils.getproxies():
        utils.proxy_bypass = lambda host, *others: host == "127.0.0.1" or bypass(host, *others)
        utils.proxy_bypass.keeps_off_proxies = True


class _FinderOfThisModule(FileFinder):
    """MLflow looks for absent modules with every request: in the folder of this one, they need not be looked for."""

    def find_spec(self, fullname, target=None):
        return super().find_spec(fullname, target) if fullname == __name__ else None


_folder = os.path.dirname(__file__)
if type(sys.path_importer_cache.get(_folder)) is FileFinder:
    sys.path_importer_cache[_folder] = _FinderOfThisModule(_folder, (SourceFileLoader, SOURCE_SUFFIXES))
