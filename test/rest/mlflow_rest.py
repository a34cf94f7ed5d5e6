"""A plugin of pytest for MLflow's own tests: writes what came of each, and puts the local proxy, with the package, before each
tracking server that they start.

REST_OUTCOMES is the file for the outcomes. With REST_CONTROL, a URL of the runner, the tests go through the proxy: it is told
of each server and answers with the variables that Python has in a connected window.
"""

import contextlib
import functools
import json
import os
import urllib.request

_control = os.environ.get("REST_CONTROL")
_expected = os.environ.get("REST_CREDENTIAL", "").encode()
_outcomes = {}
_requests = {"withCredential": 0, "without": 0}


def _connect(url):
    """From here on, the environment is that of a window that is connected to this server."""
    body = json.dumps({"origin": url}).encode()
    with urllib.request.urlopen(urllib.request.Request(_control, body)) as answer:
        os.environ.update(json.load(answer))


def _counting(app):
    """Says of each request whether it has the credential, which the proxy alone knows."""

    @functools.wraps(app)
    async def counted(scope, receive, send):
        if scope["type"] == "http" and scope["path"] != "/health":
            has_it = (b"authorization", _expected) in scope["headers"]
            _requests["withCredential" if has_it else "without"] += 1
        await app(scope, receive, send)

    return counted


def pytest_configure(config):
    if not _control:
        return
    from tests.tracking import integration_test_utils as utils

    class ServerThread(utils.ServerThread):
        def __init__(self, app, port):
            super().__init__(_counting(app), port)

        def __enter__(self):
            url = super().__enter__()
            _connect(url)
            return url

    start = utils._init_server

    @contextlib.contextmanager
    def init_server(*arguments, **keywords):
        with start(*arguments, **keywords) as url:
            _connect(url)
            yield url

    utils.ServerThread, utils._init_server = ServerThread, init_server


def pytest_runtest_logreport(report):
    before = _outcomes.get(report.nodeid)
    if report.when == "call" or report.outcome != "passed":
        outcome = "error" if report.failed and report.when != "call" else report.outcome
        if before in (None, "passed"):
            _outcomes[report.nodeid] = outcome


def pytest_sessionfinish(session):
    with open(os.environ["REST_OUTCOMES"], "w") as file:
        json.dump({"tests": _outcomes, "requests": _requests}, file)
