import pytest
import soundfile

from sdmvae import corpora
from sdmvae.dataset import attempts, prepare
from sdmvae.dataset.convert import group_recordings
from sdmvae.dataset.split import SplitError
from sdmvae.runtime.workers import Crashed
from tests.support.small_project import speak, write_corpus

PARTS = {"train": ["ann", "bob"], "validation": ["cyd"], "test": ["dan"]}


@pytest.fixture
def root(tmp_path):
    return write_corpus(tmp_path)


def prepared(root, speech, limit=None, seed=0):
    recordings = group_recordings(corpora.load("folder").utterances(root))
    return prepare.prepare_speech(recordings, PARTS, root, speech, limit=limit, seed=seed)


def names_used(rows, speaker):
    return {row.utterance.utterance for row in rows if row.utterance.speaker == speaker}


def test_every_utterance_of_the_split_is_converted(tmp_path, root):
    used, left_out, not_taken = prepared(root, tmp_path / "speech")
    assert not_taken == 0
    assert {(row.part, row.utterance.speaker) for row in used} == {
        ("train", "ann"),
        ("train", "bob"),
        ("validation", "cyd"),
        ("test", "dan"),
    }
    assert len(used) == 8
    for row in used:
        assert soundfile.info(tmp_path / "speech" / row.part / row.path).samplerate == 16_000
    assert [(row.speaker, row.recording, row.reason) for row in left_out] == [
        ("eve", None, "speaker of no part of the split")
    ]


def test_another_recording_replaces_one_that_cannot_be_used(tmp_path, root):
    (root / "ann" / "0.flac").write_bytes(b"")
    used, left_out, not_taken = prepared(root, tmp_path / "speech")
    assert not_taken == 0
    assert root / "ann" / "0.wav" in {row.utterance.path for row in used}
    reasons = {row.recording: row.reason for row in left_out}
    assert reasons[root / "ann" / "0.flac"] == "empty: the file has 0 bytes"


def test_a_recording_that_is_not_needed_is_left_out(tmp_path, root):
    samples, rate = soundfile.read(root / "ann" / "0.wav")
    soundfile.write(root / "ann" / "0.flac", samples, rate)
    used, left_out, not_taken = prepared(root, tmp_path / "speech")
    assert not_taken == 0
    assert root / "ann" / "0.flac" in {row.utterance.path for row in used}
    reasons = {row.recording: row.reason for row in left_out}
    assert reasons[root / "ann" / "0.wav"] == "same utterance as ann/0.flac"


def test_a_lossy_copy_is_left_out(tmp_path, root):
    samples, rate = soundfile.read(root / "ann" / "0.wav")
    soundfile.write(root / "ann" / "0.mp3", samples, rate)
    used, left_out, _ = prepared(root, tmp_path / "speech")
    assert root / "ann" / "0.wav" in {row.utterance.path for row in used}
    reasons = {row.recording: row.reason for row in left_out}
    assert reasons[root / "ann" / "0.mp3"] == "same utterance as ann/0.wav"


def test_a_long_recording_becomes_utterances_with_names_of_their_own(tmp_path, root):
    speak(root / "ann" / "talk.wav", seed=3, seconds=60)
    samples, rate = soundfile.read(root / "ann" / "talk.wav")
    samples[25 * rate : 50 * rate] = 0
    soundfile.write(root / "ann" / "talk.wav", samples, rate)
    speak(root / "ann" / "talk-0001.wav", seed=4)  # the name of a piece
    used, left_out, _ = prepared(root, tmp_path / "speech")
    pieces = {row.utterance.utterance for row in used if row.utterance.path.name == "talk.wav"}
    silent = {row.utterance for row in left_out if row.recording == root / "ann" / "talk.wav"}
    expected = [f"talk-{number:04d}" for number in range(1, len(pieces) + len(silent) + 1)]
    assert pieces | silent == {"talk_-0001", *expected[1:]}
    assert len(pieces) >= 2 and silent
    (other,) = [row for row in used if row.utterance.path.name == "talk-0001.wav"]
    assert other.utterance.utterance == "talk-0001"
    assert len({row.utterance[:2] for row in used}) == len(used)
    for row in used:
        info = soundfile.info(tmp_path / "speech" / row.part / row.path)
        assert info.duration == pytest.approx(row.piece.seconds, abs=1e-3)
    files = {path.relative_to(tmp_path / "speech") for path in (tmp_path / "speech").rglob("*.*")}
    assert files == {row.part / row.path for row in used}


def test_a_recording_that_kills_its_process_is_left_out_and_the_rest_is_used(
    tmp_path, root, monkeypatch
):
    def crash_at_flac(function, jobs, processes=None):
        for job in jobs:
            _, paths, _ = job
            is_bad = any(path.suffix == ".flac" for path in paths)
            yield job, Crashed("the process working on it died") if is_bad else function(job)

    (root / "ann" / "0.flac").write_bytes(b"")
    monkeypatch.setattr(attempts, "map_processes", crash_at_flac)
    used, left_out, not_taken = prepared(root, tmp_path / "speech")
    assert not_taken == 0
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


# At most so many utterances of each speaker


@pytest.fixture
def larger(root):
    """The corpus, with ten more utterances of ann."""
    for number in range(2, 12):
        speak(root / "ann" / f"{number}.wav", seed=number)
    return root


def test_a_limit_holds_for_every_speaker_and_the_rest_is_counted(tmp_path, larger):
    used, left_out, not_taken = prepared(larger, tmp_path / "speech", limit=5)
    counts = {name: len(names_used(used, name)) for name in ("ann", "bob", "cyd", "dan")}
    assert counts == {"ann": 5, "bob": 2, "cyd": 2, "dan": 2}
    assert not_taken == 7
    assert [row.speaker for row in left_out] == ["eve"]
    written = {path.relative_to(tmp_path / "speech") for path in tmp_path.glob("speech/*/*/*")}
    assert written == {row.part / row.path for row in used}


def test_a_limit_holds_for_the_pieces_of_long_recordings_too(tmp_path, root):
    for name in ("talk", "more talk"):
        speak(root / "ann" / f"{name}.wav", seed=3, seconds=100)
    everything = prepared(root, tmp_path / "all")
    pieces = [row for row in everything.used if row.piece.suffix]
    assert len(pieces) >= 12
    limited = prepared(root, tmp_path / "limited", limit=5)
    assert len(names_used(limited.used, "ann")) == 5
    assert limited.not_taken > 0
    assert set(limited.used) < set(everything.used)
    written = {path.relative_to(tmp_path / "limited") for path in tmp_path.glob("limited/*/*/*")}
    assert written == {row.part / row.path for row in limited.used}


def test_a_limit_of_the_size_of_the_corpus_changes_nothing(tmp_path, larger):
    everything = prepared(larger, tmp_path / "all")
    limited = prepared(larger, tmp_path / "limited", limit=12)
    assert sorted(limited.used) == sorted(everything.used)
    assert limited.left_out == everything.left_out and limited.not_taken == 0


def test_others_take_the_place_of_utterances_that_cannot_be_used(tmp_path, larger):
    taken = names_used(prepared(larger, tmp_path / "speech", limit=5).used, "ann")
    broken = sorted(taken)[:3]
    for name in broken:
        (larger / "ann" / f"{name}.wav").write_bytes(b"")
    used, left_out, not_taken = prepared(larger, tmp_path / "again", limit=5)
    assert names_used(used, "ann") > taken - set(broken)
    assert len(names_used(used, "ann")) == 5
    assert {row.utterance for row in left_out if row.recording} == set(broken)
    assert not_taken == 4


def test_a_speaker_with_too_few_usable_utterances_has_all_of_them(tmp_path, larger):
    for name in ("0", "1", "2", "3", "4", "5", "6", "7"):
        (larger / "ann" / f"{name}.wav").write_bytes(b"")
    used, left_out, not_taken = prepared(larger, tmp_path / "speech", limit=5)
    assert names_used(used, "ann") == {"8", "9", "10", "11"}
    assert len([row for row in left_out if row.recording]) == 8
    assert not_taken == 0


def test_an_utterance_that_was_recorded_twice_counts_once(tmp_path, larger):
    for number in range(12):
        samples, rate = soundfile.read(larger / "ann" / f"{number}.wav")
        soundfile.write(larger / "ann" / f"{number}.flac", samples, rate)
    used, left_out, not_taken = prepared(larger, tmp_path / "speech", limit=5)
    assert len(names_used(used, "ann")) == 5
    assert not_taken == 7
    second = {row.utterance for row in left_out if row.reason.startswith("same utterance as")}
    assert second == names_used(used, "ann")


def test_the_files_do_not_depend_on_the_order_in_which_the_corpus_lists_them(tmp_path, larger):
    listed = corpora.load("folder").utterances(larger)
    contents = []
    for name, order in (("one", listed), ("two", listed[::-1])):
        recordings = group_recordings(order)
        folder = tmp_path / name
        prepare.prepare_speech(recordings, PARTS, larger, folder, limit=5, seed=3)
        contents.append(
            {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*.flac")}
        )
    assert contents[0] == contents[1]
