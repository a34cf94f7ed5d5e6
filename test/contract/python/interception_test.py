"""What the interception package does to requests' finished requests. Run with the package on PYTHONPATH."""

import base64
import http.server
import importlib
import importlib.metadata
import io
import os
import pkgutil
import sys
import tempfile
import threading
import unittest
from unittest import mock

import requests

import mlflow_secrets_auth_vscode as package

UPSTREAM = "https://mlflow.company.example"
SESSION = "canary-session"


class Interception(unittest.TestCase):
    upstream = UPSTREAM
    proxy = "http://127.0.0.1:40123"

    def setUp(self):
        self.home = tempfile.TemporaryDirectory()
        self.addCleanup(self.home.cleanup)
        environment = {
            "HOME": self.home.name,
            "USERPROFILE": self.home.name,
            package.PROXY: self.proxy,
            package.UPSTREAM: self.upstream,
            package.SESSION: SESSION,
        }
        patch = mock.patch.dict(os.environ, environment, clear=True)
        patch.start()
        self.addCleanup(patch.stop)

    def prepared(self, url, method="GET", **arguments):
        auth = package.LocalProxyAuthProvider().get_auth()
        request = requests.Request(method, url, auth=auth, **arguments)
        return requests.Session().prepare_request(request)

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
        ):
            with self.subTest(url):
                self.assert_goes_local(url + "/a%2Fb//c;d?e=%20f&g", "/a%2Fb//c;d?e=%20f&g")

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
            "https://mlflow.company.example./",
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
        self.assert_untouched("https://[2001:db8::1]/x")
        self.assert_untouched("https://[2001:db8::2]:8443/x")


class HttpUpstream(Interception):
    upstream = "http://mlflow.local:5000"

    def test_compared_whole(self):
        self.assert_goes_local("http://mlflow.local:5000/x", "/x")
        self.assert_untouched("https://mlflow.local:5000/x")
        self.assert_untouched("http://mlflow.local/x")


class Switches(Interception):
    def test_does_nothing_without_its_variables(self):
        for name in (package.PROXY, package.UPSTREAM, package.SESSION):
            for value in (None, ""):
                with self.subTest(name=name, value=value), mock.patch.dict(os.environ):
                    os.environ.pop(name)
                    if value is not None:
                        os.environ[name] = value
                    self.assertIsNone(package.LocalProxyAuthProvider().get_auth())

    def test_broken_variables_send_nothing_anywhere_else(self):
        for name, value in ((package.PROXY, "nonsense"), (package.UPSTREAM, "https://"), (package.UPSTREAM, "https://h:x")):
            with self.subTest(name=name, value=value), mock.patch.dict(os.environ, {name: value}):
                self.assert_untouched(UPSTREAM + "/x")
                self.assert_untouched("nothing://at/all")

    def test_follows_the_environment_at_each_request(self):
        os.environ[package.PROXY] = "http://127.0.0.1:40999"
        self.assertEqual(self.prepared(UPSTREAM + "/x").url, "http://127.0.0.1:40999/x")


class OtherServers(Interception):
    """The session token is worth nothing there; they get what they got before our variables were set."""

    other = "https://other.example/x"
    mlflow_sends = (
        "Bearer " + SESSION,
        "Basic " + base64.b64encode(("ada:" + SESSION).encode()).decode(),
    )

    def sent(self, **arguments):
        return self.prepared(self.other, **arguments).headers.get("Authorization")

    def basic(self, user, password):
        return "Basic " + base64.b64encode("{}:{}".format(user, password).encode()).decode()

    def test_the_session_token_is_not_sent(self):
        for header in self.mlflow_sends:
            self.assertIsNone(self.sent(headers={"Authorization": header}))

    def test_credentials_of_their_own_stay(self):
        for header in ("Bearer canary-own", self.basic("ada", "canary-own"), "Basic !!!", "Basic /w=="):
            self.assertEqual(self.sent(headers={"Authorization": header}), header)

    def test_the_credentials_file_counts_again(self):
        self.write_home(
            ".mlflow/credentials",
            "[mlflow]\nmlflow_tracking_username = bob\nmlflow_tracking_password = canary-file\n",
        )
        for header in self.mlflow_sends:
            self.assertEqual(self.sent(headers={"Authorization": header}), self.basic("bob", "canary-file"))
        self.assertIsNone(self.sent())

    def test_netrc_counts_as_it_does_without_a_plugin(self):
        self.write_home(".netrc", "machine other.example login bob password canary-netrc\n")
        os.chmod(os.path.join(self.home.name, ".netrc"), 0o600)
        for header in self.mlflow_sends:
            self.assertEqual(self.sent(headers={"Authorization": header}), self.basic("bob", "canary-netrc"))

    def test_credentials_in_the_address_count(self):
        sent = self.prepared("https://bob:canary-url@other.example/x").headers["Authorization"]
        self.assertEqual(sent, self.basic("bob", "canary-url"))


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
            def do_GET(self):
                seen.append((self.path, self.headers["Host"], self.headers["Authorization"]))
                self.send_response(302 if self.path == "/moved" else 200)
                self.send_header("Location", cls.proxy + "/x")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        seen = cls.seen = []
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        cls.proxy = "http://127.0.0.1:{}".format(server.server_port)
        cls.authority = cls.proxy[7:]
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        cls.addClassCleanup(thread.join)
        cls.addClassCleanup(server.server_close)
        cls.addClassCleanup(server.shutdown)

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

    def test_netrc_for_this_machine_does_not_win(self):
        self.write_home(".netrc", "machine 127.0.0.1 login bob password canary-netrc\n")
        os.chmod(os.path.join(self.home.name, ".netrc"), 0o600)
        self.assertEqual(self.get(self.proxy + "/x")[0][2], "Bearer " + SESSION)

    def test_redirects_within_the_proxy_are_followed_with_the_session_token(self):
        seen = self.get(UPSTREAM + "/moved")
        self.assertEqual([(path, header) for path, _, header in seen], [(path, "Bearer " + SESSION) for path in ("/moved", "/x")])



class Folder(unittest.TestCase):
    """MLflow imports a dozen absent modules with every request, and each folder on the path is searched for each."""

    folder = os.path.dirname(package.__file__)

    def test_is_searched_for_this_module_only(self):
        finder = sys.path_importer_cache[self.folder]
        with mock.patch("importlib._bootstrap_external._path_stat", side_effect=AssertionError("looked for")):
            self.assertIsNone(finder.find_spec("absent_module"))
        self.assertEqual(finder.find_spec(package.__name__).origin, package.__file__)

    def test_can_be_listed_and_its_module_loaded_anew(self):
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
