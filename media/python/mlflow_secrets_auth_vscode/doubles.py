"""Mocks that play below requests: they know the tracking server by the address that the code names, and no other."""

import sys

from .proof import ProvenHeader


def answers(request, asked):
    """Whether a mock that is in force has something for the address `asked`, which is the origin of the request's."""
    return _pook_answers(request) or _httpretty_answers(asked) or _mocket_answers(asked)


def _pook_answers(request):
    """Where it forbids the network, it says of what it does not know that it does not."""
    engine = getattr(sys.modules.get("pook.api"), "_engine", None)
    if not getattr(engine, "active", False):
        return False
    if not engine.networking:
        return True
    from pook import Request

    body = request.body if isinstance(request.body, (bytes, str)) else None
    seen = Request(method=request.method, url=request.url, headers=dict(request.headers), body=body)
    return any(mock.matchers.match(seen)[0] for mock in engine.mocks)


def _httpretty_answers(asked):
    core = sys.modules.get("httpretty.core")
    if core is None or not core.httpretty.is_enabled():
        return False
    scheme, host, port = asked
    known = core.httpretty.match_https_hostname(host) if scheme == "https" else core.httpretty.match_http_address(host, port)
    return known is not None


def _mocket_answers(asked):
    import socket

    mocket = sys.modules.get("mocket.mocket")
    if mocket is None or not socket.socket.__module__.startswith("mocket"):
        return False
    return bool(mocket.Mocket._entries.get(asked[1:]))


def name_in_cassettes():
    """vcrpy reads and writes its cassettes with the address that the code names, and without the session token."""
    from urllib3.connectionpool import HTTPSConnectionPool

    cassette = getattr(HTTPSConnectionPool.ConnectionCls, "cassette", None)
    before_record = getattr(cassette, "_before_record_request", None)
    if before_record is None or getattr(before_record, "names", False):
        return

    def named(request):
        for header in request.headers.values():
            header = header[0] if isinstance(header, (list, tuple)) and header else header
            if isinstance(header, ProvenHeader) and header.asked:
                headers = {name: value for name, value in request.headers.items() if name.lower() != "authorization"}
                return before_record(type(request)(request.method, header.asked, request.body, headers))
        return before_record(request)

    named.names = True
    cassette._before_record_request = named
