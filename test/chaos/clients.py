"""Forks clients of MLflow that log on and on: one for each connection, on which it says line by line what happens.

A notebook's kernel imports it, and is one client after the other by itself.
"""

import hashlib
import json
import logging
import os
import signal
import socket
import sys
import tempfile
import threading
import time

from mlflow import MlflowClient

PIECE = 1 << 20


class Conductor:
    """Whoever asked for this client; without whom it ends, whatever it is waiting for."""

    def __init__(self, connection):
        self.connection = connection
        lines = connection.makefile("r")
        self.request = json.loads(lines.readline())
        self.stopped = threading.Event()
        self.finished = threading.Event()
        threading.Thread(target=self._listen, args=(lines,), daemon=True).start()

    def _listen(self, lines):
        if lines.readline() == "stop\n":
            self.stopped.set()
            lines.readline()
        if not self.finished.is_set():
            os._exit(1)

    def says_stop(self):
        """Waits for the pause between two steps."""
        return self.stopped.wait(self.request["pauseMs"] / 1000)

    def tell(self, **event):
        self.connection.sendall(json.dumps(event).encode() + b"\n")


class Retries(logging.Handler):
    """What urllib3 tries again, which MLflow's client does not tell."""

    def __init__(self, conductor):
        super().__init__()
        self.conductor = conductor

    def emit(self, record):
        words = record.getMessage()
        if words.startswith("Retry"):
            self.conductor.tell(kind="retried", error=words[:400])

    def listen(self):
        logger = logging.getLogger("urllib3.connectionpool")
        # An answer that is tried again is told on this level only.
        logger.setLevel(logging.DEBUG)
        logger.propagate = False
        logger.handlers[:] = [self]


def attempt(conductor, what, call):
    """Runs a call of MLflow's client and tells how long it took, and whether it was given up."""
    begun = time.time()
    try:
        result = call()
    except Exception as error:
        words = " ".join(str(error).split())[:400]
        conductor.tell(kind="failed", what=what, begun=begun, ended=time.time(), error=words)
        return None
    conductor.tell(kind="done", what=what, begun=begun, ended=time.time())
    return result


def upload(client, conductor, run, size):
    """A file that nobody can guess; it is told by its hash."""
    digest = hashlib.sha256()
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "weights.bin")
        with open(path, "wb") as file:
            for begin in range(0, size, PIECE):
                piece = os.urandom(min(PIECE, size - begin))
                digest.update(piece)
                file.write(piece)
        conductor.tell(kind="artifact", path="weights.bin", sha256=digest.hexdigest())
        attempt(conductor, "artifact", lambda: client.log_artifact(run, path))


def log(conductor):
    client = MlflowClient()
    Retries(conductor).listen()
    request = conductor.request
    run = client.create_run(request["experiment"], run_name=request["name"]).info.run_id
    conductor.tell(kind="run", run=run)
    if request["uploadsFirst"]:
        upload(client, conductor, run, request["bytes"])
    step = 0
    while not conductor.says_stop():
        attempt(conductor, step, lambda: client.log_metric(run, "loss", 1 / (step + 1), step=step))
        step += 1
    if not request["uploadsFirst"]:
        upload(client, conductor, run, request["bytes"])
    attempt(conductor, "end", lambda: client.set_terminated(run))


def serve(connection):
    conductor = Conductor(connection)
    if conductor.request["detached"]:
        # As under tmux or nohup: the end of the terminal is neither heard nor felt by what is printed.
        os.setsid()
        for descriptor in (0, 1, 2):
            os.dup2(os.open(os.devnull, os.O_RDWR), descriptor)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    log(conductor)
    conductor.finished.set()
    connection.shutdown(socket.SHUT_RDWR)


def listen(address):
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(address)
    listener.listen(64)
    return listener


def be_clients(address):
    """Without a fork, as a cell of a notebook runs."""
    listener = listen(address)
    while True:
        connection, _ = listener.accept()
        serve(connection)
        connection.close()


def main(address):
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    listener = listen(address)
    print("clients can be had", flush=True)
    while True:
        connection, _ = listener.accept()
        if os.fork() == 0:
            listener.close()
            try:
                serve(connection)
            finally:
                os._exit(0)
        connection.close()


if __name__ == "__main__":
    main(sys.argv[1])
