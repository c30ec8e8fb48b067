import os
from pathlib import Path

import pytest

from sdmvae import corpora
from sdmvae.corpora.base import Corpus
from sdmvae.dataset import corpus_link
from tests.support import PROJECT

FOLDER = corpora.load("folder")
SHOWN = corpus_link.shown_names((PROJECT / ".dvcignore").read_text())


def audio(path: Path, content: bytes = b"sound") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def state(folder: Path) -> dict[bytes, tuple]:
    """Return all that can be seen of a folder without following links."""
    entries = {}
    for path in [folder, *folder.rglob("*")]:
        status = path.lstat()
        content = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
        entries[os.fsencode(path)] = (status.st_mode, status.st_mtime_ns, status.st_ino, content)
    return entries


@pytest.fixture
def root(tmp_path):
    audio(tmp_path / "speech" / "anna" / "1.wav", b"anna 1")
    audio(tmp_path / "speech" / "anna" / "2.FLAC", b"anna 2")
    audio(tmp_path / "speech" / "bob" / "deep" / "1.ogg", b"bob 1")
    audio(tmp_path / "speech" / "bob" / "notes.txt", b"notes")
    return tmp_path / "speech"


PLAIN = {b"anna 1", b"anna 2", b"bob 1"}


class Mumble(Corpus):
    suffixes = (".flac", ".wv1")
    lists = ("used.csv",)

    def utterances(self, root):
        return []


def test_the_names_that_dvc_sees_are_those_of_dvcignore():
    seen = ["a.wav", "A.WAV", "a b.Mp3", "é.opus", "validated.tsv", "x.aiff", ".hidden.wav"]
    hidden = ["a.mp4", "a.txt", "wav", "awav", "invalidated.tsv", "validated.tsv.bak", "a.wav.gz"]
    assert [name for name in [*seen, *hidden] if SHOWN.fullmatch(name)] == seen


@pytest.mark.parametrize("text", ["", "__pycache__/\n*.tmp\n"])
def test_without_rules_for_the_corpus_dvc_sees_every_file(text):
    assert corpus_link.shown_names(text).fullmatch("notes.txt")


def test_a_corpus_with_files_that_dvc_does_not_see_is_an_error_with_the_line_that_helps():
    with pytest.raises(corpus_link.HiddenError) as error:
        corpus_link.check_shown(Mumble(), SHOWN)
    line = "!/data/source/audio/**/*.[wW][vV]1"
    assert str(error.value) == (
        f".dvcignore: hides *.wv1 from DVC, and Mumble reads such files: add the line {line}"
    )
    text = (PROJECT / ".dvcignore").read_text() + f"{line}\n"
    with pytest.raises(corpus_link.HiddenError, match=r"add the line .*\[uU\]\[sS\]\[eE\]\[dD\]\."):
        corpus_link.check_shown(Mumble(), corpus_link.shown_names(text))
    text += f"!/data/source/audio/**/{corpus_link.any_case('used.csv')}\n"
    corpus_link.check_shown(Mumble(), corpus_link.shown_names(text))


def test_the_entry_for_a_plain_folder_is_a_link_to_it(tmp_path, root):
    before = state(root)
    assert corpus_link.link_corpus(tmp_path / "root", root, FOLDER, SHOWN) == []
    assert (tmp_path / "root").is_symlink()
    assert (tmp_path / "root").resolve() == root.resolve()
    assert state(root) == before


def test_the_link_works_from_any_folder(tmp_path, root, monkeypatch):
    monkeypatch.chdir(root.parent)
    (tmp_path / "data").mkdir()
    corpus_link.link_corpus(Path("data/root"), Path("speech"), FOLDER, SHOWN)
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


@pytest.mark.parametrize("obstacle", OBSTACLES, ids=lambda obstacle: obstacle.__name__)
def test_an_obstacle_gives_a_folder_of_links_to_the_usable_audio(tmp_path, root, obstacle):
    expected, contents = obstacle(root)
    before = state(root)
    entry = tmp_path / "root"
    assert sorted(corpus_link.link_corpus(entry, root, FOLDER, SHOWN)) == sorted(expected)
    assert entry.is_dir()
    assert not entry.is_symlink()
    links = sorted(entry.iterdir())
    assert all(link.is_symlink() and link.resolve(strict=True).is_file() for link in links)
    assert sorted(link.read_bytes() for link in links) == sorted(contents)
    assert all(link.name.isascii() for link in links)
    assert {link.suffix for link in links} <= set(FOLDER.suffixes)
    assert state(root) == before


def test_links_get_the_same_names_each_time(tmp_path, root):
    dangling(root)
    views = []
    for name in ("one", "two"):
        corpus_link.link_corpus(tmp_path / name, root, FOLDER, SHOWN)
        views.append({link.name: link.readlink() for link in (tmp_path / name).iterdir()})
    assert views[0] == views[1]


def test_a_file_that_is_not_audio_is_not_an_obstacle(tmp_path, root):
    (root / "anna" / "nowhere.txt").symlink_to(root / "nowhere")
    os.mkfifo(root / "pipe")
    before = state(root)
    assert corpus_link.find_obstacles(root, SHOWN) == []
    assert corpus_link.link_corpus(tmp_path / "root", root, FOLDER, SHOWN) == []
    assert (tmp_path / "root").is_symlink()
    assert state(root) == before


def test_a_linked_audio_file_is_not_an_obstacle(tmp_path, root):
    (root / "anna" / "3.wav").symlink_to(audio(tmp_path / "outside.wav"))
    assert corpus_link.find_obstacles(root, SHOWN) == []


def test_only_the_files_that_the_corpus_reads_are_linked(tmp_path, root):
    dangling(root)
    audio(root / "used.csv", b"used")
    corpus_link.link_corpus(tmp_path / "root", root, Mumble(), SHOWN)
    links = [path for path in (tmp_path / "root").rglob("*") if path.is_symlink()]
    assert sorted(link.read_bytes() for link in links) == [b"anna 2", b"used"]
    assert {link.name for link in links} == {"0000000.flac", "used.csv"}
