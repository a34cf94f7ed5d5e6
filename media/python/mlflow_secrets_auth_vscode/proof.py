"""Whoever listens at the port proves to be the local proxy before the session token is shown."""

import atexit
import os
from base64 import urlsafe_b64encode

from .variables import HOST, origin


class LocalProxyError(RuntimeError):
    """Nothing was sent, and trying again is no use: no OSError, which urllib3 would retry for minutes."""


class ProvenHeader(str):
    """A header that is sent only to the local proxy.

    http.client encodes it at each attempt, retries of urllib3 included, before it connects or sends a byte: whoever has
    the port by then has to prove that it is the proxy.
    """

    def of(self, proxy, session, asked=None):
        """`asked`: the address that the code names."""
        self.proxy, self.session, self.asked = proxy, session, asked
        return self

    def __str__(self):
        # The text of it is for the local proxy only, too.
        return self

    def __format__(self, _):
        return self

    def encode(self, *arguments, **keywords):
        prove(self.proxy, self.session)
        return super().encode(*arguments, **keywords)


# The connection over which a proxy proved itself: as long as it is open, nobody else can have the port.
_proven = {}

# Our proxy answers at once, unless the machine is busy: then the request is tried again.
_answer_timeout_seconds = 5


def forget_proofs():
    while _proven:
        _proven.popitem()[1].close()


atexit.register(forget_proofs)

if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=forget_proofs)


def prove(proxy, session):
    """
    Raises where the listener does not, or where nobody listens. Without a lock, though two threads may each ask for a proof:
    it would be held while an answer is awaited, and a thread that gevent has split up would wait for itself.
    """
    connection = _proven.get((proxy, session))
    if connection is not None and _is_open(connection):
        return
    for gone in (connection, connection and _proven.pop((proxy, session), None)):
        if gone is not None:
            gone.close()
    proven = _proven_connection(proxy, session)
    if _proven.setdefault((proxy, session), proven) is not proven:
        proven.close()


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
    import socket

    port = origin(proxy)[2]
    nonce = urlsafe_b64encode(os.urandom(24)).decode()
    # What follows the dot names the tracking server.
    key = hashlib.sha256((session.rpartition(".")[0] or session).encode()).digest()
    text = "127.0.0.1:{}\n{}".format(port, nonce)
    expected = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    try:
        connection = socket.create_connection(("127.0.0.1", port), timeout=_answer_timeout_seconds)
    except ConnectionRefusedError:
        if _elsewhere():
            raise LocalProxyError(_elsewhere()) from None
        # VS Code may be restarting; MLflow tries again for minutes.
        raise
    except ConnectionResetError:
        raise _restarting(proxy) from None
    try:
        request = "GET /.mlflow-secrets-auth/proof?nonce={} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n\r\n"
        connection.sendall(request.format(nonce, port).encode())
        answer = _answer(connection)
        head, _, given = answer.partition(b"\r\n\r\n")
        if answer == b"" or head.startswith(b"HTTP/1.1 503 "):
            raise _restarting(proxy)
        if not head.startswith(b"HTTP/1.1 200 ") or not hmac.compare_digest(given, expected.encode()):
            raise LocalProxyError(_elsewhere() or _not_ours(proxy))
        connection.setblocking(False)
    except (BrokenPipeError, ConnectionResetError):
        connection.close()
        raise _restarting(proxy) from None
    except BaseException:
        connection.close()
        raise
    return connection


def _restarting(proxy):
    """Without an error number: urllib3 takes EPIPE and ECONNRESET for the end of a request that was sent, and reads on."""
    return ConnectionResetError("The local proxy at {} is restarting or busy.".format(proxy))


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
        # Half an answer is none of ours.
        pass
    return answer


def _not_ours(proxy):
    return (
        "MLflow Secrets Auth: another program listens at {}, or the session token was revoked. Nothing was sent. "
        "Open a new terminal, or restart the kernel, in the VS Code window that is connected to MLflow. "
        "(proxy.wrongToken)"
    ).format(proxy)


def _elsewhere():
    """A sentence where the environment was made on another machine or in another container, as in a Slurm job."""
    import socket

    made_on, this = os.environ.get(HOST), socket.gethostname()
    if not made_on or made_on.casefold() == this.casefold():
        return ""
    return (
        "MLflow Secrets Auth: the variables of this environment were made on {}, and this is {}: the local proxy of VS "
        "Code can be used on that machine only. Start the program there, or set MLFLOW_TRACKING_URI and credentials "
        "for this machine. (proxy.otherMachine)"
    ).format(made_on, this)
