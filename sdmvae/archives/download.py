"""Download of one file: it goes on after an interruption, tries again, and checks every byte."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pooch
import requests
from tqdm import tqdm

from sdmvae.runtime.progress import progress

# Every address is tried in each round. Between two rounds there is a pause of so many seconds.
PAUSES = (2.0, 5.0, 10.0)
SECONDS_WITHOUT_DATA = 30
CHUNK = 1 << 16
MEGABYTE = 1_000_000


class DownloadError(RuntimeError):
    """A file cannot be downloaded; the message is one line."""


class _BrokenError(Exception):
    """There is no connection, or it broke off. A further try may succeed."""


class _UselessError(Exception):
    """The address does not have the file. A further try is of no use."""


def download(
    name: str,
    urls: Sequence[str],
    path: Path,
    *,
    sha256: str,
    size: int,
    pauses: Sequence[float] = PAUSES,
) -> None:
    """Download a file to a path, unless the right file is there already.

    What has arrived is kept beside it, in a file that ends in ".part", and the next call goes on
    from there. After a connection that broke off, the addresses are tried again. An address that
    refuses, or that has other bytes, is not.

    Args:
        name: What the file is called in messages.
        urls: Where it is. Each is tried in turn.
        path: Where it shall be. Its folder exists.
        sha256: The SHA-256 of its bytes.
        size: Its size in bytes.
        pauses: How many seconds to wait before each further round over the addresses.

    Raises:
        DownloadError: No address gave the file. The message has the problem with each of them.
        OSError: The file cannot be written.
    """
    pooch.get_logger().setLevel("ERROR")
    problems: dict[str, str] = {}
    left = list(urls)
    for pause in (0.0, *pauses):
        if pause and left:
            again = "; ".join(problems[url] for url in left)
            print(f"fetch: {again}; trying again in {pause:g} s", flush=True)
            time.sleep(pause)
        for url in list(left):
            try:
                return _retrieve(name, url, path, sha256, size)
            except _BrokenError as error:
                problems[url] = str(error)
            except _UselessError as error:
                problems[url] = str(error)
                left.remove(url)
    raise DownloadError(f"{name} could not be downloaded: {'; '.join(problems.values())}")


def _retrieve(name: str, url: str, path: Path, sha256: str, size: int) -> None:
    """Let pooch download a file, check it, and put it in its place."""
    part = path.with_name(f"{path.name}.part")
    began_earlier = part.exists()

    def transfer(url: str, target: str, pup: Any) -> None:
        _transfer(name, url, part, size)
        part.replace(target)

    try:
        pooch.retrieve(
            url, f"sha256:{sha256}", fname=path.name, path=path.parent, downloader=transfer
        )
    except ValueError:
        # pooch has removed the file. Its beginning may have come from another address.
        kind = _BrokenError if began_earlier else _UselessError
        raise kind(f"{url} is another file: it does not have the expected SHA-256") from None


def _transfer(name: str, url: str, part: Path, size: int) -> None:
    """Fetch what is missing of a file, and append it to what is there."""
    done = part.stat().st_size if part.exists() else 0
    if done == size:
        return
    with _open(url, done) as response:
        # Any other status means that the server sends the file from its beginning.
        goes_on = response.status_code == requests.codes.partial_content
        done = done if goes_on else 0
        if done:
            print(f"fetch: going on after {done // MEGABYTE} MB", flush=True)
        length = int(response.headers.get("Content-Length", size - done))
        if done + length != size:
            raise _UselessError(f"{url} is another file: {done + length} bytes, expected {size}")
        with _bar(name, done, size) as bar, part.open("ab" if goes_on else "wb") as file:
            for chunk in _chunks(response):
                file.write(chunk)
                done += len(chunk)
                bar.update(done // MEGABYTE - bar.n)
    if done != size:  # the server did not say how long the file is
        part.unlink()
        raise _UselessError(f"{url} is another file: {done} bytes, expected {size}")


def _bar(name: str, done: int, size: int) -> "tqdm[None]":
    return progress(None, f"fetch {name}", size // MEGABYTE, "MB", done // MEGABYTE)


@contextmanager
def _open(url: str, start: int) -> Iterator[requests.Response]:
    # Bytes that a server compresses on their way are not those of the file.
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={start}-"} if start else {})
    host = urlsplit(url).netloc
    try:
        response = requests.get(url, headers=headers, stream=True, timeout=SECONDS_WITHOUT_DATA)
    except requests.exceptions.SSLError:
        raise _UselessError(f"{host}: its certificate is not accepted") from None
    except requests.Timeout:
        raise _BrokenError(f"{host} does not answer") from None
    except requests.ConnectionError:
        raise _BrokenError(f"there is no connection to {host}") from None
    except requests.RequestException as error:
        raise _UselessError(f"{url}: {error}") from None
    with response:
        status = response.status_code
        if status >= 400:
            kind = _BrokenError if status >= 500 or status == 429 else _UselessError
            raise kind(f"{url}: HTTP status {status} {response.reason}")
        yield response


def _chunks(response: requests.Response) -> Iterator[bytes]:
    try:
        yield from response.iter_content(CHUNK)
    except requests.RequestException:
        host = urlsplit(response.url).netloc
        raise _BrokenError(f"the connection to {host} broke off") from None
