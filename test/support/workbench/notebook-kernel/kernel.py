"""Runs cells on a real ipykernel: one JSON object for each line in, one for each output out."""

import json
import os
import sys

from jupyter_client.manager import start_new_kernel


def send(**message):
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def hook(message):
    content = message["content"]
    match message["msg_type"]:
        case "stream":
            send(type="stream", name=content["name"], data=content["text"])
        case "display_data" | "execute_result":
            send(type="data", data={k: v for k, v in content["data"].items() if isinstance(v, str)})
        case "error":
            trace = "\n".join(content["traceback"])
            send(type="error", ename=content["ename"], evalue=content["evalue"], traceback=trace)


manager, client = start_new_kernel(kernel_name="python3", env=dict(os.environ))
try:
    for line in sys.stdin:
        reply = client.execute_interactive(json.loads(line)["code"], output_hook=hook, allow_stdin=False)
        send(type="done", ok=reply["content"]["status"] == "ok")
finally:
    client.stop_channels()
    manager.shutdown_kernel(now=True)
