"""What the extension puts into the environment, read at every request, so that a running kernel follows the connection."""

import json
import os
import re
from base64 import b64decode
from functools import lru_cache
from urllib.parse import urlsplit

# No name has KEY, SECRET or TOKEN in it: sandboxes of coding agents take such variables out.
PROXY = "MLFLOW_VSCODE_ADDRESS"  # not …_PROXY, which Python takes for an HTTP proxy: http://127.0.0.1:PORT
UPSTREAM = "MLFLOW_VSCODE_UPSTREAM"  # https://mlflow.company.com/path
SESSION = "MLFLOW_VSCODE_SESSION"  # the session token
HOST = "MLFLOW_VSCODE_HOST"  # the machine that all this is for
BEFORE = "MLFLOW_VSCODE_BEFORE"  # the user's own values of MLflow's variables, which ours replaced

REPLACED = (
    "MLFLOW_TRACKING_USERNAME",
    "MLFLOW_TRACKING_PASSWORD",
    "MLFLOW_TRACKING_TOKEN",
    "MLFLOW_TRACKING_AUTH",
    "MLFLOW_TRACKING_AWS_SIGV4",
)
# In the list of those: the name that we give, which the user's code may leave beside a password of its own.
USER = "userName"
PROVIDER = "mlflow-secrets-auth-vscode"

# Of an IPv4 address, as the C library reads it: 127.0.0.1, 127.1, 0x7f000001.
_NUMBERS = re.compile(r"[0-9][0-9a-fx.]*$")
_DEFAULT_PORTS = {"http": 80, "https": 443}


@lru_cache(maxsize=64)
def origin(url):
    """Scheme, host and port as they are compared; None for what has none."""
    try:
        parts = urlsplit(url)
        port = parts.port or _DEFAULT_PORTS[parts.scheme]
    except (KeyError, ValueError):
        return None
    host = _host(parts.hostname or "")
    return (parts.scheme, host, port) if host else None


def _host(name):
    """A dot at the end names the same host, and an IP address has many spellings; VS Code's has one."""
    import socket

    host = name[:-1] if name.endswith(".") else name
    try:
        if ":" in host:
            return socket.inet_ntop(socket.AF_INET6, socket.inet_pton(socket.AF_INET6, host))
        if _NUMBERS.match(host):
            return socket.inet_ntoa(socket.inet_aton(host))
    except OSError:
        pass
    return host


def is_address_for(asked, named):
    """Whether the origin `asked` has an IP address where `named` has a name, and is else the same."""
    is_other_host = asked[1] != named[1] and (asked[0], asked[2]) == (named[0], named[2])
    return is_other_host and _is_address(asked[1]) and not _is_address(named[1])


def _is_address(host):
    return ":" in host or _NUMBERS.match(host) is not None


def users_own(name, session):
    """A variable as it would be without the extension: what the user's code has set since, or what it was before."""
    value = os.environ.get(name)
    return _before(os.environ.get(BEFORE)).get(name) if _is_ours(name, value, session) else value


def _is_ours(name, value, session):
    if name == "MLFLOW_TRACKING_USERNAME":
        before = _before(os.environ.get(BEFORE))
        if before.get(USER, value) != value:
            return False
        return os.environ.get("MLFLOW_TRACKING_PASSWORD") == session or has_user_of_ours(session)
    return value in {"MLFLOW_TRACKING_AUTH": (PROVIDER,), "MLFLOW_TRACKING_AWS_SIGV4": ("false",)}.get(name, (session,))


def has_user_of_ours(session):
    """Beside a password of the user's own, for which their own name was replaced."""
    before = _before(os.environ.get(BEFORE))
    ours, own = before.get(USER), before.get("MLFLOW_TRACKING_USERNAME")
    has_password = os.environ.get("MLFLOW_TRACKING_PASSWORD") not in (None, session)
    return bool(ours and own) and os.environ.get("MLFLOW_TRACKING_USERNAME") == ours and has_password


@lru_cache(maxsize=4)
def _before(text):
    try:
        found = json.loads(b64decode(text or "e30="))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
