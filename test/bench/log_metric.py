"""Logs metrics with the real MLflow client: reads a count per line, prints the seconds that so many calls took."""

import sys
import time

import mlflow

client = mlflow.MlflowClient(sys.argv[1])
run = "0123456789abcdef0123456789abcdef"
step = 0
print("ready", flush=True)
for line in sys.stdin:
    count = int(line)
    begun = time.perf_counter()
    for _ in range(count):
        client.log_metric(run, "loss", 1.0 / (step + 1), step=step)
        step += 1
    print(time.perf_counter() - begun, flush=True)
