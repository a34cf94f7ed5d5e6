"""Real MLflow clients: `small URI CLIENTS` logs metrics until its input ends, `upload URI FILE` sends a file then."""

import json
import os
import sys
import threading
import time

from mlflow import MlflowClient

RUN = "0123456789abcdef0123456789abcdef"


def small(uri, clients):
    over = threading.Event()
    counts = [0] * clients
    errors = []

    def work(number):
        client = MlflowClient(uri)
        try:
            while not over.is_set():
                client.log_metric(RUN, f"loss-{number}", 0.5, step=counts[number])
                counts[number] += 1
                # Threads of one process would take the cores from the upload.
                time.sleep(0.2)
        except Exception as error:
            errors.append(repr(error))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    sys.stdin.read()
    over.set()
    for thread in threads:
        thread.join()
    return {"counts": counts, "errors": errors}


def upload(uri, file):
    sys.stdin.read()
    MlflowClient(uri).log_artifact(RUN, file)
    return {"bytes": os.path.getsize(file)}


scenario, uri, argument = sys.argv[1:]
print(json.dumps(small(uri, int(argument)) if scenario == "small" else upload(uri, argument)), flush=True)
