"""What somebody's code does in a process that was started in some way, run as `way.py FILE`: a run at the server of the
environment, one at a server that the code names, and a question to a second server. FILE says where these are, and where
the answer goes.
"""

import json
import multiprocessing
import os
import sys
import warnings


def work(file):
    with open(file) as parameters:
        given = json.load(parameters)
    environment = dict(os.environ)
    os.environ.update(MLFLOW_HTTP_REQUEST_MAX_RETRIES="1", MLFLOW_HTTP_REQUEST_TIMEOUT="20", GIT_PYTHON_REFRESH="quiet")
    import mlflow
    from mlflow.tracking import MlflowClient

    def run_at(uri):
        if not (uri or mlflow.get_tracking_uri()).startswith("http"):
            return {"error": "local"}
        client = MlflowClient(tracking_uri=uri)
        run = client.create_run("0").info.run_id
        client.log_metric(run, "loss", 0.5)
        return {"run": run}

    def attempt(act, *arguments):
        try:
            return act(*arguments)
        except Exception as error:
            return {"error": str(error)}

    # A warning of ours is part of what a person sees.
    warned = []
    show = warnings.showwarning
    warnings.showwarning = lambda message, *others: (warned.append(str(message)), show(message, *others))
    answer = {"environment": environment, "warned": warned}
    if given["isConnected"]:
        answer.update(env=attempt(run_at, None), hard=attempt(run_at, given["hard"]))
    answer["other"] = attempt(lambda: MlflowClient(tracking_uri=given["other"]).search_experiments() and {})
    with open(given["answer"], "w") as file:
        json.dump(answer, file)


def in_joblib(file):
    from joblib import Parallel, delayed

    Parallel(n_jobs=2)([delayed(work)(file)])


def in_ray(file):
    import ray

    ray.init(num_cpus=1, include_dashboard=False, configure_logging=False)
    ray.get(ray.remote(work).remote(file))


def in_dask(file):
    from distributed import Client, LocalCluster

    with LocalCluster(n_workers=1, dashboard_address=None) as cluster, Client(cluster) as client:
        client.submit(work, file).result()


def in_child(how, file):
    if how == "fork":
        # As a program that has used MLflow before.
        import mlflow.tracking.request_auth.registry  # noqa: F401
    child = multiprocessing.get_context(how).Process(target=work, args=(file,))
    child.start()
    child.join()


if __name__ == "__main__":
    # joblib and spawn import this file by its name.
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    import way

    if len(sys.argv) > 2:
        pools = {"joblib": way.in_joblib, "ray": way.in_ray, "dask": way.in_dask}
        how, file = sys.argv[2], sys.argv[1]
        pools[how](file) if how in pools else way.in_child(how, file)
    else:
        way.work(sys.argv[1])
