"""A model server that behaves as its manifest and its requests say."""

import http.server
import json
import os
import pathlib
import sys
import time

model = pathlib.Path(os.environ["SAGEMAKER_BASE_DIR"]) / "model"
manifest = json.loads((model / "manifest.json").read_text())
if manifest.get("broken"):
    sys.exit("The manifest is of another version.")
time.sleep(manifest.get("start_seconds", 0))


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.answer(200, b"")

    def do_POST(self):
        order = json.loads(self.rfile.read(int(self.headers["content-length"])) or b"{}")
        if order.get("die"):
            os._exit(9)
        time.sleep(order.get("seconds", 0))
        document = {
            "model": manifest["name"],
            "pid": os.getpid(),
            "headers": dict(self.headers),
            "environment": dict(os.environ),
            "padding": "x" * order.get("bytes", 0),
        }
        self.answer(order.get("status", 200), json.dumps(document).encode())

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


address = (os.environ["SERVE_HOST"], int(os.environ["SAGEMAKER_BIND_TO_PORT"]))
server = http.server.ThreadingHTTPServer(address, Handler)
server.serve_forever()
