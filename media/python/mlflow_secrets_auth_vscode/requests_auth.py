"""Leads requests for the tracking server to the local proxy."""

import copy
import os
from functools import lru_cache, wraps
from urllib.parse import urlsplit

from .doubles import answers, name_in_cassettes
from .faults import guarded, warn, warn_of
from .local_adapter import lead_in_adapters
from .other_servers import (
    holds_session,
    is_for_local_proxy,
    keep_token_back,
    replace_session_token,
    with_users_auth,
    withhold_session,
)
from .marks import LED_BY_ANOTHER, NAMES_SERVER, is_marked, keep_marks_in_copies, mark
from .proof import ProvenHeader
from .variables import PROVIDER, PROXY, SESSION, UPSTREAM, is_address_for, origin

_ARTIFACTS = "/api/2.0/mlflow-artifacts/"


def from_environment():
    """None where the extension has set nothing."""
    proxy, upstream, session = (os.environ.get(name) for name in (PROXY, UPSTREAM, SESSION))
    return LocalProxyAuth(proxy, upstream, session) if proxy and upstream and session else None


class LocalProxyAuth:
    """Called by requests with the finished request, before it chooses an HTTP proxy and a connection.

    What is for the tracking server keeps its address, without credentials, until an adapter sends it.
    """

    def __init__(self, proxy, upstream, session):
        self._proxy, self._upstream, self._session = proxy, upstream, session

    def __call__(self, request):
        guarded(carry_other_requests)
        return request if self._prepare(request, is_mlflows=True) else with_users_auth(request, self._session)

    def carry(self, request):
        """The same for a request that nobody gave this `auth`. Says whether it goes to the local proxy."""
        return self._prepare(request, is_mlflows=False)

    def led(self, request):
        """What goes to the local proxy in place of the request; None where it goes on as it is."""
        try:
            is_prepared = request.headers.get("Authorization") is None and self._is_to_be_led(request)
            if is_prepared and not answers(request, origin(request.url)):
                name_in_cassettes()
                return self._lead(request)
        except Exception as error:
            self._leave(request, error)
        return None

    def follow(self, request, response):
        """`request`: to where `response` redirects."""
        # Should the next line fail.
        mark(request, LED_BY_ANOTHER, True)
        mark(request, LED_BY_ANOTHER, self._is_of_another_server(response.request))
        if getattr(response, "is_of_local_proxy", False) and self._is_ours(request.url):
            # As requests finds it for the name of the server.
            request.headers.pop("Authorization", None)

    def _is_of_another_server(self, request):
        """Whether that, or what led to it, is for another host: its redirects must not act as the user at the tracking server."""
        if is_marked(request, LED_BY_ANOTHER):
            return True
        asked, upstream = origin(request.url), origin(self._upstream)
        is_host = None not in (asked, upstream) and asked[1] == upstream[1]
        return not is_host and not self._is_for_us(request)

    def _prepare(self, request, is_mlflows):
        header = request.headers.get("Authorization")
        try:
            # Other credentials than the session token are in a request of the user's own on purpose.
            is_meant = is_mlflows or header is None or holds_session(header, self._session)
            mark(request, NAMES_SERVER, self._is_ours(request.url))
            if is_meant and self._is_to_be_led(request):
                request.headers.pop("Authorization", None)
                return True
            if not is_meant and self._is_ours(request.url):
                _name_other_plugin()
            replace_session_token(request, self._session)
        except Exception as error:
            self._leave(request, error)
        return False

    def _lead(self, request):
        led, target = copy.copy(request), urlsplit(request.url)
        # Not as the variable writes it, which another parser may take for another host.
        local = "http://127.0.0.1:{}".format(origin(self._proxy)[2])
        led.url = local + target.path + ("?" + target.query if target.query else "")
        led.headers = request.headers.copy()
        led.headers.pop("Host", None)
        led.headers["Authorization"] = ProvenHeader("Bearer " + self._session).of(self._proxy, self._session, request.url)
        return led

    def _is_to_be_led(self, request):
        return self._is_for_us(request) and not is_marked(request, LED_BY_ANOTHER)

    def _is_for_us(self, request):
        """Adapters may have an IP address in the place of the name by now."""
        return self._is_ours(request.url, is_marked(request, NAMES_SERVER))

    def _is_ours(self, url, may_be_address=False):
        local, upstream, asked = origin(self._proxy), origin(self._upstream), origin(url)
        if None in (local, upstream) or local[:2] != ("http", "127.0.0.1"):
            return False
        if asked in (local, ("http", "localhost", local[2])):
            return True
        path = urlsplit(url).path
        if asked == upstream or (may_be_address and is_address_for(asked, upstream)):
            bases = (urlsplit(each).path.rstrip("/") for each in (self._upstream, _as_sent(self._upstream)))
            return any(path == base or path.startswith(base + "/") for base in bases)
        # mlflow-artifacts://host/ gets the tracking URI's scheme, which is the local proxy's http.
        scheme, _, rest = url.partition(":")
        return scheme == "http" and _ARTIFACTS in path and origin(upstream[0] + ":" + rest) == upstream

    def _leave(self, request, error):
        """The session token goes nowhere else."""
        withhold_session(request, self._session)
        warn_of(error)


@lru_cache(maxsize=4)
def _as_sent(url):
    """requests has its own way to write what is encoded in a path."""
    from requests import PreparedRequest

    request = PreparedRequest()
    request.prepare_url(url, None)
    return request.url


def _name_other_plugin():
    """It was put in the place of ours after the connection, as a .env file does, and nobody would see why the server says no."""
    name = os.environ.get("MLFLOW_TRACKING_AUTH")
    if name and name != PROVIDER:
        message = (
            "MLflow Secrets Auth: MLFLOW_TRACKING_AUTH is {}, so that plugin signs in at the tracking server, and VS Code "
            "does not. Take the variable out of your code or .env file to change that."
        )
        warn(message.format(name))


def _carry(session, request, options):
    """True, unless it fails."""
    auth = from_environment()
    if not (auth.carry(request) if auth else is_for_local_proxy(request)):
        keep_token_back(request, options["proxies"] if "proxies" in options else _found_proxies(session))
    return True


def _found_proxies(session):
    """Among them are those that requests takes where nobody gave any."""
    from requests.utils import getproxies

    return {**(getproxies() if session.trust_env else {}), **(session.proxies or {})}


def _led(request):
    auth = from_environment()
    if auth:
        return auth.led(request)
    return request if isinstance(request.headers.get("Authorization"), ProvenHeader) else None


def carry_other_requests():
    """Requests that do not go through MLflow's client, too: of exporters, of judges, of the user's own code.

    Called again with each of MLflow's: requests may have been loaded anew, or was a test's until now.
    """
    from requests import Session

    lead_in_adapters(_led)
    keep_marks_in_copies()
    if not getattr(Session.send, "carries", False):
        Session.send = _carrying(Session.send)
    # A subclass may have one of these in its own way, and not call that of requests.
    for name in ("rebuild_method", "rebuild_auth"):
        rebuild = getattr(Session, name)
        # Apart from the above: a mock gives back the one, and not the other.
        if not getattr(rebuild, "follows", False):
            setattr(Session, name, _following(rebuild))


# The parameters below are called as those of requests: a subclass may pass them by name.
def _carrying(send):
    @wraps(send)
    def carrying(self, request, **kwargs):
        guarded(lead_in_adapters, _led)
        if not guarded(_carry, self, request, kwargs):
            guarded(withhold_session, request, os.environ.get(SESSION))
        return send(self, request, **kwargs)

    carrying.carries = True
    return carrying


def _following(rebuild):
    """What requests does for each redirect, before it sends the request."""

    @wraps(rebuild)
    def rebuilding(self, prepared_request, response):
        rebuild(self, prepared_request, response)
        auth = from_environment()
        if auth:
            guarded(auth.follow, prepared_request, response)

    rebuilding.follows = True
    return rebuilding
