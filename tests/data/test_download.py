"""Downloads from a server of our own on this machine, which cuts off, lies, refuses and falls silent on demand."""

import gzip
import hashlib
import io
import os
import socket
import threading
import time
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from dlcourse.data import download
from dlcourse.data.download import DownloadError, RemoteFile, fetch

INSIDE = np.random.default_rng(0).bytes(300_000)
CONTENT = gzip.compress(INSIDE)
HALF = len(CONTENT) // 2


class Handler(BaseHTTPRequestHandler):
    """/whole serves ranges, /plain does not know them; /stubborn answers every request with 416; the others are what they are called."""

    def do_GET(self):
        self.server.asked.append((self.path, self.headers["Range"]))
        getattr(self, f"serve_{self.path[1:]}")()

    def serve_whole(self):
        start = int((self.headers["Range"] or "bytes=0-").removeprefix("bytes=").removesuffix("-"))
        if start >= len(CONTENT):
            return self.send_error(416)
        return self.answer(206 if start else 200, CONTENT[start:])

    def serve_plain(self):
        self.answer(200, CONTENT)

    def serve_cut(self):
        self.answer(200, CONTENT[:HALF], promised=len(CONTENT))

    def serve_altered(self):
        self.answer(200, CONTENT[:HALF] + b"?" + CONTENT[HALF + 1 :])

    def serve_login(self):
        self.answer(200, b"<html>Log in to this network first</html>")

    def serve_missing(self):
        self.send_error(404)

    def serve_stubborn(self):
        self.send_error(416)

    def serve_silent(self):
        time.sleep(0.5)

    def answer(self, status, content, promised=None):
        self.send_response(status)
        self.send_header("Content-Length", str(promised or len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args):
        """Say nothing."""


@pytest.fixture(scope="module")
def server():
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def remote(server, monkeypatch):
    """remote("cut", "whole"): the file, offered at these two addresses."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    server.asked = []
    address = f"http://127.0.0.1:{server.server_port}"
    return lambda *paths: RemoteFile("set.gz", tuple(f"{address}/{path}" for path in paths), hashlib.sha256(INSIDE).hexdigest())


@pytest.fixture
def part(tmp_path):
    return tmp_path / "set.gz.part"


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("path", ["whole", "plain"])
def test_a_file_arrives_whole(path, remote, tmp_path):
    folder = tmp_path / "new" / "folder"
    assert fetch(remote(path), folder).read_bytes() == CONTENT
    assert names(folder) == ["set.gz"]


def test_an_archive_can_be_known_by_its_own_checksum(remote, tmp_path):
    archive = replace(remote("whole"), sha256=hashlib.sha256(CONTENT).hexdigest(), opener=io.FileIO)
    assert fetch(archive, tmp_path).read_bytes() == CONTENT


def test_an_intact_file_is_not_loaded_again(remote, server, tmp_path):
    fetch(remote("whole"), tmp_path)
    fetch(remote("whole"), tmp_path)
    assert len(server.asked) == 1


def test_a_damaged_file_is_replaced(remote, tmp_path):
    (tmp_path / "set.gz").write_bytes(CONTENT[:HALF])
    assert fetch(remote("whole"), tmp_path).read_bytes() == CONTENT


def test_a_cut_connection_keeps_what_came_and_the_next_try_continues(remote, server, tmp_path, part):
    with pytest.raises(DownloadError, match=rf"broke after {HALF:,} of {len(CONTENT):,} bytes; they are kept"):
        fetch(remote("cut"), tmp_path)
    assert part.read_bytes() == CONTENT[:HALF]
    assert fetch(remote("whole"), tmp_path).read_bytes() == CONTENT
    assert server.asked[-1] == ("/whole", f"bytes={HALF}-")
    assert names(tmp_path) == ["set.gz"]


def test_the_second_address_continues_what_the_first_began(remote, server, tmp_path):
    assert fetch(remote("cut", "whole"), tmp_path).read_bytes() == CONTENT
    assert server.asked == [("/cut", None), ("/whole", f"bytes={HALF}-")]


def test_a_server_without_ranges_sends_it_all_again(remote, server, tmp_path, part):
    part.write_bytes(CONTENT[:HALF])
    assert fetch(remote("plain"), tmp_path).read_bytes() == CONTENT
    assert len(server.asked) == 1


@pytest.mark.parametrize("piece", [b"wrong" * 100, CONTENT + b"too long", b""])
def test_a_wrong_piece_is_thrown_away_and_the_file_begun_anew(piece, remote, tmp_path, part):
    part.write_bytes(piece)
    assert fetch(remote("whole"), tmp_path).read_bytes() == CONTENT


def test_a_whole_piece_that_was_never_renamed_is_used(remote, server, tmp_path, part):
    part.write_bytes(CONTENT)
    assert fetch(remote("whole"), tmp_path).read_bytes() == CONTENT
    assert len(server.asked) == 1


@pytest.mark.parametrize("path", ["altered", "login"])
def test_altered_bytes_are_removed(path, remote, tmp_path):
    with pytest.raises(DownloadError, match=r"not the file \(its checksum differs\), so it was removed"):
        fetch(remote(path), tmp_path)
    assert names(tmp_path) == []


def test_every_address_is_tried_and_each_reason_told(remote, server, tmp_path, monkeypatch):
    monkeypatch.setattr(download, "SECONDS", 0.1)
    with pytest.raises(DownloadError) as caught:
        fetch(remote("missing", "stubborn", "altered", "silent", "cut"), tmp_path)
    sentence = str(caught.value)
    assert sentence.startswith("set.gz could not be downloaded.")
    assert "/missing: the server answered 404 Not Found" in sentence
    assert "/stubborn: the server answered 416" in sentence
    assert "/altered: what came is not the file" in sentence
    assert "/silent: no connection (timed out)" in sentence
    assert "/cut: the connection broke" in sentence
    assert sentence.endswith("Check the connection and give the same command again.")


def test_without_a_network(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(DownloadError, match=r"no connection .*\nCheck the connection"):
        fetch(RemoteFile("set.gz", (f"http://127.0.0.1:{port}/whole",), ""), tmp_path)


def test_a_failed_download_leaves_the_old_file_alone(remote, tmp_path):
    (tmp_path / "set.gz").write_bytes(b"old")
    with pytest.raises(DownloadError):
        fetch(remote("altered"), tmp_path)
    assert (tmp_path / "set.gz").read_bytes() == b"old"


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="only Linux has /dev/full, a disk without room")
def test_full_disk(remote, tmp_path, part):
    part.symlink_to("/dev/full")
    with pytest.raises(DownloadError, match=r"cannot be written: No space left on device. Make room there"):
        fetch(remote("plain"), tmp_path)


def test_a_folder_that_cannot_be_made(remote, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DownloadError, match=r"cannot be written: .* set DLCOURSE_HOME to another folder"):
        fetch(remote("whole"), tmp_path / "file" / "folder")
