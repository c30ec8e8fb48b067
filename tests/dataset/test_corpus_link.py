import os
from pathlib import Path

import pytest

from sdmvae.dataset import corpus_link


def audio(path: Path, content: bytes = b"sound") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def state(folder: Path) -> dict[bytes, tuple]:
    """All that can be seen of a folder without following links."""
    found = {}
    for path in [folder, *folder.rglob("*")]:
        status = path.lstat()
        content = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
        found[os.fsencode(path)] = (status.st_mode, status.st_mtime_ns, status.st_ino, content)
    return found


@pytest.fixture
def root(tmp_path):
    audio(tmp_path / "speech" / "anna" / "1.wav", b"anna 1")
    audio(tmp_path / "speech" / "anna" / "2.FLAC", b"anna 2")
    audio(tmp_path / "speech" / "bob" / "deep" / "1.ogg", b"bob 1")
    audio(tmp_path / "speech" / "bob" / "notes.txt", b"notes")
    return tmp_path / "speech"


PLAIN = {b"anna 1", b"anna 2", b"bob 1"}


def test_no_root_gives_a_file(tmp_path):
    assert corpus_link.view(tmp_path / "root", None) == []
    assert (tmp_path / "root").is_file()
    assert (tmp_path / "root").read_text().endswith(".\n")


def test_plain_folder_gives_a_link(tmp_path, root):
    before = state(root)
    assert corpus_link.view(tmp_path / "root", root) == []
    assert (tmp_path / "root").is_symlink()
    assert (tmp_path / "root").resolve() == root.resolve()
    assert state(root) == before


def test_link_is_good_from_anywhere(tmp_path, root, monkeypatch):
    monkeypatch.chdir(root.parent)
    (tmp_path / "data").mkdir()
    corpus_link.view(Path("data/root"), Path("speech"))
    assert (tmp_path / "data" / "root" / "anna" / "1.wav").read_bytes() == b"anna 1"


def dangling(root):
    (root / "anna" / "3.wav").symlink_to(root / "nowhere.wav")
    return [root / "anna" / "3.wav"], PLAIN


def circular(root):
    (root / "anna" / "3.wav").symlink_to("3.wav")
    return [root / "anna" / "3.wav"], PLAIN


def pipe(root):
    os.mkfifo(root / "bob" / "2.wav")
    return [root / "bob" / "2.wav"], PLAIN


def linked_speaker(root):
    audio(root.parent / "elsewhere" / "1.wav", b"carl 1")
    (root / "carl").symlink_to(root.parent / "elsewhere")
    return [root / "carl"], {*PLAIN, b"carl 1"}


def hostile_file(root):
    path = Path(os.fsdecode(os.fsencode(root / "anna") + b"/caf\xe9.wav"))
    return [audio(path)], PLAIN


def hostile_speaker(root):
    folder = Path(os.fsdecode(os.fsencode(root) + b"/ren\xe9"))
    return [audio(folder / "1.wav"), audio(folder / "2.wav")], PLAIN


def link_to_the_folder_itself(root):
    (root / "anna" / "all").symlink_to(root)
    return [root / "anna" / "all"], PLAIN


OBSTACLES = [
    dangling,
    circular,
    pipe,
    linked_speaker,
    hostile_file,
    hostile_speaker,
    link_to_the_folder_itself,
]


@pytest.mark.parametrize("obstacle", OBSTACLES, ids=lambda each: each.__name__)
def test_obstacle_gives_a_folder_of_links_to_the_usable_audio(tmp_path, root, obstacle):
    expected, contents = obstacle(root)
    before = state(root)
    entry = tmp_path / "root"
    assert sorted(corpus_link.view(entry, root)) == sorted(expected)
    assert entry.is_dir()
    assert not entry.is_symlink()
    links = sorted(entry.iterdir())
    assert all(each.is_symlink() and each.resolve(strict=True).is_file() for each in links)
    assert sorted(each.read_bytes() for each in links) == sorted(contents)
    assert all(each.name.isascii() for each in links)
    assert {each.suffix for each in links} <= set(corpus_link.SUFFIXES)
    assert state(root) == before


def test_links_come_in_the_same_order_each_time(tmp_path, root):
    dangling(root)
    views = []
    for name in ("one", "two"):
        corpus_link.view(tmp_path / name, root)
        views.append({each.name: each.readlink() for each in (tmp_path / name).iterdir()})
    assert views[0] == views[1]


def test_what_is_no_audio_is_no_obstacle(tmp_path, root):
    (root / "anna" / "nowhere.txt").symlink_to(root / "nowhere")
    os.mkfifo(root / "pipe")
    before = state(root)
    assert corpus_link.unwatchable(root) == []
    assert corpus_link.view(tmp_path / "root", root) == []
    assert (tmp_path / "root").is_symlink()
    assert state(root) == before


def test_linked_audio_file_is_no_obstacle(tmp_path, root):
    (root / "anna" / "3.wav").symlink_to(audio(tmp_path / "outside.wav"))
    assert corpus_link.unwatchable(root) == []
