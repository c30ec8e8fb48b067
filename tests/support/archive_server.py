"""A small corpus in an archive, and a server on this machine that serves it well or badly."""

import hashlib
import io
import tarfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from sdmvae.archives.known import Archive
from tests.support.small_project import speak

NAME = "/dev-clean.tar.gz"
LICENCE = "CC BY 4.0\n"

# The first versions of Python 3.11 lack the filter, and `fetch` says so.
unpacks = pytest.mark.skipif(
    not hasattr(tarfile, "data_filter"), reason="this Python cannot unpack archives safely"
)


def write_librispeech(root: Path, speakers: int = 5, utterances: int = 3) -> Path:
    """Write noise in the layout of LibriSpeech; return the folder of the subset."""
    for speaker in range(1, speakers + 1):
        for number in range(utterances):
            name = f"{speaker}/9/{speaker}-9-{number:04d}.flac"
            speak(root / "dev-clean" / name, seed=10 * speaker + number)
    (root / "LICENSE.TXT").write_text(LICENCE)
    return root / "dev-clean"


def pack(folder: Path, name: str = "LibriSpeech") -> bytes:
    """Return a compressed tar archive of a folder under a name."""
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w:gz") as tar:
        tar.add(folder, name)
    return data.getvalue()


def describe(data: bytes, *urls: str) -> Archive:
    """Return the entry of an archive that has these bytes at these addresses."""
    return Archive(
        name="LibriSpeech dev-clean",
        urls=urls,
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        inside=Path("LibriSpeech/dev-clean"),
        root=Path("data/corpora/LibriSpeech"),
        licence="CC BY 4.0",
    )


class Server:
    """An HTTP server that follows a plan, one entry for each request, and its last for the rest.

    An entry is "whole"; "no ranges", which ignores that a part is asked for; the byte at which the
    connection breaks off; "unknown length", which does not say how long the file is; "slow", which
    sends half of the file, and the rest when `running` ends; a status such as "404"; or bytes,
    which are served in place of the file.

    Attributes:
        url: The address of the file.
        ranges: What each request asked for: the header "Range", or an empty text.
    """

    def __init__(self, data: bytes, *plan: str | int | bytes) -> None:
        """Serve some bytes. Nothing is served before `running`."""
        self.data, self.plan, self.ranges = data, list(plan) or ["whole"], list[str]()
        self.ended = threading.Event()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.server.server_port}{NAME}"

    @contextmanager
    def running(self) -> Iterator["Server"]:
        """Serve until the block ends."""
        thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield self
        finally:
            self.ended.set()
            self.server.shutdown()
            thread.join()
            self.server.server_close()

    def _next(self) -> str | int | bytes:
        return self.plan.pop(0) if len(self.plan) > 1 else self.plan[0]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked, entry = self.headers.get("Range", ""), server._next()
                server.ranges.append(asked)
                if isinstance(entry, str) and entry.isdecimal():
                    self.send_error(int(entry))
                    return
                data = entry if isinstance(entry, bytes) else server.data
                start = 0 if entry == "no ranges" else int(asked[6:-1] or 0) if asked else 0
                self.send_response(206 if start else 200)
                if entry != "unknown length":
                    self.send_header("Content-Length", str(len(data) - start))
                self.end_headers()
                end = entry if isinstance(entry, int) else len(data)
                half = end // 2 if entry == "slow" else end
                with suppress(OSError):  # the other side may have been killed
                    self.wfile.write(data[start:half])
                    if half < end:
                        server.ended.wait()
                        self.wfile.write(data[half:end])
                self.close_connection = True

            def log_message(self, *arguments: object) -> None:
                """Keep the output of the tests readable."""

        return Handler
