"""Reads one secret with hvac as the Python plugin does, in this process's environment; says what came of it."""

import json
import os

import hvac

try:
    client = hvac.Client(url=os.environ["VAULT_ADDR"])
    client.token = os.environ["VAULT_TOKEN"]
    response = client.secrets.kv.v2.read_secret_version(path="mlflow/auth", raise_on_deleted_version=True)
    print(json.dumps({"secret": response["data"]["data"]["token"]}))
except Exception as error:
    print(json.dumps({"error": type(error).__name__}))
