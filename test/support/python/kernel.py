"""A notebook's kernel, run as `kernel.py STEPS`, a file with JSON: cells, or an environment to restart the kernel with."""

import json
import sys

from jupyter_client.manager import KernelManager


def main(steps):
    manager = KernelManager(kernel_name="python3")
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    try:
        for step in steps:
            if "restart" in step:
                manager.restart_kernel(now=True, env=step["restart"])
                client.wait_for_ready(timeout=60)
                continue
            seconds = None if step.get("isEndless") else 120
            reply = client.execute_interactive(step["code"], timeout=seconds, output_hook=lambda message: None)
            if reply["content"]["status"] != "ok":
                raise SystemExit(reply["content"]["ename"])
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


with open(sys.argv[1]) as file:
    main(json.load(file))
