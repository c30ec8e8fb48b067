"""The stages source, recordings and split: what they do with and without the recordings."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
import soundfile

from sdmvae import params
from sdmvae.dataset import corpus_link
from stages import recordings, source, split
from tests.support.small_project import PARAMETERS, speak, write_corpus

pytestmark = pytest.mark.slow


@pytest.fixture
def root(tmp_path):
    """A small corpus."""
    return write_corpus(tmp_path)


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch, root):
    """A folder with parameters for the small corpus, which is outside the folder."""
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    name_corpus("folder", str(root))
    return folder


def name_corpus(name, root):
    """Write params.yaml with another corpus."""
    text = PARAMETERS.read_text()
    for old, new in {
        "name: folder": f"name: {name}",
        "root: ../a corpus": f"root: {json.dumps(root)}",
    }.items():
        assert old in text
        text = text.replace(old, new)
    Path("params.yaml").write_text(text)


def link():
    """Make the link that the stage source makes, without its check of all models."""
    shutil.rmtree(source.SOURCE, ignore_errors=True)
    source.SOURCE.mkdir(parents=True)
    return source.link_recordings(recordings.AUDIO, params.read().corpus)


def digests():
    return json.loads(recordings.RECORDINGS.read_text())["recordings"]


def error_of(stage):
    with pytest.raises(SystemExit) as error:
        stage.main()
    return error.value.code


def absence(root, name="folder"):
    return (
        f"error: params.yaml: corpus.root: {str(root)!r}: there is no such folder; "
        f"give that of the {name} corpus"
    )


def test_the_digests_list_every_recording(root):
    link()
    recordings.main()
    assert len(digests()) == 10
    assert list(digests())[:3] == ["ann/0.wav", "ann/1.wav", "bob/0.wav"]
    assert json.loads(recordings.RECORDINGS.read_text())["corpus"] == "folder"
    assert json.loads(recordings.ORIGIN.read_text()) == {"name": "folder", "root": str(root)}


def test_the_same_corpus_in_another_place_has_the_same_digests(tmp_path, root):
    link()
    recordings.main()
    before = recordings.RECORDINGS.read_bytes()
    root.rename(tmp_path / "elsewhere")
    name_corpus("folder", str(tmp_path / "elsewhere"))
    link()
    recordings.main()
    assert recordings.RECORDINGS.read_bytes() == before
    assert json.loads(recordings.ORIGIN.read_text())["root"] == str(tmp_path / "elsewhere")


def test_a_recording_that_is_changed_added_or_removed_changes_the_digests(root):
    texts = set()
    for change in (
        lambda: None,
        lambda: (root / "ann/0.wav").write_bytes(b"other"),
        lambda: (root / "ann/2.wav").write_bytes(b"new"),
        lambda: (root / "ann/0.wav").unlink(),
    ):
        change()
        recordings.main()
        texts.add(recordings.RECORDINGS.read_text())
    assert len(texts) == 4


def test_a_file_that_is_not_a_recording_does_not_change_the_digests(root):
    recordings.main()
    before = recordings.RECORDINGS.read_bytes()
    (root / "ann" / "notes.txt").touch()
    recordings.main()
    assert recordings.RECORDINGS.read_bytes() == before


def test_without_the_folder_the_earlier_digests_are_kept(root, capsys):
    link()
    recordings.main()
    before = recordings.RECORDINGS.read_bytes(), recordings.ORIGIN.read_bytes()
    shutil.rmtree(root)
    assert link() == f"which is not on this machine: {root}"
    assert recordings.AUDIO.read_text() == corpus_link.ABSENT
    capsys.readouterr()
    recordings.main()
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith(
        "corpus.root is not on this machine; "
        "going on with the speech that was converted from it before"
    )
    assert (recordings.RECORDINGS.read_bytes(), recordings.ORIGIN.read_bytes()) == before


@pytest.mark.parametrize("missing", [recordings.RECORDINGS, recordings.ORIGIN])
def test_without_the_folder_and_earlier_digests_there_is_an_error(root, missing):
    recordings.main()
    missing.unlink()
    shutil.rmtree(root)
    assert error_of(recordings) == absence(root)


@pytest.mark.parametrize("root_is_changed", [True, False])
def test_without_the_folder_digests_of_another_corpus_are_not_taken(root, root_is_changed):
    recordings.main()
    before = recordings.RECORDINGS.read_bytes()
    shutil.rmtree(root)
    name, place = ("folder", "/no/such/place") if root_is_changed else ("vctk", str(root))
    name_corpus(name, place)
    assert error_of(recordings) == absence(place, name)
    assert recordings.RECORDINGS.read_bytes() == before


def test_a_folder_that_is_here_again_is_digested_with_a_hint_to_watch_it(tmp_path, root, capsys):
    root.rename(tmp_path / "away")
    link()
    assert error_of(recordings) == absence(root)
    (tmp_path / "away").rename(root)
    recordings.main()
    assert len(digests()) == 10
    assert "run: dvc repro -f -s source" in capsys.readouterr().out


def test_a_synthesised_corpus_has_no_recordings():
    name_corpus("espeak", None)
    assert link() == "which is synthesised"
    assert recordings.AUDIO.read_text() == corpus_link.SYNTHESISED
    recordings.main()
    assert json.loads(recordings.RECORDINGS.read_text()) == {
        "corpus": "espeak",
        "recordings": {},
    }


@pytest.mark.parametrize("stage", [source, recordings, split])
def test_an_unknown_corpus_is_an_error_in_one_line(stage):
    name_corpus("timid", None)
    expected = "error: params.yaml: corpus.name: 'timid': there are common-voice, espeak, "
    assert error_of(stage).startswith(expected)


@pytest.mark.parametrize("stage", [source, recordings, split])
def test_a_corpus_on_disk_without_a_root_is_an_error_in_one_line(stage):
    name_corpus("timit", None)
    expected = "error: params.yaml: corpus.root: None: give the folder of the timit corpus"
    assert error_of(stage) == expected


def test_an_obstacle_is_reported_and_a_link_to_nowhere_is_unreadable(root, capsys):
    (root / "ann" / "gone.wav").symlink_to("nowhere")
    assert link() == str(root)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("cannot be watched for changes: ")
    assert lines[1].endswith("after adding some, run: dvc repro -f -s source")
    recordings.main()
    assert digests()["ann/gone.wav"] == "unreadable"


def test_the_split_needs_the_folder(root):
    shutil.rmtree(root)
    assert error_of(split) == absence(root)
    assert not split.SPEECH.exists()


def test_the_split_writes_speech_manifest_and_exclusions(capsys):
    split.main()
    manifest = pd.read_csv(split.MANIFEST)
    assert len(manifest) == 10
    files = split.SPEECH / manifest["split"] / manifest["path"]
    assert all(path.is_file() for path in files)
    columns = list(pd.read_csv(split.LEFT_OUT).columns)
    assert columns == ["speaker", "utterance", "recording", "reason"]
    assert "split: train: 2 speakers, 4 utterances" in capsys.readouterr().out


def test_the_split_says_how_many_utterances_are_beyond_the_limit(capsys):
    path = Path("params.yaml")
    path.write_text(path.read_text().replace("utterances: null", "utterances: 1"))
    split.main()
    assert len(pd.read_csv(split.MANIFEST)) == 5
    printed = capsys.readouterr().out
    assert "split: 5 more utterances are not taken, because of corpus.utterances\n" in printed
    assert "left out" not in printed


def test_files_that_dvc_would_not_see_are_refused_in_one_line():
    Path(".dvcignore").write_text("/data/source/audio/**\n!/data/source/audio/**/*.[wW][aA][vV]\n")
    message = error_of(source)
    assert message.startswith(
        "error: .dvcignore: hides *.aif from DVC, and Folder reads such files"
    )
    assert not source.SOURCE.exists()


def test_common_voice_is_split_by_its_table(tmp_path, capsys):
    clips = tmp_path / "cv-corpus-1/en/clips"
    clips.mkdir(parents=True)
    rows = ["client_id\tpath\tsentence"]
    for number, digit in enumerate("abcdef"):
        speak(clips / "clip.wav", seed=number, rate=48_000)
        soundfile.write(clips / f"{number}.mp3", *soundfile.read(clips / "clip.wav"))
        rows.append(f'{digit * 128}\t{number}.mp3\tHe said "hello')
    (clips.parent / "validated.tsv").write_text("\n".join([*rows, f"{'a' * 128}\tgone.mp3\t"]))
    name_corpus("common-voice", str(tmp_path / "cv-corpus-1"))
    split.main()
    manifest = pd.read_csv(split.MANIFEST)
    assert set(manifest["speaker"]) <= {digit * 16 for digit in "abcdef"}
    assert set(manifest["recording_rate"]) == {48_000}
    files = split.SPEECH / manifest["split"] / manifest["path"]
    assert all(path.is_file() for path in files)
    printed = capsys.readouterr().out
    assert "split: left out: 1 clips of validated.tsv that are not in clips/" in printed
