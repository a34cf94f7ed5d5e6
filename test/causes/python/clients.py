"""Runs MLflow's client for each line of JSON, as a program of its own with the environment that the line gives.

Loading MLflow takes seconds, so that is done once, and each client is a fork: nothing of one is left for the next.
"""

import json
import os
import sys
import threading
import traceback


def call(request):
    os.environ.clear()
    os.environ.update(request["environment"])
    for folder in reversed(os.environ.get("PYTHONPATH", "").split(os.pathsep)):
        if folder:
            sys.path.insert(0, folder)
    import mlflow

    client = mlflow.MlflowClient(tracking_uri=request.get("trackingUri") or os.environ["MLFLOW_TRACKING_URI"])
    if request.get("does") == "createRun":
        client.create_run("0")
    else:
        client.search_experiments(max_results=1)


def client(request, answer):
    try:
        call(request)
        result = {"kind": "done"}
    except BaseException as error:
        text = "".join(traceback.format_exception(type(error), error, error.__traceback__))
        result = {"kind": "raised", "message": "{}: {}".format(type(error).__name__, error), "traceback": text}
    os.write(answer, json.dumps({"id": request["id"], **result}).encode() + b"\n")
    os._exit(0)


def main():
    import mlflow  # noqa: F401
    import mlflow.tracking._tracking_service.utils  # noqa: F401
    import mlflow.store.tracking.rest_store  # noqa: F401
    import requests  # noqa: F401

    out = os.dup(1)
    # MLflow prints, too.
    os.dup2(2, 1)
    os.write(out, b'{"kind": "ready"}\n')
    for line in sys.stdin:
        request = json.loads(line)
        child = os.fork()
        if child == 0:
            client(request, out)
        threading.Thread(target=os.waitpid, args=(child, 0), daemon=True).start()


main()
