"""Why a request was given up."""

from .proof import ProvenHeader


def return_last_answers():
    """MLflow's client drops the last answer when it gives up: "too many 503 error responses". The answer says why.

    So our requests get it back, and MLflow raises what is in it. requests has no smaller place for that than the method
    that sends; it is replaced once, and does what it did for all other requests.
    """
    from requests.adapters import HTTPAdapter

    send = HTTPAdapter.send
    if getattr(send, "returns_last_answers", False):
        return

    def send_ours(self, request, *arguments, **keywords):
        if isinstance(request.headers.get("Authorization"), ProvenHeader) and hasattr(self.max_retries, "new"):
            retries = self.max_retries.new(raise_on_status=False)
            # Other threads use the adapter, too; connections stay common.
            self, shared = HTTPAdapter.__new__(type(self)), vars(self)
            vars(self).update(shared, max_retries=retries)
        return send(self, request, *arguments, **keywords)

    send_ours.returns_last_answers = True
    HTTPAdapter.send = send_ours
