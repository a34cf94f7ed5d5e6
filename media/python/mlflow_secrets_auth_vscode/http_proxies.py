"""No HTTP proxy may stand before this machine."""

import os
from urllib.parse import urlsplit

_NAMES = ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY")


def keep_off_http_proxies(url):
    """Also where NO_PROXY was changed after it was set for us."""
    if not any(os.environ.get(name) for name in _NAMES):
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
