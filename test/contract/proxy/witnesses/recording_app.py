"""An ASGI application that remembers every request that its server read, with the body; `/-/seen` tells it."""

import asyncio
import json
import logging

requests = []
errors = []


class Keep(logging.Handler):
    def emit(self, record):
        errors.append(record.getMessage())


logging.getLogger("uvicorn.error").addHandler(Keep(logging.WARNING))


async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    target = scope["raw_path"].decode("latin-1")
    if scope["query_string"]:
        target += "?" + scope["query_string"].decode("latin-1")
    if target == "/-/seen":
        await answer(send, [], json.dumps({"requests": requests, "errors": errors}).encode())
        return
    if target == "/-/forget":
        requests.clear()
        errors.clear()
        await answer(send, [], b"ok")
        return
    fields = [f"{name.decode('latin-1').lower()}: {value.decode('latin-1')}" for name, value in scope["headers"]]
    seen = {"method": scope["method"], "target": target, "fields": fields, "body": "", "complete": False}
    requests.append(seen)
    while not seen["complete"]:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        seen["body"] += message.get("body", b"").decode("latin-1")
        seen["complete"] = not message.get("more_body", False)
    if target == "/slow":
        await asyncio.sleep(0.1)
    body = b"" if scope["method"] == "HEAD" else b"ok"
    await answer(send, [(b"x-target", target.encode("latin-1"))], body)


async def answer(send, headers, body):
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": 200, "headers": [*headers, length]})
    await send({"type": "http.response.body", "body": body})
