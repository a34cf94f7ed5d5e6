"""What the interception package does to requests' finished requests. Run with the package on PYTHONPATH."""

import base64
import contextlib
import copy
import functools
import hashlib
import hmac
import http.server
import importlib
import importlib.metadata
import io
import json
import os
import pickle
import pkgutil
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import unittest
import urllib.request
import warnings
from unittest import mock

import requests
import urllib3
from urllib3.util.retry import Retry

import mlflow_secrets_auth_vscode as package
from mlflow_secrets_auth_vscode import proof, trace_frames
from mlflow_secrets_auth_vscode import variables as names

UPSTREAM = "https://mlflow.company.example"
SESSION = "canary-session"


class Gateway(urllib3.PoolManager):
    """As of an adapter that sends all to one host."""

    def connection_from_host(self, *_, **__):
        return super().connection_from_host("127.0.0.1", 9, "http")


def answering(sent, status=200):
    """An adapter of requests' that only keeps what it gets."""

    def answer(_adapter, request, **_options):
        sent.append(request)
        response = requests.Response()
        response.status_code, response._content, response.request, response.url = status, b"{}", request, request.url
        response.raw = io.BytesIO()
        return response

    answer.__module__ = "requests.adapters"
    return answer


class Interception(unittest.TestCase):
    upstream = UPSTREAM
    proxy = "http://127.0.0.1:40123"

    def setUp(self):
        self.home = tempfile.TemporaryDirectory()
        self.addCleanup(self.home.cleanup)
        environment = {
            "HOME": self.home.name,
            "USERPROFILE": self.home.name,
            names.PROXY: self.proxy,
            names.UPSTREAM: self.upstream,
            names.SESSION: SESSION,
        }
        patch = mock.patch.dict(os.environ, environment, clear=True)
        patch.start()
        self.addCleanup(patch.stop)

    def prepared(self, url, method="GET", **arguments):
        """A request of MLflow's client, as the last adapter gets it."""
        auth = package.LocalProxyAuthProvider().get_auth()
        return self.sent(lambda session: session.request(method, url, auth=auth, **arguments))

    def sent(self, act):
        session, sent = requests.Session(), []
        session.mount("", requests.adapters.HTTPAdapter())
        with mock.patch("requests.adapters.HTTPAdapter.send", answering(sent)):
            act(session)
        return sent[0]

    def write_home(self, name, text):
        path = os.path.join(self.home.name, *name.split("/"))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def assert_goes_local(self, url, as_path):
        request = self.prepared(url)
        self.assertEqual(request.url, self.proxy + as_path)
        self.assertEqual(request.headers["Authorization"], "Bearer " + SESSION)

    def assert_untouched(self, url):
        with_ours = self.prepared(url)
        without = requests.Session().prepare_request(requests.Request("GET", url))
        self.assertEqual(with_ours.url, without.url)
        self.assertEqual(dict(with_ours.headers), dict(without.headers))


class Origins(Interception):
    def test_the_upstream_goes_to_the_local_proxy(self):
        for url in (
            "https://mlflow.company.example",
            "https://mlflow.company.example:443",
            "https://MLFLOW.Company.EXAMPLE",
            "HTTPS://mlflow.company.example",
            "https://user:canary-own@mlflow.company.example",
            "https://mlflow.company.example.",
            "https://mlflow.company.example.:443",
        ):
            with self.subTest(url):
                self.assert_goes_local(url + "/a%2Fb//c;d?e=%20f&g", "/a%2Fb//c;d?e=%20f&g")
                self.assert_goes_local(url + "//a?", "//a")

    def test_anything_else_is_untouched(self):
        for url in (
            "https://mlflow.company.example.evil.example/",
            "https://mlflow.company.example@evil.example/",
            "https://mlflow.company.example:443@evil.example/",
            "https://evil.example/https://mlflow.company.example/",
            "https://evil.example/?https://mlflow.company.example/",
            "https://evil.example/#@mlflow.company.example/",
            "https://evil.example\\@mlflow.company.example/",
            "https://notmlflow.company.example/",
            "https://sub.mlflow.company.example/",
            "https://mlflow.company.example../",
            "https://mlflow.company.example:8443/",
            "https://mlflow.company.example:80/",
            "http://mlflow.company.example/",
            "http://mlflow.company.example:443/",
            "https://127.0.0.1:40123/",
            "http://127.0.0.1:40124/",
            "http://127.0.0.2:40123/",
            "http://[::1]:40123/",
        ):
            with self.subTest(url):
                self.assert_untouched(url)

    def test_the_local_proxy_gets_the_session_token(self):
        self.assert_goes_local("http://127.0.0.1:40123/x", "/x")
        self.assert_goes_local("http://localhost:40123/x", "/x")

    def test_artifacts_named_by_host_under_the_local_tracking_uri(self):
        path = "/api/2.0/mlflow-artifacts/artifacts/1/model"
        self.assert_goes_local("http://mlflow.company.example" + path, path)
        self.assert_goes_local("http://mlflow.company.example:443" + path, path)
        self.assert_untouched("http://mlflow.company.example:8443" + path)
        self.assert_untouched("http://evil.example" + path)


class Ipv6Upstream(Interception):
    upstream = "https://[2001:db8::1]:8443"

    def test_compared_whole(self):
        self.assert_goes_local("https://[2001:db8::1]:8443/x", "/x")
        self.assert_goes_local("https://[2001:DB8::1]:8443/x", "/x")
        self.assert_goes_local("https://[2001:db8:0:0:0:0:0:1]:8443/x", "/x")
        self.assert_goes_local("https://[2001:0DB8::0.0.0.1]:8443/x", "/x")
        self.assert_untouched("https://[2001:db8::1]/x")
        self.assert_untouched("https://[2001:db8::2]:8443/x")


class Ipv4Upstream(Interception):
    upstream = "http://192.0.2.9:5000"

    def test_is_the_same_however_it_is_written(self):
        for host in ("192.0.2.9", "192.0.2.9.", "192.0.521", "192.521", "3221225993", "0xC0.0.2.011", "0xc0000209"):
            with self.subTest(host):
                self.assert_goes_local("http://{}:5000/x".format(host), "/x")
        for host in ("192.0.2.8", "192.0.2.9.example", "192.0.2.09x", "x192.0.2.9", "192.0.2.9.1", "[::ffff:192.0.2.9]"):
            with self.subTest(host):
                self.assert_untouched("http://{}:5000/x".format(host))


class UpstreamInAnAlphabet(Interception):
    upstream = "https://mlflow.xn--bcher-kva.example"

    def test_is_the_same_in_both_spellings(self):
        self.assert_goes_local("https://mlflow.b\u00fccher.example/x", "/x")
        self.assert_goes_local("https://mlflow.B\u00dcCHER.example/x", "/x")


class UpstreamWithPath(Interception):
    upstream = "https://company.example/mlflow"

    def test_is_not_the_rest_of_its_host(self):
        self.assert_goes_local("https://company.example/mlflow", "/mlflow")
        self.assert_goes_local("https://company.example/mlflow/api?x", "/mlflow/api?x")
        for path in ("", "/", "/wiki", "/mlflow-2/api", "/MLFLOW/api"):
            self.assert_untouched("https://company.example" + path)


class UpstreamWithEncodedPath(Interception):
    upstream = "https://company.example/%7eada/b%c3%bccher%20"

    def test_is_the_same_however_it_is_written(self):
        for path in ("/%7eada/b%c3%bccher%20", "/~ada/b\u00fccher ", "/%7Eada/b%C3%BCcher%20"):
            with self.subTest(path):
                self.assert_goes_local("https://company.example" + path + "/x", "/~ada/b%C3%BCcher%20/x")
        for path in ("/~ada", "/~ada/b\u00fccher", "/%257eada/b%c3%bccher%20", "/~ada/B%c3%bccher%20"):
            with self.subTest(path):
                self.assert_untouched("https://company.example" + path + "/x")


class HttpUpstream(Interception):
    upstream = "http://mlflow.local:5000"

    def test_compared_whole(self):
        self.assert_goes_local("http://mlflow.local:5000/x", "/x")
        self.assert_untouched("https://mlflow.local:5000/x")
        self.assert_untouched("http://mlflow.local/x")


class Switches(Interception):
    def test_does_nothing_without_its_variables(self):
        for name in (names.PROXY, names.UPSTREAM, names.SESSION):
            for value in (None, ""):
                with self.subTest(name=name, value=value), mock.patch.dict(os.environ):
                    os.environ.pop(name)
                    if value is not None:
                        os.environ[name] = value
                    self.assertIsNone(package.LocalProxyAuthProvider().get_auth())

    def test_broken_variables_send_nothing_anywhere_else(self):
        for name, value in ((names.PROXY, "nonsense"), (names.UPSTREAM, "https://"), (names.UPSTREAM, "https://h:x")):
            with self.subTest(name=name, value=value), mock.patch.dict(os.environ, {name: value}):
                self.assert_untouched(UPSTREAM + "/x")
                self.assert_untouched("nothing://at/all")

    def test_follows_the_environment_at_each_request(self):
        os.environ[names.PROXY] = "http://127.0.0.1:40999"
        self.assertEqual(self.prepared(UPSTREAM + "/x").url, "http://127.0.0.1:40999/x")


class OtherServers(Interception):
    """The session token is worth nothing there; they get what they got before our variables were set."""

    other = "https://other.example/x"
    mlflow_sends = (
        "Bearer " + SESSION,
        "Basic " + base64.b64encode(("ada:" + SESSION).encode()).decode(),
    )

    def header(self, **arguments):
        return self.prepared(self.other, **arguments).headers.get("Authorization")

    def basic(self, user, password):
        return "Basic " + base64.b64encode("{}:{}".format(user, password).encode()).decode()

    def test_the_session_token_is_not_sent(self):
        for header in self.mlflow_sends:
            self.assertIsNone(self.header(headers={"Authorization": header}))

    def test_the_session_token_is_not_sent_in_any_form_that_a_variable_can_give_it(self):
        for user, password in (
            ("a:b", SESSION),
            ("a:", SESSION),
            ("jos\u00e9", SESSION),
            (SESSION, "x"),
            ("ada", SESSION + "x"),
            ("ada", SESSION + ".of-another-server"),
        ):
            with self.subTest(user=user, password=password):
                for encoding in ("utf-8", "latin-1"):
                    pair = "{}:{}".format(user, password).encode(encoding)
                    header = "Basic " + base64.b64encode(pair).decode()
                    self.assertIsNone(self.header(headers={"Authorization": header}))
                # As requests writes it.
                self.assertIsNone(requests.Session().prepare_request(requests.Request("GET", self.other)).headers.get("Authorization"))
        for header in ("bearer " + SESSION, "Bearer  " + SESSION, "Bearer x" + SESSION, "Token token=" + SESSION, SESSION):
            with self.subTest(header):
                self.assertIsNone(self.header(headers={"Authorization": header}))

    def test_credentials_of_their_own_stay(self):
        for header in ("Bearer canary-own", self.basic("ada", "canary-own"), "Basic !!!", "Basic /w=="):
            self.assertEqual(self.header(headers={"Authorization": header}), header)

    def test_the_credentials_file_counts_again(self):
        self.write_home(
            ".mlflow/credentials",
            "[mlflow]\nmlflow_tracking_username = bob\nmlflow_tracking_password = canary-file\n",
        )
        for header in self.mlflow_sends:
            self.assertEqual(self.header(headers={"Authorization": header}), self.basic("bob", "canary-file"))
        self.assertIsNone(self.header())

    def test_netrc_counts_as_it_does_without_a_plugin(self):
        self.write_home(".netrc", "machine other.example login bob password canary-netrc\n")
        os.chmod(os.path.join(self.home.name, ".netrc"), 0o600)
        for header in self.mlflow_sends:
            self.assertEqual(self.header(headers={"Authorization": header}), self.basic("bob", "canary-netrc"))

    def test_credentials_in_the_address_count(self):
        sent = self.prepared("https://bob:canary-url@other.example/x").headers["Authorization"]
        self.assertEqual(sent, self.basic("bob", "canary-url"))


class OtherServersOfMlflow(Interception):
    """A request of MLflow's client for another server is the one that it sends without the extension, header for header."""

    other = "https://other.example"
    own = (
        {},
        {"MLFLOW_TRACKING_TOKEN": "canary-own"},
        {"MLFLOW_TRACKING_USERNAME": "bob", "MLFLOW_TRACKING_PASSWORD": "canary-own"},
        {"MLFLOW_TRACKING_USERNAME": "bob", "MLFLOW_TRACKING_PASSWORD": "canary-own", "MLFLOW_TRACKING_TOKEN": "canary-2"},
        {"MLFLOW_TRACKING_USERNAME": "bob"},
        {"MLFLOW_TRACKING_AUTH": "of-the-user"},
        {"MLFLOW_TRACKING_AUTH": "of-the-user", "MLFLOW_TRACKING_TOKEN": "canary-own"},
        {"MLFLOW_TRACKING_AUTH": "", "MLFLOW_TRACKING_AWS_SIGV4": "false"},
    )
    files = (
        {},
        {".mlflow/credentials": "[mlflow]\nmlflow_tracking_username = eve\nmlflow_tracking_password = canary-file\n"},
        {".mlflow/credentials": "[mlflow]\nmlflow_tracking_password = canary-file\n"},
        {".netrc": "machine other.example login eve password canary-netrc\n"},
    )

    def setUp(self):
        super().setUp()
        from mlflow.tracking.request_auth import registry

        class OfTheUser:
            def get_name(self):
                return "of-the-user"

            def get_auth(self):
                return lambda request: request.headers.update({"X-Signature": "canary-own"}) or request

        kept = mock.patch.object(registry, "_request_auth_provider_registry", registry.RequestAuthProviderRegistry())
        kept.start()
        self.addCleanup(kept.stop)
        registry._request_auth_provider_registry.register(OfTheUser)
        registry._request_auth_provider_registry.register(package.LocalProxyAuthProvider)

    def sent_by_mlflow(self, environment, *set_in_code):
        from mlflow.tracking._tracking_service import utils
        from mlflow.utils.rest_utils import http_request

        host_creds = getattr(utils, "get_default_host_creds", None) or utils._get_default_host_creds

        seen = []

        def answer(_adapter, request, **options):
            seen.append((request.method, request.url, dict(request.headers), request.body, options.get("proxies")))
            response = requests.Response()
            response.status_code, response._content, response.request, response.url = 200, b"{}", request, request.url
            return response

        with mock.patch.dict(os.environ, environment), mock.patch("requests.adapters.HTTPAdapter.send", answer):
            os.environ.update(*set_in_code)
            http_request(host_creds(self.other), "/api/2.0/mlflow/runs/log-metric", "POST", json={"value": 1})
        (request,) = seen
        return request

    def ours(self, own):
        before = {name: value for name, value in own.items() if name in names.REPLACED}
        before[names.USER] = "ada"
        return {
            "MLFLOW_TRACKING_USERNAME": "ada",
            "MLFLOW_TRACKING_PASSWORD": SESSION,
            "MLFLOW_TRACKING_TOKEN": SESSION,
            "MLFLOW_TRACKING_AUTH": names.PROVIDER,
            "MLFLOW_TRACKING_AWS_SIGV4": "false",
            names.BEFORE: base64.b64encode(json.dumps(before).encode()).decode(),
        }

    def nothing(self):
        return {name: "" for name in (names.PROXY, names.UPSTREAM, names.SESSION)}

    def test_with_variables_of_before(self):
        for files in self.files:
            for own in self.own:
                with self.subTest(own=own, files=list(files)):
                    for name, text in files.items():
                        self.write_home(name, text)
                    self.assertEqual(self.sent_by_mlflow(self.ours(own)), self.sent_by_mlflow({**own, **self.nothing()}))
            for name in files:
                os.remove(os.path.join(self.home.name, *name.split("/")))

    def test_with_variables_that_the_code_sets(self):
        for own in self.own:
            with self.subTest(own):
                self.assertEqual(self.sent_by_mlflow(self.ours({}), own), self.sent_by_mlflow({**own, **self.nothing()}))

    def test_with_one_variable_that_the_code_sets_beside_those_of_before(self):
        file = ".mlflow/credentials", "[mlflow]\nmlflow_tracking_username = carol\nmlflow_tracking_password = canary-file\n"
        for files in ((), (file,)):
            for name, text in files:
                self.write_home(name, text)
            for own in self.own:
                for name in ("MLFLOW_TRACKING_USERNAME", "MLFLOW_TRACKING_PASSWORD", "MLFLOW_TRACKING_TOKEN"):
                    # Where nobody has named a user, MLflow has no use for a password.
                    if name == "MLFLOW_TRACKING_PASSWORD" and "MLFLOW_TRACKING_USERNAME" not in own:
                        continue
                    with self.subTest(own=own, name=name, files=files):
                        in_code = {name: "canary-in-code"}
                        without = self.sent_by_mlflow({**own, **self.nothing()}, in_code)
                        self.assertEqual(self.sent_by_mlflow(self.ours(own), in_code), without)

    def test_the_users_signing_of_requests_counts(self):
        signing = mock.Mock(AWSSigV4=lambda service: lambda request: request.headers.update({"X-Amz": service}) or request)
        with mock.patch.dict(sys.modules, requests_auth_aws_sigv4=signing):
            own = {"MLFLOW_TRACKING_AWS_SIGV4": "true", "MLFLOW_TRACKING_TOKEN": "canary-own"}
            with_us = self.sent_by_mlflow(self.ours(own))
            self.assertEqual(with_us, self.sent_by_mlflow({**own, **self.nothing()}))
            self.assertEqual(with_us[2]["X-Amz"], "execute-api")

    def test_an_error_of_the_users_plugin_is_the_users(self):
        with mock.patch.dict(sys.modules, requests_auth_aws_sigv4=None), self.assertRaisesRegex(Exception, "requests_auth_aws_sigv4"):
            self.sent_by_mlflow(self.ours({"MLFLOW_TRACKING_AWS_SIGV4": "true"}))

    def test_what_is_no_list_of_variables_counts_as_none(self):
        for text in ("", "!!!", "bm9uZQ==", "W10=", "/w=="):
            with self.subTest(text):
                self.assertEqual(self.sent_by_mlflow({**self.ours({}), names.BEFORE: text}), self.sent_by_mlflow(self.nothing()))


class RequestsOwnBehaviour(Interception):
    def test_bodies_headers_and_cookies_stay(self):
        body = io.BytesIO(b"x" * 1000)
        request = self.prepared(
            UPSTREAM + "/x", "PUT", data=body, headers={"X-Own": "1", "Host": "mlflow.company.example"}, cookies={"a": "b"}
        )
        self.assertIs(request.body, body)
        self.assertEqual(request.headers["Content-Length"], "1000")
        self.assertEqual((request.headers["X-Own"], request.headers["Cookie"]), ("1", "a=b"))
        self.assertNotIn("Host", request.headers)

    def test_streams_without_length_stay_chunked(self):
        request = self.prepared(UPSTREAM + "/x", "PUT", data=iter([b"a", b"b"]))
        self.assertEqual(request.headers["Transfer-Encoding"], "chunked")
        self.assertNotIn("Content-Length", request.headers)


class OverTheWire(Interception):
    """A request really goes to the local proxy, whatever stands in the environment."""

    @classmethod
    def setUpClass(cls):
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                if self.path.startswith("/.mlflow-secrets-auth/proof?nonce="):
                    cls.asked.append(self.headers["Authorization"])
                    return self.prove(self.path.partition("=")[2])
                seen.append((self.path, self.headers["Host"], self.headers["Authorization"]))
                body = b"Vault is sealed." if self.path == "/sealed" else b""
                self.send_response({"/moved": 302, "/sealed": 503}.get(self.path, 200))
                self.send_header("Location", cls.proxy + "/x")
                self.send_header("Set-Cookie", "taste=sweet")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def prove(self, nonce):
                key = hashlib.sha256(cls.listener_session.encode()).digest()
                text = "127.0.0.1:{}\n{}".format(self.server.server_port, nonce).encode()
                body = hmac.new(key, text, hashlib.sha256).hexdigest().encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        seen = cls.seen = []
        cls.asked = []
        cls.listener_session = SESSION
        http.server.ThreadingHTTPServer.daemon_threads = True
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        cls.proxy = "http://127.0.0.1:{}".format(server.server_port)
        cls.authority = cls.proxy[7:]
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        cls.addClassCleanup(thread.join)
        cls.addClassCleanup(server.server_close)
        cls.addClassCleanup(server.shutdown)

    def setUp(self):
        super().setUp()
        proof.forget_proofs()
        self.asked.clear()
        type(self).listener_session = SESSION

    def get(self, url):
        self.seen.clear()
        auth = package.LocalProxyAuthProvider().get_auth()
        requests.get(url, auth=auth, timeout=10).raise_for_status()
        return self.seen

    def test_http_proxies_are_not_used(self):
        dead = "http://127.0.0.1:9"
        expected = [("/x", self.authority, "Bearer " + SESSION)]
        for listed in (
            {},
            {"NO_PROXY": ".corp"},
            {"no_proxy": ".corp"},
            {"NO_PROXY": "127.0.0.1,localhost,"},
            {"NO_PROXY": "127.0.0.1", "no_proxy": ".corp"},
        ):
            proxies = {"HTTP_PROXY": dead, "https_proxy": dead, "ALL_PROXY": dead}
            with self.subTest(listed), mock.patch.dict(os.environ, {**proxies, **listed}):
                self.assertEqual(self.get(UPSTREAM + "/x"), expected)
                self.assertEqual(self.get(self.proxy + "/x"), expected)
                # Names that were listed still are, and others still go through the HTTP proxy.
                self.assertFalse(requests.utils.should_bypass_proxies("https://other.example", None))
                if ".corp" in listed.values():
                    self.assertTrue(requests.utils.should_bypass_proxies("https://a.corp", None))

    def test_the_http_proxy_of_the_system_is_not_used_either(self):
        """As on macOS and Windows, where it counts while no variable names one."""
        dead = {"http": "http://127.0.0.1:9", "https": "http://127.0.0.1:9"}
        with mock.patch("requests.utils.getproxies", lambda: dead), mock.patch("requests.utils.proxy_bypass", lambda _: 0):
            self.assertEqual(self.get(UPSTREAM + "/x"), [("/x", self.authority, "Bearer " + SESSION)])
            # Others still go through it, and no variable hides it from them.
            self.assertFalse(requests.utils.should_bypass_proxies("https://other.example", None))
            self.assertEqual([name for name in os.environ if name.lower() == "no_proxy"], [])

    def test_netrc_for_this_machine_does_not_win(self):
        self.write_home(".netrc", "machine 127.0.0.1 login bob password canary-netrc\n")
        os.chmod(os.path.join(self.home.name, ".netrc"), 0o600)
        self.assertEqual(self.get(self.proxy + "/x")[0][2], "Bearer " + SESSION)

    def test_redirects_within_the_proxy_are_followed_with_the_session_token(self):
        seen = self.get(UPSTREAM + "/moved")
        self.assertEqual([(path, header) for path, _, header in seen], [(path, "Bearer " + SESSION) for path in ("/moved", "/x")])

    def test_the_last_answer_of_a_request_that_is_given_up_is_returned(self):
        session = requests.Session()
        retries = Retry(total=2, status_forcelist=[503], allowed_methods=None, backoff_factor=0)
        for scheme in ("http://", "https://"):
            session.mount(scheme, requests.adapters.HTTPAdapter(max_retries=retries))
        self.seen.clear()
        auth = package.LocalProxyAuthProvider().get_auth()
        for _ in range(2):
            answer = session.get(UPSTREAM + "/sealed", auth=auth, timeout=10)
            self.assertEqual((answer.status_code, answer.text), (503, "Vault is sealed."))
        self.assertEqual(len(self.seen), 6)
        # Another server's is not, by the same session.
        with mock.patch.dict(os.environ, {names.PROXY: "http://127.0.0.1:9"}):
            with self.assertRaisesRegex(requests.exceptions.RetryError, "too many 503"):
                session.get(self.proxy + "/sealed", auth=package.LocalProxyAuthProvider().get_auth(), timeout=10)

    def test_the_listener_proves_itself_once_without_seeing_the_token(self):
        for _ in range(3):
            self.get(UPSTREAM + "/x")
        self.assertEqual(self.asked, [None])

    def test_a_proof_that_is_awaited_holds_up_nobody_else(self):
        """As greenlets in one thread, where gevent made the sockets its own after this package was loaded."""
        made, first = [], proof._proven_connection

        def again_meanwhile(proxy, session):
            connection = first(proxy, session)
            made.append(connection)
            if len(made) == 1:
                proof.prove(proxy, session)
            return connection

        with mock.patch.object(proof, "_proven_connection", again_meanwhile):
            thread = threading.Thread(target=proof.prove, args=(self.proxy, SESSION), daemon=True)
            thread.start()
            thread.join(30)
            self.assertFalse(thread.is_alive())
        self.assertEqual(len(made), 2)
        self.assertEqual(len([each for each in made if each.fileno() != -1]), 1)

    def test_the_text_of_a_header_is_shown_to_a_proven_listener_only_too(self):
        type(self).listener_session = "canary-other"
        header = as_sent_to(self.proxy).headers["Authorization"]
        for copied in (str(header), "{}".format(header), f"{header}", copy.deepcopy(header)):
            with self.assertRaises(proof.LocalProxyError):
                copied.encode("latin-1")

    def test_the_part_of_the_token_that_names_the_server_is_no_part_of_the_key(self):
        with mock.patch.dict(os.environ, {names.SESSION: SESSION + ".server"}):
            self.assertEqual(self.get(UPSTREAM + "/x")[0][2], "Bearer " + SESSION + ".server")

    def test_another_program_gets_nothing(self):
        type(self).listener_session = "canary-other"
        with self.assertRaisesRegex(proof.LocalProxyError, "another program listens at " + self.proxy):
            self.get(UPSTREAM + "/x")
        self.assertEqual((self.seen, self.asked), ([], [None]))

    def test_a_fork_proves_for_itself(self):
        self.get(UPSTREAM + "/x")
        if not hasattr(os, "fork"):
            self.skipTest("no fork")
        child = os.fork()
        if child == 0:
            os._exit(len(proof._proven))
        self.assertEqual(os.waitpid(child, 0)[1], 0)


class OtherRequests(OverTheWire):
    """Requests of the same process that do not go through MLflow's client."""

    def setUp(self):
        super().setUp()
        package.LocalProxyAuthProvider()
        self.seen.clear()

    def send(self, url, **options):
        requests.get(url, timeout=10, **options).raise_for_status()
        return self.seen

    def sent_elsewhere(self, url, **options):
        return self.sent(lambda session: session.get(url, **options))

    def test_are_carried_to_the_tracking_server(self):
        expected = [("/v1/traces?x", self.authority, "Bearer " + SESSION)]
        for headers in ({}, {"Authorization": "Bearer " + SESSION}, {"Authorization": b"Bearer " + SESSION.encode()}):
            with self.subTest(headers):
                self.seen.clear()
                self.assertEqual(self.send(UPSTREAM + "/v1/traces?x", headers=headers), expected)

    def test_are_carried_past_http_proxies(self):
        dead = "http://127.0.0.1:9"
        with mock.patch.dict(os.environ, HTTP_PROXY=dead, HTTPS_PROXY=dead, ALL_PROXY=dead):
            self.assertEqual(len(self.send(UPSTREAM + "/x")), 1)

    def test_are_carried_after_a_redirect(self):
        with mock.patch.object(type(self), "proxy", UPSTREAM):
            self.seen.clear()
            requests.get(UPSTREAM + "/moved", timeout=10)
        self.assertEqual([path for path, _, _ in self.seen], ["/moved", "/x"])

    def led_from(self, url, *further, method="GET"):
        """The address and the header of each request, where each address but the last redirects to the next."""
        sent, steps = [], [url, *further]

        def answer(adapter, request, **options):
            sent.append((request.url, request.headers.get("Authorization")))
            response = answering([])(adapter, request, **options)
            if len(sent) < len(steps):
                response.status_code, response.headers["Location"] = 307, steps[len(sent)]
            return response

        answer.__module__ = "requests.adapters"

        with mock.patch("requests.adapters.HTTPAdapter.send", answer):
            requests.request(method, url, data=b"x" if method == "POST" else None)
        return sent

    def test_may_be_a_subclass_that_names_the_parameters_as_requests_does(self):
        class Named(requests.Session):
            def send(self, request, **kwargs):
                return super().send(request=request, **kwargs)

            def rebuild_auth(self, prepared_request, response):
                super().rebuild_auth(prepared_request=prepared_request, response=response)

        with mock.patch("requests.sessions.Session", Named):
            sent = self.led_from(UPSTREAM + "/api/x", "https://other.example/y", UPSTREAM + "/api/z")
        self.assertEqual([header for _, header in sent], ["Bearer " + SESSION, None, None])

    def test_are_not_carried_where_another_server_leads_to_the_tracking_server(self):
        for leads in (
            ("https://evil.example/data", UPSTREAM + "/api/x"),
            ("https://evil.example/data", self.proxy + "/api/x"),
            ("https://evil.example/data", "https://evil.example/more", UPSTREAM + "/api/x"),
            ("https://evil.example/data", UPSTREAM + "/api/x", UPSTREAM + "/api/y"),
            # Other programs of the same machine.
            (UPSTREAM + ":8443/data", UPSTREAM + "/api/x"),
            ("http://mlflow.company.example:8080/data", UPSTREAM + "/api/x"),
        ):
            for method in ("GET", "POST"):
                with self.subTest(leads=leads, method=method):
                    self.assertEqual(self.led_from(*leads, method=method), [(url, None) for url in leads])

    def test_are_not_carried_either_where_the_request_is_copied_or_a_subclass_rebuilds_it_in_its_own_way(self):
        class Copying(requests.adapters.HTTPAdapter):
            def send(self, request, **options):
                return super().send(pickle.loads(pickle.dumps(request.copy())), **options)

        class KeepsHeaders(requests.Session):
            def rebuild_auth(self, prepared_request, response):
                pass

        class KeepsMethod(requests.Session):
            def rebuild_method(self, prepared_request, response):
                pass

        class KeepsBoth(KeepsHeaders, KeepsMethod):
            pass

        class Resolves(requests.Session):
            def resolve_redirects(self, resp, req, yield_requests=False, **options):
                while self.get_redirect_target(resp):
                    req, options["proxies"] = req.copy(), {}
                    req.url = self.get_redirect_target(resp)
                    self.rebuild_auth(req, resp)
                    if yield_requests:
                        yield req
                        return
                    resp = self.send(req, allow_redirects=False, **options)
                    yield resp

        class ResolvesAndKeeps(KeepsBoth, Resolves):
            pass

        class Targets(requests.Session):
            """Also by a header of its own."""

            def get_redirect_target(self, resp):
                is_redirect, resp.status_code = resp.is_redirect, 200
                return resp.headers["Location"] if is_redirect or "Location" in resp.headers else None

        class Copied(requests.PreparedRequest):
            def copy(self):
                copied = Copied()
                vars(copied).update({name: getattr(self, name) for name in vars(requests.PreparedRequest())})
                copied.headers = self.headers.copy()
                return copied

        class Copies(requests.Session):
            def prepare_request(self, request):
                return Copied.copy(super().prepare_request(request))

        class ByHand(requests.adapters.HTTPAdapter):
            def send(self, request, **options):
                return super().send(Copied.copy(request), **options)

        class Follows(requests.adapters.HTTPAdapter):
            def send(self, request, **options):
                response = super().send(request, **options)
                while response.is_redirect:
                    request = request.copy() if request.url.endswith("/data") else request
                    request.url = response.headers["Location"]
                    response = super().send(request, **options)
                return response

        def mounted(adapter, of=requests.Session):
            class Mounted(of):
                def __init__(self):
                    super().__init__()
                    self.mount("https://", adapter())

            return type(adapter.__name__ + of.__name__, (Mounted,), {})

        def hooked(response, **options):
            if response.is_redirect:
                request = response.request.copy()
                request.url = response.headers["Location"]
                return hooked(requests.adapters.HTTPAdapter().send(request, **options), **options)
            return response

        class Hooked(requests.Session):
            def __init__(self):
                super().__init__()
                self.hooks["response"].append(hooked)

        leads = ("https://evil.example/data", UPSTREAM + "/api/x", UPSTREAM + "/api/y")
        of_sessions = KeepsHeaders, KeepsMethod, KeepsBoth, Resolves, ResolvesAndKeeps, Targets, Copies, Hooked
        of_adapters = mounted(Copying), mounted(ByHand), mounted(Follows), mounted(Copying, Resolves), mounted(ByHand, Resolves)
        for kind in of_sessions + of_adapters:
            for method in ("GET", "POST"):
                with self.subTest(kind.__name__, method=method), mock.patch("requests.sessions.Session", kind):
                    self.assertEqual(self.led_from(*leads, method=method), [(url, None) for url in leads])

    def test_are_carried_again_whatever_another_server_led_them_to_before(self):
        """A request that the user's code sends again, or to another address."""
        kept, sent = [requests.Request("GET", UPSTREAM + "/api/x").prepare()], []

        def answer(adapter, request, **options):
            sent.append((request.url, request.headers.get("Authorization")))
            response = answering([])(adapter, request, **options)
            if request.url.endswith("/data"):
                response.status_code, response.headers["Location"] = 307, "https://evil.example/more"
            return response

        answer.__module__ = "requests.adapters"
        other = requests.Request("GET", "https://evil.example/data").prepare()
        with mock.patch("requests.adapters.HTTPAdapter.send", answer):
            redirecting = requests.get(other.url, allow_redirects=False)
            kept[0].hooks["response"] = [lambda response, **_: redirecting if len(sent) == 2 else response]
            with requests.Session() as session:
                session.send(kept[0])
                session.send(kept[0])
                session.send(other)
                other.url = UPSTREAM + "/api/x"
                session.send(other)
        signed = self.proxy + "/api/x", "Bearer " + SESSION
        unsigned = [("https://evil.example/" + path, None) for path in ("data", "more")]
        self.assertEqual(sent, [unsigned[0], signed, unsigned[1], signed, *unsigned, signed])

    def test_pass_what_is_ours_once_however_often_a_mock_has_been_in_its_place(self):
        """requests_mock puts a function of its own into the place of Session.send for each test."""

        def theirs(session, request, **options):
            return answering([])(None, request, **options)

        for name in ("send", "resolve_redirects", "rebuild_method", "rebuild_auth"):
            with self.subTest(name):
                before = self.layers()
                for _ in range(3):
                    with mock.patch.object(requests.Session, name, theirs):
                        package.LocalProxyAuthProvider()
                        self.assertIsNot(getattr(requests.Session, name), theirs)
                    package.LocalProxyAuthProvider()
                self.assertEqual(self.layers(), before)
                # As where the mock was there before this package.
                of_requests = getattr(requests.Session, name).__wrapped__
                with mock.patch.object(requests.Session, name, of_requests):
                    package.LocalProxyAuthProvider()
                    self.assertIsNot(getattr(requests.Session, name), of_requests)

    def test_let_a_mock_count_that_a_test_puts_into_the_class_where_requests_has_it(self):
        for name in ("rebuild_method", "rebuild_auth"):
            with mock.patch("requests.sessions.SessionRedirectMixin." + name) as theirs:
                self.led_from("https://other.example/x", "https://other.example/y")
                theirs.assert_called_once()

    def test_let_a_wrapper_that_was_there_before_be_taken_off(self):
        """As OpenTelemetry's, which knows its own by a mark and puts back what `__wrapped__` says."""
        of_requests, called = requests.Session.send.__wrapped__, []

        @functools.wraps(of_requests)
        def theirs(session, request, **options):
            called.append(request.url)
            return of_requests(session, request, **options)

        theirs.is_theirs = True
        with mock.patch.object(requests.Session, "send", theirs):
            package.LocalProxyAuthProvider()
            self.send(UPSTREAM + "/x")
            self.assertEqual(len(called), 1)
            self.assertTrue(requests.Session.send.is_theirs)
            requests.Session.send = requests.Session.send.__wrapped__
            self.send(UPSTREAM + "/x")
            requests.get(UPSTREAM + "/x", auth=package.LocalProxyAuthProvider().get_auth(), timeout=10)
            self.assertTrue(requests.Session.send.carries)
        self.assertEqual(len(called), 1)
        self.assertEqual([header for _, _, header in self.seen], ["Bearer " + SESSION] * 3)

    def test_show_no_session_token_that_code_sends_by_itself_where_a_wrapper_was_taken_off_and_ours_with_it(self):
        sent, token = [], "mlflow-vscode-" + "canary".ljust(43, "x")
        with mock.patch("requests.adapters.HTTPAdapter.send", answering(sent)):
            package.LocalProxyAuthProvider()
            with mock.patch.object(requests.Session, "send", requests.Session.send.__wrapped__):
                for url in (UPSTREAM + "/x", "http://other.example/x"):
                    requests.get(url, headers={"Authorization": "Bearer " + SESSION})
                with mock.patch.dict(os.environ):
                    os.environ.pop(names.SESSION)
                    requests.get("http://other.example/y", headers={"Authorization": "Bearer " + token})
        headers = [(request.url, request.headers.get("Authorization")) for request in sent]
        led = (self.proxy + "/x", "Bearer " + SESSION)
        self.assertEqual(headers, [led, ("http://other.example/x", None), ("http://other.example/y", None)])

    def layers(self):
        """Of functions around those of requests."""
        found = []
        for name in ("send", "resolve_redirects", "rebuild_method", "rebuild_auth"):
            function, count = getattr(requests.Session, name), 0
            while hasattr(function, "__wrapped__"):
                function, count = function.__wrapped__, count + 1
            found.append(count)
        return found

    def test_are_carried_where_the_tracking_server_leads_to_itself(self):
        session = "Bearer " + SESSION
        for leads in (
            (UPSTREAM + "/api/x", UPSTREAM + "/api/y"),
            (self.proxy + "/api/x", self.proxy + "/api/y"),
        ):
            with self.subTest(leads):
                self.assertEqual(self.led_from(*leads), [(self.proxy + "/api/x", session), (self.proxy + "/api/y", session)])
        led = self.led_from("http://mlflow.company.example/api/x", UPSTREAM + "/api/x")
        self.assertEqual(led, [("http://mlflow.company.example/api/x", None), (self.proxy + "/api/x", session)])

    def test_with_credentials_of_their_own_are_left_alone(self):
        request = self.sent_elsewhere(UPSTREAM + "/x", headers={"Authorization": "Bearer canary-own"})
        self.assertEqual((request.url, request.headers["Authorization"]), (UPSTREAM + "/x", "Bearer canary-own"))

    def test_of_another_plugin_are_left_to_it_and_it_is_named(self):
        own = {"Authorization": "Bearer canary-own"}
        for url in (UPSTREAM + "/x", self.proxy + "/x"):
            with self.subTest(url), mock.patch.dict(os.environ, MLFLOW_TRACKING_AUTH="theirs"):
                with self.assertWarnsRegex(UserWarning, "MLFLOW_TRACKING_AUTH is theirs, so that plugin signs in"):
                    self.assertEqual(self.sent_elsewhere(url, headers=own).headers["Authorization"], "Bearer canary-own")
        for name in ("", names.PROVIDER):
            with mock.patch.dict(os.environ, MLFLOW_TRACKING_AUTH=name), mock.patch("warnings.warn") as warn:
                self.sent_elsewhere(UPSTREAM + "/x", headers=own)
                warn.assert_not_called()

    def test_never_show_the_session_token_to_another_server(self):
        request = self.sent_elsewhere("https://other.example/v1/traces", headers={"Authorization": "Bearer " + SESSION})
        self.assertNotIn("Authorization", request.headers)
        with mock.patch.dict(os.environ, MLFLOW_TRACKING_TOKEN="canary-own"):
            request = self.sent_elsewhere("https://other.example/v1/traces", headers={"Authorization": "Bearer " + SESSION})
        self.assertEqual(request.headers["Authorization"], "Bearer canary-own")

    def test_that_are_sent_again_to_another_address_show_it_nothing(self):
        asked = self.sent(lambda session: session.get(UPSTREAM + "/x", auth=package.LocalProxyAuthProvider().get_auth()))
        self.assertEqual(asked.headers["Authorization"], "Bearer " + SESSION)
        for url in ("https://evil.example/", "http://127.0.0.1:9/", "https://127.0.0.1/", "http://evil.example\\@" + self.authority + "/"):
            with self.subTest(url):
                again = asked.copy()
                again.url = url
                sent = self.sent(lambda session: session.send(again))
                self.assertFalse(SESSION in str(sent.headers) and not sent.url.startswith(self.proxy + "/"), sent.url)

    def test_never_show_it_once_a_variable_is_gone_or_another(self):
        token = "mlflow-vscode-" + "a" * 43 + ".of-a-server"
        for name, value in ((names.SESSION, ""), (names.PROXY, ""), (names.UPSTREAM, ""), (names.SESSION, "canary-other")):
            for header in ("Bearer " + token, "Basic " + base64.b64encode(("a:b:" + token).encode()).decode()):
                with self.subTest(name=name, value=value, header=header), mock.patch.dict(os.environ, {name: value}):
                    for url in ("https://other.example/x", "https://127.0.0.1.other.example/x"):
                        self.assertNotIn("Authorization", self.sent_elsewhere(url, headers={"Authorization": header}).headers)

    def test_show_it_to_the_local_proxy_alone_once_a_variable_is_gone_and_past_http_proxies(self):
        """MLflow alone, without this package, signs in to the local proxy with it."""
        token = "mlflow-vscode-" + "a" * 43 + ".of-a-server"
        dead = "http://127.0.0.1:9"
        basic = "Basic " + base64.b64encode(("a:" + token).encode()).decode()
        for header in ("Bearer " + token, basic, b"Bearer " + token.encode()):
            for is_ours in (True, False):
                with self.subTest(header=header, is_ours=is_ours), mock.patch.dict(
                    os.environ, {names.SESSION: "", "HTTP_PROXY": dead, "ALL_PROXY": dead}
                ):
                    proof.forget_proofs()
                    self.seen.clear()
                    self.asked.clear()
                    type(self).listener_session = token.partition(".")[0] if is_ours else "canary-other"
                    os.environ["NO_PROXY"] = "" if is_ours else "*"
                    url = self.proxy.replace("127.0.0.1", "localhost") + "/x"
                    requests.get(url, headers={"Authorization": header}, timeout=10).raise_for_status()
                    shown = header if isinstance(header, str) else header.decode()
                    self.assertEqual([got for _, _, got in self.seen], [shown if is_ours else None])
                    self.assertEqual(self.asked, [None])

    def test_never_have_it_where_no_sign_in_is(self):
        """A .env file is expanded with the variables of the window."""
        token = "mlflow-vscode-" + "a" * 43 + ".of-a-server"
        for session in (token, ""):
            for url, options in (
                ("https://evil.example/" + token + "/api/x", {}),
                ("https://evil.example/x?t=" + token, {}),
                ("https://user:" + token + "@evil.example/x", {}),
                ("https://evil.example/x", {"headers": {"X-Api-Key": token}}),
                ("https://evil.example/x", {"headers": {"X-Api-Key": token.encode()}}),
                ("https://evil.example/x", {"proxies": {"https": "http://user:" + token + "@evil.example:3128"}}),
                ("https://evil.example/x", {"cookies": {"t": token}}),
            ):
                with self.subTest(url=url, options=options), mock.patch.dict(os.environ, {names.SESSION: session}):
                    with mock.patch("requests.adapters.HTTPAdapter.send") as send:
                        with self.assertRaisesRegex(proof.LocalProxyError, "a request for evil.example has the session token"):
                            requests.get(url, **options)
                        send.assert_not_called()

    def test_never_have_it_where_a_prepared_request_finds_its_http_proxy_by_itself(self):
        """requests looks for one in the environment and in the session when it sends, where nobody gave any."""
        token = "mlflow-vscode-" + "a" * 43 + ".of-a-server"
        proxy = "http://user:" + token + "@evil.example:3128"
        for variables, of_session in (
            ({"HTTPS_PROXY": proxy}, {}),
            ({"all_proxy": proxy}, {}),
            ({}, {"https": proxy}),
        ):
            with self.subTest(variables=variables), mock.patch.dict(os.environ, {**variables, "NO_PROXY": "", "no_proxy": ""}):
                session = requests.Session()
                session.proxies.update(of_session)
                with mock.patch("requests.adapters.HTTPAdapter.send") as send:
                    with self.assertRaisesRegex(proof.LocalProxyError, "has the session token"):
                        session.send(requests.Request("GET", "https://evil.example/x").prepare())
                    send.assert_not_called()

    def test_are_the_users_once_the_variables_are_gone(self):
        with mock.patch.dict(os.environ):
            os.environ.pop(names.SESSION)
            self.assertEqual(self.sent_elsewhere(UPSTREAM + "/x").url, UPSTREAM + "/x")


class OfTheUsersBetween(OverTheWire):
    """Adapters and mocks, which know the tracking server by the address that the code names."""

    def setUp(self):
        super().setUp()
        package.LocalProxyAuthProvider()
        self.seen.clear()

    def asked_by_mlflow(self, session=None):
        auth = package.LocalProxyAuthProvider().get_auth()
        headers = {"Authorization": "Bearer " + SESSION}
        return (session or requests.Session()).get(UPSTREAM + "/x?y", auth=auth, headers=headers, timeout=10)

    def asked_by_code(self, session=None):
        return (session or requests.Session()).get(UPSTREAM + "/x?y", timeout=10)

    def test_an_adapter_that_the_code_mounts_for_the_server_is_used(self):
        asked = []

        class Adapter(requests.adapters.HTTPAdapter):
            def send(self, request, *arguments, **keywords):
                asked.append((request.url, request.headers.get("Authorization")))
                return super().send(request, *arguments, **keywords)

        session = requests.Session()
        session.mount(UPSTREAM, Adapter())
        for ask in (self.asked_by_mlflow, self.asked_by_code):
            with self.subTest(ask.__name__):
                self.seen.clear()
                asked.clear()
                response = ask(session)
                self.assertEqual(asked, [(UPSTREAM + "/x?y", None)])
                self.assertEqual(self.seen, [("/x?y", self.authority, "Bearer " + SESSION)])
                self.assertEqual((response.url, response.request.url), (UPSTREAM + "/x?y",) * 2)

    def test_an_adapter_that_has_an_ip_address_in_the_place_of_the_servers_name_is_led(self):
        """As those that are to reach a name before it is known, or one of many machines."""

        class Adapter(requests.adapters.HTTPAdapter):
            def send(self, request, *arguments, **keywords):
                request.headers["Host"] = "mlflow.company.example"
                request = request.copy()
                request.url = request.url.replace(*self.replaced)
                return super().send(request, *arguments, **keywords)

        session = requests.Session()
        session.mount("https://", Adapter())
        for ask in (self.asked_by_mlflow, self.asked_by_code):
            for address in ("192.0.2.9", "[2001:db8::1]", "192.0.2.9:443"):
                with self.subTest(ask.__name__, address=address), mock.patch.object(
                    Adapter, "replaced", ("mlflow.company.example", address), create=True
                ):
                    self.assert_is_led(lambda: ask(session))
            # Another server is another name, port or scheme; and nobody has asked for an address that the code itself names.
            for replaced in (
                ("mlflow.company.example", "evil.example"),
                ("mlflow.company.example", "192.0.2.9:8443"),
                ("https://mlflow.company.example", "http://192.0.2.9"),
            ):
                with self.subTest(ask.__name__, replaced=replaced), mock.patch.object(Adapter, "replaced", replaced, create=True):
                    sent = []
                    with mock.patch("requests.adapters.HTTPAdapter.send", answering(sent)):
                        ask(session)
                    self.assertEqual((sent[0].url, sent[0].headers.get("Authorization")), (UPSTREAM.replace(*replaced) + "/x?y", None))
        sent = self.sent(lambda session: session.get("https://192.0.2.9/x", headers={"Host": "mlflow.company.example"}))
        self.assertEqual((sent.url, sent.headers.get("Authorization")), ("https://192.0.2.9/x", None))

    def test_an_adapter_that_connects_to_another_host_does_not_show_it_the_session_token(self):
        """A gateway, or an HTTP proxy that only the adapter knows."""
        for manager in (Gateway(), urllib3.ProxyManager("http://127.0.0.1:9")):

            class Adapter(requests.adapters.HTTPAdapter):
                def init_poolmanager(self, *_, **__):
                    self.poolmanager = manager

                def get_connection(self, *_, **__):
                    return manager.connection_from_url("http://127.0.0.1:9/")

                get_connection_with_tls_context = get_connection

            session = requests.Session()
            session.mount(UPSTREAM, Adapter())
            for ask in (self.asked_by_mlflow, self.asked_by_code):
                with self.subTest(type(manager).__name__, ask=ask.__name__):
                    self.assert_is_led(lambda: ask(session))
            # Connections to the local proxy end with those of the adapter.
            self.assertEqual(len(manager.pools), 1)
            session.close()
            self.assertEqual(len(manager.pools), 0)

    def test_an_adapter_that_reads_and_changes_headers_knows_the_request_of_the_code(self):
        asked = []

        class Adapter(requests.adapters.HTTPAdapter):
            def add_headers(self, request, **_):
                asked.append((request.url, request.headers.get("Authorization")))
                request.headers.update({"X-Own": "1", "Authorization": "Bearer canary-own"})

            def build_response(self, request, response):
                asked.append((request.url, request.headers["X-Own"]))
                return super().build_response(request, response)

        session = requests.Session()
        session.mount(UPSTREAM, Adapter())
        for ask in (self.asked_by_mlflow, self.asked_by_code):
            with self.subTest(ask.__name__), mock.patch.object(session, "cookies", requests.cookies.RequestsCookieJar()):
                self.seen.clear()
                asked.clear()
                response = ask(session)
                self.assertEqual(asked, [(UPSTREAM + "/x?y", None), (UPSTREAM + "/x?y", "1")])
                self.assertEqual(self.seen, [("/x?y", self.authority, "Bearer " + SESSION)])
                self.assertEqual(response.request.headers["X-Own"], "1")
                self.assertEqual([each.domain for each in response.cookies], ["mlflow.company.example"])

    def test_the_error_of_a_request_is_of_the_one_that_the_code_made(self):
        with mock.patch.dict(os.environ, {names.PROXY: "http://127.0.0.1:9"}):
            with self.assertRaises(requests.exceptions.ConnectionError) as raised:
                self.asked_by_mlflow()
        request = raised.exception.request
        self.assertEqual((request.url, request.headers.get("Authorization")), (UPSTREAM + "/x?y", None))

    def test_a_mock_of_the_server_is_asked_and_shown_no_session_token(self):
        """As of unittest.mock, and as the package responses has one, whether it was there before ours or came later."""
        for mocking in (self.by_unittest, self.by_responses, self.by_a_function):
            for is_first in (True, False) if mocking != self.by_a_function else (False,):
                for ask in (self.asked_by_mlflow, self.asked_by_code):
                    with self.subTest(mocking.__name__, is_first=is_first, ask=ask.__name__):
                        sent = []
                        with self.requests_of_before() if is_first else contextlib.nullcontext():
                            with mock.patch("requests.adapters.HTTPAdapter.send", mocking(sent)):
                                ask()
                            self.assertEqual([(each.url, each.headers.get("Authorization")) for each in sent], [(UPSTREAM + "/x?y", None)])
                            self.assert_is_led(ask)

    def test_what_a_mock_lets_pass_is_led(self):
        """responses sends it by what it found as it was imported."""
        for ask in (self.asked_by_mlflow, self.asked_by_code):
            with self.subTest(ask.__name__), self.requests_of_before():
                holder = mock.Mock(_real_send=requests.adapters.HTTPAdapter.send)

                def send(adapter, request, **options):
                    return holder._real_send(adapter, request, **options)

                send.__module__ = "responses"
                with mock.patch("requests.adapters.HTTPAdapter.send", send):
                    self.assert_is_led(ask)

    def test_a_cassette_knows_the_server_that_the_code_names_and_no_session_token(self):
        """vcrpy puts connections with its cassette into the place of urllib3's, and the users' filters come after."""

        class Kept:
            def __init__(self, method, uri, body, headers):
                self.method, self.uri, self.body, self.headers = method, uri, body, headers

        class Recorded(urllib3.connection.HTTPConnection):
            cassette = mock.Mock(_before_record_request=lambda kept: (kept.method, kept.uri, kept.headers))

        with mock.patch("urllib3.connectionpool.HTTPSConnectionPool.ConnectionCls", Recorded):
            for ask in (self.asked_by_mlflow, self.asked_by_code):
                with self.subTest(ask.__name__):
                    sent = self.sent(ask)
                    for written in (lambda value: value, lambda value: [value]):
                        headers = {"X": written("1"), "Authorization": written(sent.headers["Authorization"])}
                        kept = Recorded.cassette._before_record_request(Kept("GET", sent.url, None, headers))
                        self.assertEqual(kept, ("GET", UPSTREAM + "/x?y", {"X": written("1")}))
            others = Recorded.cassette._before_record_request(Kept("GET", "https://other.example/", None, {"Authorization": "x"}))
            self.assertEqual(others, ("GET", "https://other.example/", {"Authorization": "x"}))

    def test_a_mock_of_the_server_that_plays_below_requests_is_asked_and_no_other(self):
        """As of pook, httpretty and mocket."""
        for mocking in (self.by_pook, self.by_httpretty, self.by_mocket):
            for ask in (self.asked_by_mlflow, self.asked_by_code):
                with self.subTest(mocking.__name__, ask=ask.__name__):
                    with mocking(UPSTREAM):
                        sent = self.sent(ask)
                        self.assertEqual((sent.url, sent.headers.get("Authorization")), (UPSTREAM + "/x?y", None))
                    with mocking("https://other.example"):
                        self.assert_is_led(ask)
                    with mocking(UPSTREAM, is_on=False):
                        self.assert_is_led(ask)

    def test_a_mock_that_forbids_the_network_is_asked_always(self):
        with self.by_pook("https://other.example", networking=False):
            self.assertEqual(self.sent(self.asked_by_code).url, UPSTREAM + "/x?y")

    def by_pook(self, server, is_on=True, networking=True):
        def match(request):
            return request["url"].startswith(server), []

        engine = mock.Mock(active=is_on, networking=networking, mocks=[mock.Mock(matchers=mock.Mock(match=match))])
        return mock.patch.dict(sys.modules, {"pook": mock.Mock(Request=dict), "pook.api": mock.Mock(_engine=engine)})

    def by_httpretty(self, server, is_on=True):
        httpretty = mock.Mock(is_enabled=lambda: is_on, match_https_hostname=lambda host: server if host in server else None)
        return mock.patch.dict(sys.modules, {"httpretty.core": mock.Mock(httpretty=httpretty)})

    @contextlib.contextmanager
    def by_mocket(self, server, is_on=True):
        class Socket(socket.socket):
            __module__ = "mocket.socket" if is_on else "socket"

        mocket = mock.Mock(Mocket=mock.Mock(_entries={(server.partition("//")[2], 443): [1]}))
        with mock.patch.dict(sys.modules, {"mocket.mocket": mocket}), mock.patch("socket.socket", Socket):
            yield

    def assert_is_led(self, ask):
        self.seen.clear()
        ask()
        self.assertEqual(self.seen, [("/x?y", self.authority, "Bearer " + SESSION)])

    def requests_of_before(self):
        """As they are until our package is loaded."""
        send = requests.adapters.HTTPAdapter.send
        return mock.patch("requests.adapters.HTTPAdapter.send", getattr(send, "__wrapped__", send))

    def by_unittest(self, sent):
        return mock.Mock(side_effect=lambda request, **options: answering(sent)(None, request, **options))

    def by_a_function(self, sent):
        answer = answering(sent)
        answer.__module__ = "test_of_theirs"
        return answer

    def by_responses(self, sent):
        answer = answering(sent)
        answer.__module__ = "responses"
        return answer

    def test_requests_that_is_loaded_again_is_led_too(self):
        importlib.reload(requests.adapters)
        importlib.reload(requests.sessions)
        self.addCleanup(importlib.reload, requests.api)
        for module in (requests.api, requests):
            importlib.reload(module)
        for ask in (self.asked_by_mlflow, self.asked_by_code):
            with self.subTest(ask.__name__):
                self.assert_is_led(ask)


class OtherClients(OverTheWire):
    """Requests that are not made by requests go where the code sends them, with nothing of ours in them."""

    def setUp(self):
        super().setUp()
        package.LocalProxyAuthProvider()
        self.seen.clear()

    def test_urllib3_urllib_and_aiohttp_are_not_changed(self):
        for ask in (self.by_urllib3, self.by_urllib, self.by_aiohttp):
            with self.subTest(ask.__name__), mock.patch.dict(os.environ, {names.UPSTREAM: self.proxy, names.PROXY: "http://127.0.0.1:9"}):
                self.seen.clear()
                ask(self.proxy + "/x")
                self.assertEqual(self.seen, [("/x", self.authority, None)])

    def by_urllib3(self, url):
        urllib3.PoolManager().request("GET", url)

    def by_urllib(self, url):
        urllib.request.urlopen(url, timeout=10).close()

    def by_aiohttp(self, url):
        try:
            import aiohttp
        except ImportError:
            return self.by_urllib(url)
        import asyncio

        async def get():
            async with aiohttp.ClientSession() as session, session.get(url) as response:
                await response.read()

        asyncio.run(get())


class Faults(Interception):
    def test_of_ours_leave_the_request_as_it_is_and_keep_the_session_token(self):
        with mock.patch("mlflow_secrets_auth_vscode.requests_auth.urlsplit", side_effect=KeyError("canary")):
            with self.assertWarnsRegex(UserWarning, "could not prepare a request, which goes on without it"):
                request = self.prepared(UPSTREAM + "/x", headers={"Authorization": "Bearer " + SESSION})
        self.assertEqual(request.url, UPSTREAM + "/x")
        self.assertNotIn("Authorization", request.headers)

    def test_of_ours_are_in_the_log_where_warnings_are_errors(self):
        with mock.patch("mlflow_secrets_auth_vscode.requests_auth.urlsplit", side_effect=KeyError("canary")):
            with warnings.catch_warnings(), self.assertLogs(level="WARNING") as log:
                warnings.simplefilter("error")
                request = self.prepared(UPSTREAM + "/x", headers={"Authorization": "Bearer " + SESSION})
        self.assertEqual(request.url, UPSTREAM + "/x")
        self.assertRegex(log.output[0], "could not prepare a request, which goes on without it")


    def test_of_ours_wherever_they_are_let_a_request_go_on_and_show_the_session_token_to_nobody(self):
        package.LocalProxyAuthProvider()
        token = "mlflow-vscode-" + "a" * 43 + ".of-a-server"
        of_package = "mlflow_secrets_auth_vscode."
        for fault in (
            "carry_other_requests",
            "sign_in_trace_frames",
            "requests_auth.lead_in_adapters",
            "requests_auth.carry_other_requests",
            "requests_auth.holds_session",
            "requests_auth.is_for_local_proxy",
            "requests_auth.keep_token_back",
            "requests_auth.replace_session_token",
            "requests_auth._found_proxies",
            "requests_auth.answers",
            "requests_auth.copy.copy",
            "local_adapter._of_ours",
        ):
            for variables in ({}, {names.SESSION: token}, {names.SESSION: ""}):
                for url in (UPSTREAM + "/x", "https://other.example/x"):
                    with self.subTest(fault, variables=variables, url=url), mock.patch.dict(os.environ, variables), warnings.catch_warnings():
                        warnings.simplefilter("ignore")
                        with mock.patch(of_package + fault, side_effect=KeyError("theirs")):
                            auth = package.LocalProxyAuthProvider().get_auth()
                            for options in ({"auth": auth}, {}):
                                options["headers"] = {"Authorization": "Bearer " + token}
                                request = self.sent(lambda session: session.get(url, **options))
                                shown = request.headers.get("Authorization") or ""
                                self.assertTrue(request.url.startswith(self.proxy) or token not in shown, shown)

    def test_of_ours_carry_nothing_where_another_server_leads_to_the_tracking_server(self):
        package.LocalProxyAuthProvider()
        sent = []

        def answer(adapter, request, **options):
            sent.append((request.url, request.headers.get("Authorization")))
            response = answering([])(adapter, request, **options)
            if len(sent) == 1:
                response.status_code, response.headers["Location"] = 302, UPSTREAM + "/x"
            return response

        answer.__module__ = "requests.adapters"
        with mock.patch("requests.adapters.HTTPAdapter.send", answer), self.assertWarnsRegex(UserWarning, "could not prepare"):
            with mock.patch.object(package.requests_auth.LocalProxyAuth, "_is_of_another_server", side_effect=KeyError("theirs")):
                requests.get("https://evil.example/x")
        self.assertEqual(sent, [("https://evil.example/x", None), (UPSTREAM + "/x", None)])

    def test_for_a_second_server_are_one_warning_where_mlflow_has_moved_what_finds_plugins(self):
        with mock.patch.dict(sys.modules, {"mlflow.tracking.request_auth.registry": None}):
            with mock.patch.dict(os.environ, MLFLOW_TRACKING_AUTH="theirs"):
                with self.assertWarnsRegex(UserWarning, "could not prepare a request, which goes on without it"):
                    self.assert_untouched("https://other.example/x")

    def test_of_requests_that_the_user_makes_by_hand_are_the_users(self):
        package.LocalProxyAuthProvider()
        request, sent = requests.PreparedRequest(), []
        request.method, request.url = "GET", "https://other.example/x"
        session = requests.Session()
        session.mount("https://", mock.Mock(send=lambda request, **options: answering(sent)(None, request, **options)))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            session.send(request)
        self.assertEqual(len(sent), 1)


class TraceFrames(unittest.TestCase):
    """What MLflow 3.10 and later asks of its setting for the frames that show traces in a notebook."""

    def base(self, uri, users_own=None, **environment):
        class Setting:
            def get(self):
                return users_own

        modules = {"mlflow": mock.Mock(), "mlflow.environment_variables": mock.Mock()}
        modules["mlflow"].get_tracking_uri.return_value = uri
        setting = modules["mlflow.environment_variables"].MLFLOW_NOTEBOOK_TRACE_RENDERER_BASE_URL = Setting()
        variables = {names.PROXY: "http://127.0.0.1:40123", names.UPSTREAM: UPSTREAM, names.SESSION: SESSION + ".server"}
        with mock.patch.dict(sys.modules, modules), mock.patch.dict(os.environ, {**variables, **environment}):
            for _ in range(2):
                trace_frames.sign_in_trace_frames()
            return setting.get()

    def test_are_of_the_local_proxy_with_a_key_that_tells_nothing_while_it_is_the_tracking_server(self):
        for uri in ("http://127.0.0.1:40123", "http://127.0.0.1:40123/"):
            base = self.base(uri)
            self.assertRegex(base, r"^http://127\.0\.0\.1:40123/\.mlflow-secrets-auth/trace/[\w-]{43}\.server$")
            self.assertNotIn(SESSION, base)

    def test_are_what_they_are_without_us_for_any_other_server(self):
        for uri in (UPSTREAM, "http://127.0.0.1:40124", "http://127.0.0.1:40123/mlflow", "sqlite:///x.db", "databricks"):
            self.assertIsNone(self.base(uri), uri)
        self.assertIsNone(self.base("http://127.0.0.1:40123", **{names.SESSION: ""}))

    def test_are_what_the_user_has_set(self):
        self.assertEqual(self.base("http://127.0.0.1:40123", users_own="https://own.example"), "https://own.example")

    def test_do_not_disturb_an_mlflow_without_that_setting(self):
        with mock.patch.dict(sys.modules, {"mlflow.environment_variables": None}):
            trace_frames.sign_in_trace_frames()


def as_sent_to(proxy):
    with mock.patch.dict(os.environ, {names.PROXY: proxy, names.UPSTREAM: UPSTREAM, names.SESSION: SESSION}):
        return as_sent()


def as_sent():
    sent = []
    with mock.patch("requests.adapters.HTTPAdapter.send", answering(sent)):
        requests.get(UPSTREAM + "/x", auth=package.LocalProxyAuthProvider().get_auth())
    return sent[0]


class Listener(unittest.TestCase):
    """Whoever has the port, and when."""

    def setUp(self):
        proof.forget_proofs()

    def ask(self, port, **environment):
        variables = {names.PROXY: "http://127.0.0.1:{}".format(port), names.UPSTREAM: UPSTREAM, names.SESSION: SESSION}
        with mock.patch.dict(os.environ, {**variables, **environment}):
            session = requests.Session()
            session.mount("https://", requests.adapters.HTTPAdapter(max_retries=Retry(total=3, backoff_factor=0.2)))
            session.get(UPSTREAM + "/x", auth=package.LocalProxyAuthProvider().get_auth(), timeout=10)

    def listen(self, answer, port=0):
        seen = []
        server = socket.socket()
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind(("127.0.0.1", port))
        server.listen()
        self.addCleanup(server.close)

        def serve():
            while True:
                try:
                    connection = server.accept()[0]
                except OSError:
                    return
                seen.append(connection.recv(65536))
                connection.sendall(answer)
                connection.close()

        threading.Thread(target=serve, daemon=True).start()
        return server.getsockname()[1], seen

    def test_that_says_anything_else_gets_a_nonce_and_a_clear_error_follows_at_once(self):
        for answer in (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", b"HTTP/1.1 401 No\r\n\r\n", b"SSH-2.0-x\r\n"):
            with self.subTest(answer):
                port, seen = self.listen(answer)
                with self.assertRaisesRegex(proof.LocalProxyError, "another program listens"):
                    self.ask(port)
                self.assertEqual(len(seen), 1)
                self.assertNotIn(SESSION.encode(), b"".join(seen))

    def test_that_comes_between_two_attempts_of_one_request_gets_no_token(self):
        free = socket.socket()
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        found = []
        timer = threading.Timer(0.3, lambda: found.append(self.listen(b"HTTP/1.1 200 OK\r\n\r\n", port)[1]))
        timer.start()
        with self.assertRaises(proof.LocalProxyError):
            self.ask(port)
        timer.join()
        self.assertEqual(len(found[0]), 1)
        self.assertNotIn(SESSION.encode(), found[0][0])

    def test_that_ends_while_it_is_asked_is_asked_again(self):
        server = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(server.close)
        reset = []

        def serve():
            while True:
                try:
                    connection = server.accept()[0]
                except OSError:
                    return
                # Ended with bytes unread or at once, as the kernel does for a process that is killed.
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                # First: whoever asked goes on as soon as it is closed.
                reset.append(connection)
                connection.close()

        threading.Thread(target=serve, daemon=True).start()
        with self.assertRaises(requests.exceptions.ConnectionError):
            self.ask(server.getsockname()[1])
        self.assertEqual(len(reset), 4)

    def test_that_says_nothing_for_a_while_as_on_a_busy_machine_is_asked_again(self):
        server = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(server.close)
        held = []

        def serve():
            while True:
                try:
                    held.append(server.accept()[0])
                except OSError:
                    return

        threading.Thread(target=serve, daemon=True).start()
        with mock.patch.object(proof, "_answer_timeout_seconds", 0.2):
            with self.assertRaisesRegex(requests.exceptions.ConnectionError, "is restarting or busy"):
                self.ask(server.getsockname()[1])
        self.assertEqual(len(held), 4)
        for connection in held:
            connection.setblocking(False)
            self.assertNotIn(SESSION.encode(), connection.recv(65536))
            connection.close()

    def test_that_is_nobody_on_another_machine_is_said_at_once(self):
        with self.assertRaisesRegex(proof.LocalProxyError, "were made on laptop, and this is "):
            self.ask(9, **{names.HOST: "laptop"})
        with self.assertRaises(requests.exceptions.ConnectionError):
            self.ask(9, **{names.HOST: socket.gethostname()})

    def test_elsewhere_is_never_connected_to_however_the_address_is_written(self):
        """What reads an address for the comparison may read it otherwise than what connects."""
        for proxy in (
            "http://evil.example\\@127.0.0.1:9",
            "http://evil.example\\\\@127.0.0.1:9",
            "http://evil.example%5c@127.0.0.1:9",
            "http://evil.example:80@127.0.0.1:9",
            "http://127.0.0.1:9\t.evil.example",
            "http://127.0.0.1:9\\.evil.example",
            "http://evil.example\n@127.0.0.1:9",
        ):
            with self.subTest(proxy), mock.patch.dict(os.environ, {names.PROXY: proxy, names.UPSTREAM: UPSTREAM, names.SESSION: SESSION}):
                request = as_sent()
                if "Authorization" in request.headers:
                    self.assertEqual(urllib3.util.parse_url(request.url).netloc, "127.0.0.1:9")

    def test_elsewhere_is_never_connected_to(self):
        for proxy in ("http://192.0.2.1:9", "http://localhost:9", "https://127.0.0.1:9", "http://127.0.0.1.evil.example:9"):
            with self.subTest(proxy), mock.patch.dict(os.environ, {names.PROXY: proxy, names.UPSTREAM: UPSTREAM, names.SESSION: SESSION}):
                request = as_sent()
                self.assertEqual(request.url, UPSTREAM + "/x")
                self.assertNotIn("Authorization", request.headers)


class Folder(unittest.TestCase):
    """MLflow imports a dozen absent modules with every request, and each folder on the path is searched for each."""

    folder = os.path.dirname(os.path.dirname(package.__file__))

    def test_is_searched_for_this_package_only(self):
        finder = sys.path_importer_cache[self.folder]
        with mock.patch("importlib._bootstrap_external._path_stat", side_effect=AssertionError("looked for")):
            self.assertIsNone(finder.find_spec("absent_module"))
        self.assertEqual(finder.find_spec(package.__name__).origin, package.__file__)

    def test_is_read_at_once_as_an_update_may_replace_it_while_a_kernel_runs(self):
        modules = ["{}.{}".format(package.__name__, found.name) for found in pkgutil.iter_modules(package.__path__)]
        code = "import sys, {}; print([name for name in {!r} if name not in sys.modules])".format(package.__name__, modules)
        self.assertEqual(subprocess.check_output([sys.executable, "-c", code]).strip(), b"[]")

    def test_can_be_listed_and_its_package_loaded_again(self):
        importlib.invalidate_caches()
        self.assertEqual([found.name for found in pkgutil.iter_modules([self.folder])], [package.__name__])
        self.assertIs(importlib.reload(package), package)
        (entry,) = (
            entry
            for distribution in importlib.metadata.distributions(path=[self.folder])
            for entry in distribution.entry_points
        )
        self.assertEqual(entry.load().__name__, "LocalProxyAuthProvider")


if __name__ == "__main__":
    unittest.main()
