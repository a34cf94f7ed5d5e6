"""What Python's requests does in each of these environments: one JSON answer for each JSON case on a line of stdin."""

import json
import os
import sys

import requests
from requests.utils import select_proxy


def clear() -> None:
    for name in list(os.environ):
        if name.lower().endswith("_proxy") or name in ("REQUEST_METHOD", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
            del os.environ[name]


def answer(case):
    clear()
    os.environ.update(case["environment"])
    session = requests.Session()
    session.proxies = {}
    if case.get("get"):
        response = session.get(case["url"], headers=case.get("headers"), timeout=20)
        return {"status": response.status_code, "text": response.text}
    settings = session.merge_environment_settings(case["url"], {}, None, None, None)
    return {"proxy": select_proxy(case["url"], settings["proxies"])}


for line in sys.stdin:
    try:
        result = answer(json.loads(line))
    except Exception as error:
        result = {"error": type(error).__name__}
    print(json.dumps(result), flush=True)
