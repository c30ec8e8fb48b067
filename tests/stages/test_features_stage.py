import numpy as np
import pandas as pd
import pytest

from sdmvae.dataset.features import log_power_of_file
from sdmvae.dataset.frames import Frames
from stages import features
from tests.support.small_project import PARAMETERS, speak


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A folder with the speech of four utterances: two for training, one for each other part."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "params.yaml").write_text(PARAMETERS.read_text())
    rows = []
    for number, part in enumerate(("train", "train", "validation", "test")):
        path = f"ann/{number}.wav"
        speak(features.SPEECH / part / path, seed=number, seconds=0.5)
        rows.append({"split": part, "path": path})
    pd.DataFrame(rows).to_csv(features.MANIFEST, index=False)
    return tmp_path


def test_each_part_has_the_frames_and_the_lengths_of_its_utterances(project):
    features.main()
    assert sorted(path.name for path in features.FRAMES.iterdir()) == [
        "train.npy",
        "train_lengths.npy",
        "validation.npy",
        "validation_lengths.npy",
    ]
    utterances = list(Frames(features.FRAMES / "train.npy").utterances())
    assert len(utterances) == 2
    for number, frames in enumerate(utterances):
        path = features.SPEECH / f"train/ann/{number}.wav"
        expected = log_power_of_file(path, window=1024, hop=256, floor=1e-6, trim=30.0)
        np.testing.assert_array_equal(frames, expected)


def test_waveforms_give_the_same_frames_in_fewer_bytes(project):
    features.main()
    stored = {part: Frames(features.FRAMES / f"{part}.npy") for part in ("train", "validation")}
    text = (project / "params.yaml").read_text()
    (project / "params.yaml").write_text(
        text.replace("trim: 30.0", "trim: 30.0\n  frames: waveforms")
    )
    features.main()
    assert sorted(path.name for path in features.FRAMES.iterdir()) == [
        *("train.npy", "train_index.npz", "train_lengths.npy"),
        *("validation.npy", "validation_index.npz", "validation_lengths.npy"),
    ]
    for part, frames in stored.items():
        made = Frames(features.FRAMES / f"{part}.npy")
        np.testing.assert_array_equal(made[:], frames[:])
        assert made.lengths.tolist() == frames.lengths.tolist()


def test_an_utterance_that_cannot_be_read_is_an_error_in_one_line(project):
    (features.SPEECH / "train/ann/1.wav").write_bytes(b"")
    with pytest.raises(SystemExit) as error:
        features.main()
    assert error.value.code == "error: data/speech/train/ann/1.wav: empty: the file has 0 bytes"
    assert not features.FRAMES.exists()
