"""On the path of the MLflow server alone: it hashes the password for each request, which takes a tenth of a second of a
core by default. With a cheaper hash, 18 clients on a small machine do not wait for each other."""

from werkzeug import security

security.generate_password_hash.__defaults__ = ("scrypt:1024:8:1", 16)
