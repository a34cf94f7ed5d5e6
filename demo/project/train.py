"""Fits a line by gradient descent and logs how it went."""

import time

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import mlflow
import numpy as np

EPOCHS = 50
RATE = 0.05

mlflow.set_tracking_uri("https://mlflow.company.example")
mlflow.set_experiment("house-prices")

random = np.random.default_rng(7)
x = random.uniform(-1, 1, 200)
y = 3 * x + 1 + random.normal(0, 0.1, 200)
slope, offset, losses = 0.0, 0.0, []

with mlflow.start_run(run_name="train.py") as run:
    print(f"run {run.info.run_id}", flush=True)
    mlflow.log_params({"epochs": EPOCHS, "rate": RATE, "samples": len(x)})
    for epoch in range(EPOCHS):
        error = slope * x + offset - y
        slope -= RATE * 2 * float(np.mean(error * x))
        offset -= RATE * 2 * float(np.mean(error))
        losses.append(float(np.mean(error**2)))
        time.sleep(0.2)  # as a larger model takes
        mlflow.log_metric("loss", losses[-1], step=epoch)
        mlflow.log_metrics({"slope": slope, "offset": offset, "rmse": losses[-1] ** 0.5}, step=epoch)
        if epoch % 10 == 9:
            print(f"epoch {epoch + 1}: loss {losses[-1]:.4f}", flush=True)

    figure, axes = plt.subplots()
    axes.plot(losses)
    axes.set_xlabel("epoch")
    axes.set_ylabel("loss")
    mlflow.log_figure(figure, "loss.png")
    np.savez("model.npz", slope=slope, offset=offset)
    mlflow.log_artifact("model.npz", artifact_path="model")

print("training is done", flush=True)
