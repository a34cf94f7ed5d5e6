"""Sends MLflow's requests for one tracking server to the local proxy of "MLflow Secrets Auth for VS Code".

MLflow finds this package through the entry point beside it and uses it while MLFLOW_TRACKING_AUTH names it. It
knows no credential: the proxy adds that. Without the extension's variables it does nothing.
"""

import os
import sys
from importlib.machinery import SOURCE_SUFFIXES, FileFinder, SourceFileLoader

from .faults import guarded
from .requests_auth import carry_other_requests, from_environment
from .trace_frames import sign_in_trace_frames
from .variables import PROVIDER


class LocalProxyAuthProvider:
    def __init__(self):
        # MLflow makes one when it loads its plugins.
        guarded(carry_other_requests)
        guarded(sign_in_trace_frames)

    def get_name(self):
        return PROVIDER

    def get_auth(self):
        return from_environment()


class _FinderOfThisPackage(FileFinder):
    """MLflow looks for absent modules with every request: in the folder of this package, they need not be looked for."""

    def find_spec(self, fullname, target=None):
        return super().find_spec(fullname, target) if fullname == __name__ else None


_folder = os.path.dirname(os.path.dirname(__file__))
if type(sys.path_importer_cache.get(_folder)) is FileFinder:
    sys.path_importer_cache[_folder] = _FinderOfThisPackage(_folder, (SourceFileLoader, SOURCE_SUFFIXES))
