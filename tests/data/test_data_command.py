"""`dlcourse data list | fetch | verify`, as a person meets it."""

import gzip
import hashlib
from dataclasses import replace

import pytest

from dlcourse.cli import data as command
from dlcourse.cli import main
from dlcourse.data import catalog, checksum, cifar, images
from dlcourse.data.download import DownloadError

DOWNLOADS = [data_set for data_set in catalog.DATA_SETS if data_set.files]


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("DLCOURSE_HOME", str(tmp_path))
    return tmp_path


def test_list_shows_every_set_in_80_columns(capsys):
    assert main(["data", "list"]) == 0
    table, *_ = capsys.readouterr().out.split("\n\n")
    for data_set in catalog.DATA_SETS:
        assert f"\n{data_set.name} " in table
    assert max(map(len, table.splitlines())) <= 80
    assert "70,000" in table
    assert "not here yet" in table


def test_verify_reads_everything(capsys):
    assert main(["data", "verify"]) == 0
    out = capsys.readouterr().out
    assert out.count("intact") == len(catalog.DATA_SETS) - len(DOWNLOADS)
    assert out.count("not downloaded") == len(DOWNLOADS)


@pytest.mark.parametrize("name", ["iris", "mnist"])
def test_verify_of_one_set(name, capsys):
    assert main(["data", "verify", name]) == 0
    assert "wine" not in capsys.readouterr().out


def test_verify_names_a_damaged_file_and_fails(capsys, tmp_path, monkeypatch):
    (tmp_path / "mnist").mkdir()
    (tmp_path / "mnist" / "mnist.xz").write_bytes(b"no")
    monkeypatch.setattr(checksum, "EMBEDDED", tmp_path)
    assert main(["data", "verify", "mnist"]) == 1
    assert "mnist.xz is damaged" in capsys.readouterr().out


def test_verify_counts_the_examples():
    wine = next(data_set for data_set in catalog.DATA_SETS if data_set.name == "wine")
    assert wine.verify() is None
    assert replace(wine, examples=170).verify() == "178 examples instead of 170"


@pytest.mark.parametrize(
    "name, call, files",
    [
        ("mnist", "data.mnist(full=True)", [f"{name}.gz" for name in images.MNIST.idx_sha256]),
        ("fashion_mnist", "data.fashion_mnist(full=True)", [f"{name}.gz" for name in images.FASHION_MNIST.idx_sha256]),
        ("cifar10", "data.cifar10()", ["cifar-10-python.tar.gz"]),
    ],
)
def test_fetch_says_where_the_files_are_and_how_to_load_them(name, call, files, capsys, monkeypatch, home):
    fetched = []
    monkeypatch.setattr(command, "fetch", lambda file, folder: fetched.append((folder, file.name)))
    assert main(["data", "fetch", name]) == 0
    assert fetched == [(home / "data" / name, file) for file in files]
    assert f"complete and intact in {home / 'data' / name}. {call} loads it." in capsys.readouterr().out


def test_fetch_that_fails_offers_the_embedded_digits(capsys, monkeypatch):
    monkeypatch.setattr(command, "fetch", raiser(DownloadError("no connection")))
    assert main(["data", "fetch", "mnist"]) == 1
    assert "no connection\nUntil then, data.mnist() and data.fashion_mnist() give the pictures" in capsys.readouterr().err


def test_fetch_that_is_stopped_can_go_on(capsys, monkeypatch):
    monkeypatch.setattr(command, "fetch", raiser(KeyboardInterrupt))
    assert main(["data", "fetch", "mnist"]) == 130
    assert "Give the same command again to go on from here." in capsys.readouterr().err


def raiser(error):
    def raise_it(*args):
        raise error

    return raise_it


def test_sets_that_need_no_download(capsys):
    assert main(["data", "fetch", "iris"]) == 0
    assert "iris needs no download: it comes with scikit-learn." in capsys.readouterr().out


@pytest.mark.parametrize(
    "name, hint", [("minst", "Did you mean mnist?"), ("zzz", "There are: breast_cancer, cifar10, co2, diabetes, digits,")]
)
def test_unknown_names(name, hint, capsys):
    assert main(["data", "fetch", name]) == 2
    assert f"There is no data set '{name}'. {hint}" in capsys.readouterr().err


def test_downloads_are_checked_against_the_public_checksums():
    files = [file for data_set in DOWNLOADS for file in data_set.files]
    known = [*images.MNIST.idx_sha256.values(), *images.FASHION_MNIST.idx_sha256.values(), cifar.SHA256]
    assert [file.sha256 for file in files] == known
    assert all(url.startswith("https://") and url.endswith(f"/{file.name}") for file in files for url in file.urls)


def test_list_notices_a_finished_download(capsys, home):
    folder = home / "data" / "mnist"
    folder.mkdir(parents=True)
    for name in images.MNIST.idx_sha256:
        (folder / f"{name}.gz").write_bytes(gzip.compress(hashlib.sha256().digest()))
    assert main(["data", "list"]) == 0
    out = capsys.readouterr().out
    assert out.count(" downloaded ") == 1
    assert out.count("not here yet") == len(DOWNLOADS) - 1
    assert main(["data", "verify", "mnist"]) == 1, "these files hold something else"
