"""A training that is interrupted and goes on ends as if it had not been interrupted."""

import copy

import pytest

from sdmvae.dataset import frames as frame_store
from sdmvae.nn import dictionaries
from sdmvae.training import checkpoint
from tests.support import networks
from tests.support.arguments import all_models
from tests.support.plugin_files import TRANSPOSED, add_file
from tests.support.trainings import (
    MODELS,
    assert_same_training,
    build,
    flat_frames,
    frames_of_speech,
    train,
)

pytestmark = pytest.mark.slow


def interrupt_and_resume(build_network, after, path=None, **changes):
    """Train, interrupt after an epoch, and go on from the snapshot of that epoch."""
    snapshots = []

    def interrupt(snapshot):
        if len(snapshot.curve) == after:
            snapshots.append(copy.deepcopy(snapshot))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(build_network(), after_epoch=interrupt, **changes)
    (start,) = snapshots
    if path is not None:
        checkpoint.save(path, "a key", start)
        start = checkpoint.load(path, "a key")
    return train(build_network(), start=start, **changes)


@pytest.mark.parametrize("after", [1, 5, 8, 11, 12])
@pytest.mark.parametrize("name", MODELS)
def test_resumed_training_ends_bit_for_bit_the_same(tmp_path, name, after):
    changes = {"epochs": 12, "patience": 3, "batch_size": 16}
    whole = train(build(name), **changes)
    if after > len(whole.curve):
        pytest.skip("training had ended by then")
    resumed = interrupt_and_resume(
        lambda: build(name), after, tmp_path / "point.safetensors", **changes
    )
    assert_same_training(whole, resumed)


@pytest.mark.parametrize(("name", "values"), all_models())
def test_every_model_resumes_from_a_checkpoint(tmp_path, name, values):
    def build_network():
        return networks.build(name, values)

    changes = {"epochs": 4, "batch_size": 16}
    resumed = interrupt_and_resume(build_network, 2, tmp_path / "point.safetensors", **changes)
    assert_same_training(train(build_network(), **changes), resumed)


def test_a_transposed_parameter_resumes_from_a_checkpoint(tmp_path, monkeypatch):
    add_file(monkeypatch, tmp_path, dictionaries, "transposed", TRANSPOSED)

    def build_network():
        arguments = {"dictionary": "transposed", "atoms": 5, "learned": True}
        return networks.build("sdm", arguments)

    assert not build_network().model.dictionary.is_contiguous()
    path = tmp_path / "point.safetensors"
    resumed = interrupt_and_resume(build_network, 2, path, epochs=4)
    assert_same_training(train(build_network(), epochs=4), resumed)


def test_a_training_on_waveforms_resumes_as_if_frames_were_stored(tmp_path, monkeypatch):
    monkeypatch.setattr(frame_store, "KEPT", 0)
    kinds, changes = frames_of_speech(tmp_path), {"epochs": 5, "batch_size": 16}
    whole = train(build(), **kinds["stored"], **changes)
    path = tmp_path / "point.safetensors"
    resumed = interrupt_and_resume(build, 2, path, **kinds["waveforms"], **changes)
    assert_same_training(whole, resumed)


def test_a_training_that_had_ended_does_not_go_on():
    changes = {
        "train_frames": flat_frames(1000.0),
        "validation_frames": flat_frames(3.0),
        "epochs": 40,
        "patience": 4,
    }
    whole = train(build(), **changes)
    assert_same_training(whole, interrupt_and_resume(build, len(whole.curve), **changes))
