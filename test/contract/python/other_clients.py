"""Code of the same process that asks the tracking server without MLflow's client, run as `other_clients.py ORIGIN`: one GET
or export at ORIGIN by each library, with its name as the path. Prints what a gRPC server was shown, as JSON.
"""

import asyncio
import concurrent.futures
import json
import sys
import urllib.request

import aiohttp
import grpc
import httpx
import requests
import urllib3
from mlflow.tracking import MlflowClient
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter as GrpcExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter as HttpExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor


def trace_with(exporter):
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    with provider.get_tracer("theirs").start_as_current_span("step"):
        pass
    provider.shutdown()


async def by_aiohttp(url):
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        await response.read()


class Recorder(grpc.GenericRpcHandler):
    def __init__(self):
        self.seen = []

    def service(self, details):
        self.seen.append({"method": details.method, "metadata": dict(details.invocation_metadata)})
        # The empty message is a whole answer.
        return grpc.unary_unary_rpc_method_handler(lambda request, context: b"")


def over_grpc(exporter_at):
    recorder = Recorder()
    server = grpc.server(concurrent.futures.ThreadPoolExecutor(1), handlers=(recorder,))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    trace_with(exporter_at("http://127.0.0.1:{}".format(port)))
    server.stop(None).wait()
    return recorder.seen


def main(origin):
    # With its first use, MLflow loads its plugins.
    MlflowClient().search_experiments()
    requests.get(origin + "/requests")
    trace_with(HttpExporter(endpoint=origin + "/otlp-http"))
    urllib.request.urlopen(origin + "/urllib").close()
    urllib3.PoolManager().request("GET", origin + "/urllib3")
    httpx.get(origin + "/httpx")
    asyncio.run(by_aiohttp(origin + "/aiohttp"))
    print(json.dumps(over_grpc(lambda endpoint: GrpcExporter(endpoint=endpoint, insecure=True))))


if __name__ == "__main__":
    main(sys.argv[1])
