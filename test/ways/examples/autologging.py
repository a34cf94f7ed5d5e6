"""A model that scikit-learn trains, and MLflow logs by itself."""

import mlflow
from sklearn.datasets import make_regression
from sklearn.linear_model import Ridge

mlflow.sklearn.autolog()
inputs, targets = make_regression(n_samples=40, n_features=3, random_state=1)
with mlflow.start_run():
    model = Ridge(alpha=0.5).fit(inputs, targets)
    model.score(inputs, targets)
