"""Downloads that survive a bad connection: what has arrived is kept and continued, what is wrong is thrown away."""

import gzip
import os
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from tqdm import tqdm

from dlcourse.data import checksum

SECONDS = 20  # without a single byte, until a server counts as silent
CHUNK = 1 << 16
NETWORK = (URLError, HTTPException, ConnectionError, TimeoutError, ssl.SSLError)


class DownloadError(OSError):
    """A file could not be brought here; the sentence says why and what to do."""


class _WrongAnswer(URLError):
    """A server sent too little, or something else than the file."""


@dataclass(frozen=True)
class RemoteFile:
    """A file on the web: the name it gets here, the addresses that offer it, the sha256 of what `opener` reads from it."""

    name: str
    urls: tuple[str, ...]
    sha256: str
    opener: Callable = gzip.open

    def is_intact(self, path):
        """Whether `path` exists and holds this file, whole and unaltered."""
        try:
            checksum.read(path, self.opener, self.sha256, advice="")
        except (FileNotFoundError, checksum.Damaged):
            return False
        return True


def fetch(file, folder):
    """Bring a RemoteFile into `folder` and return its path. One that is there and intact is not loaded again.

    Each address is tried in turn. Raises DownloadError when none delivers, or when the folder cannot be written.
    """
    path, part = folder / file.name, folder / f"{file.name}.part"
    try:
        if not file.is_intact(path):
            folder.mkdir(parents=True, exist_ok=True)
            _from_anywhere(file, part)
            os.replace(part, path)  # in one step: the file is there whole, or not at all
    except DownloadError:
        raise
    except OSError as error:
        raise DownloadError(
            f"{folder} cannot be written: {error.strerror or error}. Make room there, or set DLCOURSE_HOME to another folder, "
            "and give the same command again: what has arrived is kept."
        ) from error
    return path


def _from_anywhere(file, part):
    problems = []
    for url in file.urls:
        try:
            return _complete(file, url, part)
        except NETWORK as error:
            problems.append(f"  {url}: {_reason(error)}")
    listed = "\n".join(problems)
    raise DownloadError(f"{file.name} could not be downloaded.\n{listed}\nCheck the connection and give the same command again.")


def _complete(file, url, part):
    """Make `part` the whole file. If a part from an earlier try turns out to be wrong, begin again once."""
    continued = part.exists()
    _receive(url, part)
    if not file.is_intact(part):
        part.unlink()
        if not continued:
            raise _WrongAnswer("what came is not the file (its checksum differs), so it was removed")
        _complete(file, url, part)


def _receive(url, part):
    """Append to `part` what is missing of it, or write all of it if the server cannot begin in the middle."""
    size = part.stat().st_size if part.exists() else 0
    request = Request(url, headers={"User-Agent": "dlcourse"} | ({"Range": f"bytes={size}-"} if size else {}))
    try:
        with urlopen(request, timeout=SECONDS) as response:
            _write(response, part, size if response.status == 206 else 0)
    except HTTPError as error:
        error.close()
        if error.code != 416 or not size:  # 416: the part is as long as the file or longer, so that only its checksum can tell
            raise


def _write(response, part, start):
    promised = response.headers["Content-Length"]
    total = start + int(promised) if promised else None
    with part.open("ab" if start else "wb") as file, _bar(part.stem, start, total) as bar:
        while chunk := response.read(CHUNK):
            file.write(chunk)
            bar.update(len(chunk))
    if total and part.stat().st_size < total:
        raise _WrongAnswer(f"the connection broke after {part.stat().st_size:,} of {total:,} bytes; they are kept")


def _bar(name, start, total):
    return tqdm(desc=name, initial=start, total=total, unit="B", unit_scale=True)


def _reason(error):
    if isinstance(error, HTTPError):
        return f"the server answered {error.code} {error.reason}"
    if isinstance(error, _WrongAnswer):
        return error.reason
    return f"no connection ({getattr(error, 'reason', None) or error})"
