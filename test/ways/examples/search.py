"""A search, with a run for itself and one below it for each of the four candidates."""

import mlflow
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV

mlflow.sklearn.autolog()
inputs, classes = make_classification(n_samples=60, random_state=1)
candidates = {"C": [0.1, 1.0], "fit_intercept": [True, False]}
with mlflow.start_run():
    GridSearchCV(LogisticRegression(), candidates, cv=2).fit(inputs, classes)
