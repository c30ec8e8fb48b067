import pytest
import soundfile

from sdmvae import corpora
from sdmvae.dataset import prepare
from sdmvae.dataset.convert import group_recordings
from sdmvae.dataset.split import SplitError
from sdmvae.runtime.workers import Crashed
from tests.support.small_project import write_corpus

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
