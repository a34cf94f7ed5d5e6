"""Takes a kernel that already runs to the connection, and back."""

import json
import os
import sys
from base64 import b64encode

from .variables import BEFORE, PROVIDER, REPLACED, SESSION, USER

_IS_LIST = "prepend"
# What each variable was before, by name: None where there was none.
_before = {}


def connect(changes, host_before):
    """`changes` as the extension makes them; `host_before`: their names as they are where the extension runs, without ours.

    A kernel that was started while the window was connected has ours from the beginning.
    """
    starts_connected = not _before and SESSION in os.environ
    for change in changes:
        name, value = change["name"], change["value"]
        now = os.environ.get(name)
        _before.setdefault(name, host_before.get(name) if starts_connected else now)
        if change["action"] == _IS_LIST:
            present = now.split(change["separator"]) if now else []
            missing = [element for element in value.split(change["separator"]) if element not in present]
            value = change["separator"].join(missing + present)
        os.environ[name] = value
    if BEFORE in os.environ:
        own = {name: _before[name] for name in REPLACED if _before.get(name) is not None}
        own[USER] = os.environ.get("MLFLOW_TRACKING_USERNAME")
        os.environ[BEFORE] = b64encode(json.dumps(own).encode()).decode()
    _register_provider()


def disconnect(changes, host_before):
    """Puts back what is still ours. `changes` and `host_before` as for `connect`, of the connection that has ended."""
    for change in changes:
        name, value = change["name"], change["value"]
        now = os.environ.get(name)
        before = _before.pop(name, host_before.get(name))
        if change["action"] == _IS_LIST and now is not None:
            ours = value.split(change["separator"])
            kept = (before or "").split(change["separator"])
            rest = [element for element in now.split(change["separator"]) if element not in ours or element in kept]
            _set(name, change["separator"].join(rest) or before)
        elif now == value or name == BEFORE:
            _set(name, before)


def _set(name, value):
    if value is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = value


def _register_provider():
    """MLflow reads its plugins once; a registry that is already loaded gets ours from here."""
    registry = sys.modules.get("mlflow.tracking.request_auth.registry")
    providers = getattr(registry, "_request_auth_provider_registry", None)
    from . import LocalProxyAuthProvider

    if providers is not None and PROVIDER not in [provider.get_name() for provider in providers]:
        providers.register(LocalProxyAuthProvider)
