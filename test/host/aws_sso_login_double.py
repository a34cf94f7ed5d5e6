"""A double of `aws sso login --profile NAME`: version 2 of the AWS CLI is in no registry.

There is no browser and no OIDC service. It leaves what the real one leaves, in the same way: the token of the profile's
session in ~/.aws/sso/cache, in a file that is named by the session's SHA-1 digest, for its owner only, written over the
one before (botocore, utils.py, `JSONFileCache`; the fields: botocore/tokens.py and utils.py, `SSOTokenFetcher`).
"""

import configparser
import datetime
import hashlib
import json
import os
import sys


def main(arguments):
    if len(arguments) != 4 or arguments[:3] != ["sso", "login", "--profile"]:
        sys.exit(f"usage: aws sso login --profile NAME, not {arguments}")
    folder = os.path.join(os.environ["HOME"], ".aws")
    config = configparser.ConfigParser()
    with open(os.path.join(folder, "config"), encoding="utf-8") as file:
        config.read_file(file)
    session = config[f"profile {arguments[3]}"]["sso_session"]
    settings = config[f"sso-session {session}"]
    ends = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=8)
    token = {
        "startUrl": settings["sso_start_url"],
        "region": settings["sso_region"],
        "accessToken": "canary-sso-token",
        "expiresAt": ends.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    cache = os.path.join(folder, "sso", "cache")
    os.makedirs(cache, exist_ok=True)
    name = hashlib.sha1(session.encode("utf-8")).hexdigest() + ".json"
    descriptor = os.open(os.path.join(cache, name), os.O_WRONLY | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.truncate()
        file.write(json.dumps(token))
    print(f"Successfully logged into Start URL: {settings['sso_start_url']}")


main(sys.argv[1:])
