"""A function whose calls MLflow traces, read back from the tracking server."""

import mlflow


@mlflow.trace
def half(number):
    return number / 2


@mlflow.trace(attributes={"unit": "metres"})
def quarter(length):
    with mlflow.start_span("halved twice") as span:
        result = half(half(length))
        span.set_outputs(result)
    return result


assert quarter(8) == 2
mlflow.flush_trace_async_logging()
trace = mlflow.get_trace(mlflow.get_last_active_trace_id())
assert [span.name for span in trace.data.spans] == ["quarter", "halved twice", "half", "half"], trace
