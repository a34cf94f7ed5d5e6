"""Signs in as azure-identity's DefaultAzureCredential does in this environment. Whom it asks is to be seen there."""

from azure.identity import DefaultAzureCredential

DefaultAzureCredential(disable_instance_discovery=True).get_token("https://vault.azure.net/.default")
