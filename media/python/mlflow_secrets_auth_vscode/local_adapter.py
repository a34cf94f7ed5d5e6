"""The last step of a request: what stands before it, an adapter or a mock of the user's too, sees the address that the code names."""

from functools import wraps

from .faults import guarded

# What HTTPAdapter.send is replaced with while a test has answers of its own: no request of theirs leaves.
_DOUBLES = ("responses", "unittest", "mock")
_OPTIONS = ("stream", "timeout", "verify", "cert", "proxies")


def lead_in_adapters(led_for):
    """
    `led_for(request)`: the request that goes to the local proxy in place of this one; None where it goes on as it is.
    requests has no smaller place for that than the method that sends; for all other requests, it does what it did.
    """
    from requests.adapters import HTTPAdapter

    send = HTTPAdapter.send
    if getattr(send, "leads", False):
        return
    if _is_double(send):
        _lead_past(send, led_for)
    # What has come into the place of ours since calls it, or is a mock.
    elif send.__module__ == HTTPAdapter.__module__ or not hasattr(HTTPAdapter, "was_led"):
        HTTPAdapter.send, HTTPAdapter.was_led = _leading(send, led_for), True


def _leading(send, led_for):
    @wraps(send)
    def leading(self, request, *arguments, **keywords):
        led = guarded(led_for, request)
        ours = led and guarded(_of_ours, self, request)
        if not ours:
            return send(self, request, *arguments, **keywords)
        # No HTTP proxy may stand before this machine.
        options = dict(zip(_OPTIONS, arguments), **dict(keywords, proxies={}))
        return _as_asked(request, lambda: send(ours, led, **options))

    leading.leads = True
    return leading


def _lead_past(double, led_for):
    """responses sends what it lets pass by what it found as it was imported."""
    for cell in getattr(double, "__closure__", None) or ():
        real = getattr(cell.cell_contents, "_real_send", None)
        if callable(real) and not getattr(real, "leads", False):
            cell.cell_contents._real_send = _leading(real, led_for)


def _is_double(send):
    module = getattr(send, "__module__", None) or ""
    return module.partition(".")[0] in _DOUBLES or type(send).__module__.partition(".")[0] in _DOUBLES


def _of_ours(adapter, request):
    """
    Sends to the local proxy in the place of `adapter`, which knows `request` alone. An adapter of the user's may connect to
    a gateway, or through an HTTP proxy, whatever the address: these would see the session token.
    """
    from requests.adapters import HTTPAdapter
    from urllib3 import PoolManager

    ours, retries = HTTPAdapter.__new__(HTTPAdapter), adapter.max_retries
    connections = PoolManager(maxsize=getattr(adapter, "_pool_maxsize", 10), block=getattr(adapter, "_pool_block", False))
    # Closed with those of the user's adapter.
    connections.pools = getattr(adapter.poolmanager, "pools", connections.pools)
    if hasattr(retries, "new"):
        # MLflow's client drops the last answer when it gives up: "too many 503 error responses". The answer says why.
        retries = retries.new(raise_on_status=False)
    vars(ours).update(vars(adapter), poolmanager=connections, max_retries=retries)

    def add_headers(led, **options):
        adapter.add_headers(request, **options)
        led.headers.update((name, value) for name, value in request.headers.items() if name.lower() not in ("authorization", "host"))

    ours.add_headers, ours.build_response = add_headers, lambda _led, response: adapter.build_response(request, response)
    return ours


def _as_asked(request, send):
    """The error is one to the request of the user's, too."""
    from requests import RequestException

    try:
        response = send()
    except RequestException as error:
        error.request = request
        raise
    response.is_of_local_proxy = True
    return response
