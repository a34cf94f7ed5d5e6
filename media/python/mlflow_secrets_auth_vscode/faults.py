"""A fault of ours must not break the user's code: one warning, and it goes on without us."""

import logging
import warnings

from .proof import LocalProxyError


def guarded(act, *arguments):
    """None where it fails. What says why nothing was sent is no fault."""
    try:
        return act(*arguments)
    except LocalProxyError:
        raise
    except Exception as error:
        warn_of(error)
        return None


def warn_of(error):
    message = "MLflow Secrets Auth could not prepare a request, which goes on without it ({}: {})."
    warn(message.format(type(error).__name__, error))


def warn(message):
    try:
        warnings.warn(message, stacklevel=4)
    except Warning:
        # Warnings are errors, as in many a configuration of pytest: one of ours must not break the user's code.
        logging.getLogger(__package__).warning(message)
