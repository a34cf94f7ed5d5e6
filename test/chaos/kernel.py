"""A notebook's kernel whose one cell is clients of MLflow; run as `kernel.py ADDRESS`, with the environment for kernels."""

import os
import sys

from jupyter_client.manager import KernelManager

CELL = """
import sys
sys.path.insert(0, {folder!r})
from clients import be_clients
be_clients({address!r})
"""


def main(address):
    manager = KernelManager(kernel_name="python3")
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    try:
        folder = os.path.dirname(os.path.abspath(__file__))
        client.execute_interactive(CELL.format(folder=folder, address=address), output_hook=lambda message: None)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


if __name__ == "__main__":
    main(sys.argv[1])
