"""A run that goes on and on, with the real client of MLflow."""

import sys
import time

from mlflow import MlflowClient

client = MlflowClient()
step = 0
while True:
    step += 1
    try:
        client.log_metric("0" * 32, "canary-hostile-data", step)
        print("sent", flush=True)
    except Exception as error:
        print("error", type(error).__name__, str(error).replace("\n", " ")[:500], flush=True)
    time.sleep(0.2)
