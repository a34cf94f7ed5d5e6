"""What a data scientist's code does with MLflow, run as `client.py SCENARIO ARGUMENTS-AS-JSON`; answers one line of JSON.

The code knows no credential. A scenario that is given a trackingUri names it as hard-coded code does.
"""

import hashlib
import inspect
import json
import os
import sys
import tempfile

import mlflow
from mlflow.tracking import MlflowClient


def scenario_everything(name, sizes, modelSize=10):
    mlflow.set_experiment(name)
    with mlflow.start_run() as run, tempfile.TemporaryDirectory() as folder:
        mlflow.log_params({"rate": 0.1, "layers": 3})
        for step in range(3):
            mlflow.log_metric("loss", 1 / (step + 1), step=step)
        mlflow.log_metrics({"accuracy": 0.9, "recall": 0.8})
        artifacts = {}
        for size in sizes:
            file = os.path.join(folder, "{}.bin".format(size))
            sent = write(file, size)
            mlflow.log_artifact(file, "data")
            os.remove(file)
            fetched = download(run.info.run_id, "data/{}.bin".format(size), folder)
            artifacts[size] = sent == digest(fetched)
            os.remove(fetched)
        model = os.path.join(folder, "model.bin")
        write(model, modelSize)
        mlflow.log_artifact(model, "model")
    return {
        "runId": run.info.run_id,
        "artifacts": artifacts,
        "found": search(run.info.experiment_id),
        "registered": register(name, run),
    }


def search(experiment_id):
    (run,) = MlflowClient().search_runs([experiment_id], "metrics.accuracy > 0.5")
    return {
        "params": run.data.params,
        "metrics": run.data.metrics,
        "losses": [metric.value for metric in MlflowClient().get_metric_history(run.info.run_id, "loss")],
        "user": run.data.tags["mlflow.user"],
        "status": run.info.status,
    }


def register(name, run):
    client = MlflowClient()
    client.create_registered_model(name)
    client.create_model_version(name, run.info.artifact_uri + "/model", run.info.run_id)
    return [version.version for version in client.search_model_versions("name='{}'".format(name))]


def scenario_artifacts_at(name, locations):
    return [artifact_at("{} {}".format(name, number), location) for number, location in enumerate(locations)]


def artifact_at(name, location):
    """An experiment whose artifacts are named by an absolute address."""
    client = MlflowClient()
    run = client.create_run(client.create_experiment(name, artifact_location=location))
    with tempfile.TemporaryDirectory() as folder:
        sent = write(os.path.join(folder, "a.bin"), 1000)
        client.log_artifact(run.info.run_id, os.path.join(folder, "a.bin"))
        fetched = download(run.info.run_id, "a.bin", tempfile.mkdtemp(dir=folder))
        return {"uri": run.info.artifact_uri, "same": sent == digest(fetched)}


def scenario_experiment(**_):
    return {"name": MlflowClient().get_experiment("0").name}


def scenario_upload(runId, size):
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "upload.bin")
        sent = write(file, size)
        mlflow.MlflowClient().log_artifact(runId, file)
        return {"same": sent == digest(download(runId, "upload.bin", tempfile.mkdtemp(dir=folder)))}


def scenario_steps(runId, steps):
    """Logs a metric for each line of standard input, so that the test can change the world in between."""
    for step in range(steps):
        sys.stdin.readline()
        MlflowClient().log_metric(runId, "step", step, step=step)
        print("step", flush=True)
    return {"steps": [metric.step for metric in MlflowClient().get_metric_history(runId, "step")]}


def scenario_new_run(name):
    client = MlflowClient()
    return {"runId": client.create_run(client.create_experiment(name)).info.run_id}


def scenario_trace(name):
    experiment = mlflow.set_experiment(name)
    with mlflow.start_span("question"):
        pass
    mlflow.flush_trace_async_logging()
    # Before 3.6 or so, the parameter had another name.
    names = inspect.signature(mlflow.search_traces).parameters
    where = "locations" if "locations" in names else "experiment_ids"
    traces = mlflow.search_traces(**{where: [experiment.experiment_id]}, return_type="list")
    return [span.name for trace in traces for span in trace.data.spans]


def scenario_running_kernel(connect, disconnect):
    """The connection came after MLflow had been used without it."""
    import mlflow.tracking.request_auth.registry

    os.environ["MLFLOW_TRACKING_TOKEN"] = "of-another-server"
    before, names = dict(os.environ), {}
    for _ in range(2):
        exec(connect, names)
    answer = {"name": MlflowClient().get_experiment("0").name, "PYTHONPATH": os.environ["PYTHONPATH"]}
    for _ in range(2):
        exec(disconnect, names)
    names.pop("__builtins__")
    changed = [name for name in {*before, *os.environ} if before.get(name) != os.environ.get(name)]
    return {**answer, "left": list(names), "changedAfterwards": changed}


def download(run_id, path, folder):
    return MlflowClient().download_artifacts(run_id, path, folder)


def write(path, size):
    block = os.urandom(min(size, 1 << 20))
    written = hashlib.sha256()
    with open(path, "wb") as file:
        for start in range(0, size, 1 << 20):
            part = block[: size - start]
            written.update(part)
            file.write(part)
    return written.hexdigest()


def digest(path):
    read = hashlib.sha256()
    with open(path, "rb") as file:
        for part in iter(lambda: file.read(1 << 20), b""):
            read.update(part)
    return read.hexdigest()


def main(scenario, arguments):
    arguments = json.loads(arguments)
    tracking_uri = arguments.pop("trackingUri", None)
    if tracking_uri:
        mlflow.set_tracking_uri(tracking_uri)
    try:
        answer = {"kind": "done", "value": globals()["scenario_" + scenario](**arguments)}
    except Exception as error:
        answer = {"kind": "raised", "type": type(error).__name__, "message": str(error)}
    print(json.dumps(dict(answer, version=mlflow.__version__)))


if __name__ == "__main__":
    main(*sys.argv[1:])
