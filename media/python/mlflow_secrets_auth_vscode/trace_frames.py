"""Traces in a notebook's output: MLflow shows them in a frame of the tracking server, which a browser has to sign in to."""

import os
import sys
from urllib.parse import urlsplit

from .variables import PROXY, SESSION, origin

# Of MLflow 3.10 and later. As a variable in the environment it would count for a second tracking server, too.
_SETTING = "MLFLOW_NOTEBOOK_TRACE_RENDERER_BASE_URL"


def sign_in_trace_frames():
    setting = getattr(sys.modules.get("mlflow.environment_variables"), _SETTING, None)
    if setting is None or hasattr(setting.get, "users_own"):
        return
    users_own = setting.get

    def get():
        return users_own() or _frames_of_proxy()

    get.users_own = users_own
    setting.get = get


def _frames_of_proxy():
    """Where the local proxy shows them, while it is the tracking server; None where it is not, as MLflow takes no setting."""
    try:
        proxy, session = os.environ.get(PROXY), os.environ.get(SESSION)
        uri = sys.modules["mlflow"].get_tracking_uri()
        if not proxy or not session or origin(uri) != origin(proxy) or urlsplit(uri).path.strip("/"):
            return None
        return "http://127.0.0.1:{0}/.mlflow-secrets-auth/trace/{1}".format(*_port_and_key(proxy, session))
    except Exception:
        # The frame is then what it is without us.
        return None


def _port_and_key(proxy, session):
    """Saved with the notebook: it opens traces to whoever shows them on this machine, and says nothing of the token."""
    import hashlib
    import hmac
    from base64 import urlsafe_b64encode

    port = origin(proxy)[2]
    secret, _, server = session.rpartition(".")
    text = "trace-frame\n127.0.0.1:{}\n{}".format(port, server)
    key = hmac.new(hashlib.sha256(secret.encode()).digest(), text.encode(), hashlib.sha256).digest()
    return port, urlsafe_b64encode(key).decode().rstrip("=") + "." + server
