import pytest
import soundfile

from sdmvae import corpora
from sdmvae.dataset import prepare
from sdmvae.dataset.convert import group_recordings
from sdmvae.dataset.split import SplitError
from sdmvae.runtime.workers import Crashed
from tests.support.small_project import speak, write_corpus

PARTS = {"train": ["ann", "bob"], "validation": ["cyd"], "test": ["dan"]}


@pytest.fixture
def root(tmp_path):
    return write_corpus(tmp_path)


def prepared(root, speech):
    recordings = group_recordings(corpora.load("folder").utterances(root))
    return prepare.prepare_speech(recordings, PARTS, root, speech)


def test_every_utterance_of_the_split_is_converted(tmp_path, root):
    used, left_out = prepared(root, tmp_path / "speech")
    assert {(row.part, row.utterance.speaker) for row in used} == {
        ("train", "ann"),
        ("train", "bob"),
        ("validation", "cyd"),
        ("test", "dan"),
    }
    assert len(used) == 8
    for row in used:
        assert soundfile.info(tmp_path / "speech" / row.path).samplerate == 16_000
    assert [(row.speaker, row.recording, row.reason) for row in left_out] == [
        ("eve", None, "speaker of no part of the split")
    ]


def test_another_recording_replaces_one_that_cannot_be_used(tmp_path, root):
    (root / "ann" / "0.flac").write_bytes(b"")
    used, left_out = prepared(root, tmp_path / "speech")
    assert root / "ann" / "0.wav" in {row.utterance.path for row in used}
    reasons = {row.recording: row.reason for row in left_out}
    assert reasons[root / "ann" / "0.flac"] == "empty: the file has 0 bytes"


def test_a_recording_that_is_not_needed_is_left_out(tmp_path, root):
    samples, rate = soundfile.read(root / "ann" / "0.wav")
    soundfile.write(root / "ann" / "0.flac", samples, rate)
    used, left_out = prepared(root, tmp_path / "speech")
    assert root / "ann" / "0.flac" in {row.utterance.path for row in used}
    reasons = {row.recording: row.reason for row in left_out}
    assert reasons[root / "ann" / "0.wav"] == "same utterance as ann/0.flac"


def test_a_lossy_copy_is_left_out(tmp_path, root):
    samples, rate = soundfile.read(root / "ann" / "0.wav")
    soundfile.write(root / "ann" / "0.mp3", samples, rate)
    used, left_out = prepared(root, tmp_path / "speech")
    assert root / "ann" / "0.wav" in {row.utterance.path for row in used}
    reasons = {row.recording: row.reason for row in left_out}
    assert reasons[root / "ann" / "0.mp3"] == "same utterance as ann/0.wav"


def test_a_long_recording_becomes_utterances_with_names_of_their_own(tmp_path, root):
    speak(root / "ann" / "talk.wav", seed=3, seconds=60)
    samples, rate = soundfile.read(root / "ann" / "talk.wav")
    samples[25 * rate : 50 * rate] = 0
    soundfile.write(root / "ann" / "talk.wav", samples, rate)
    speak(root / "ann" / "talk-0001.wav", seed=4)  # the name of a piece
    used, left_out = prepared(root, tmp_path / "speech")
    pieces = {row.path.name: row for row in used if row.utterance.path.name == "talk.wav"}
    silent = {row.utterance for row in left_out if row.recording == root / "ann" / "talk.wav"}
    assert {row.utterance.utterance for row in pieces.values()} | silent == {
        f"talk-{number:04d}" for number in range(1, len(pieces) + len(silent) + 1)
    }
    assert len(pieces) >= 2 and silent
    (other,) = [row for row in used if row.utterance.path.name == "talk-0001.wav"]
    assert {other.path.name, next(iter(pieces))} == {"talk-0001.flac", "talk-0001-2.flac"}
    for row in used:
        info = soundfile.info(tmp_path / "speech" / row.path)
        assert info.duration == pytest.approx(row.piece.seconds, abs=1e-3)
    files = {path.relative_to(tmp_path / "speech") for path in (tmp_path / "speech").rglob("*.*")}
    assert files == {row.path for row in used}


def test_a_recording_that_kills_its_process_is_left_out_and_the_rest_is_used(
    tmp_path, root, monkeypatch
):
    def crash_at_flac(function, jobs, processes=None):
        for job in jobs:
            _, paths, _ = job
            is_bad = any(path.suffix == ".flac" for path in paths)
            yield job, Crashed("the process working on it died") if is_bad else function(job)

    (root / "ann" / "0.flac").write_bytes(b"")
    monkeypatch.setattr(prepare, "map_processes", crash_at_flac)
    used, left_out = prepared(root, tmp_path / "speech")
    assert len(used) == 8
    assert root / "ann" / "0.wav" in {row.utterance.path for row in used}
    reasons = {row.recording: row.reason for row in left_out}
    assert reasons[root / "ann" / "0.flac"] == "the process working on it died"


def test_a_part_without_a_usable_utterance_is_an_error_with_an_example(tmp_path, root):
    for path in (root / "cyd").iterdir():
        path.write_bytes(b"")
    with pytest.raises(SplitError) as error:
        prepared(root, tmp_path / "speech")
    assert str(error.value) == (
        "no usable utterance for validation: 0.wav: empty: the file has 0 bytes"
    )
