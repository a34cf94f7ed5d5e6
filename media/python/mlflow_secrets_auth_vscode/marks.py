"""What is known of a request beside its address, and stays known of its copies."""

from functools import wraps

# Another server's redirect leads there, which must not act as the user.
LED_BY_ANOTHER = "was_led_by_another_server"
# The code names the tracking server, whatever an adapter has made of the address since.
NAMES_SERVER = "names_the_tracking_server"


def mark(request, name, value):
    setattr(request, name, value)


def is_marked(request, name):
    return getattr(request, name, False)


def keep_marks_in_copies():
    """requests copies the fields that it knows."""
    from requests import PreparedRequest

    copy = PreparedRequest.copy
    if getattr(copy, "keeps_marks", False):
        return

    @wraps(copy)
    def copying(self):
        copied = copy(self)
        for name in (LED_BY_ANOTHER, NAMES_SERVER):
            mark(copied, name, is_marked(self, name))
        return copied

    copying.keeps_marks = True
    PreparedRequest.copy = copying
