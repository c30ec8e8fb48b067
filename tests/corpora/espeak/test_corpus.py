import itertools
import random
from pathlib import Path

import numpy as np
import pytest
import soundfile

from sdmvae.corpora import base
from sdmvae.corpora.espeak import Espeak, corpus

SENTENCES = 2


def contents(root):
    files = [path for path in sorted(root.rglob("*")) if path.is_file()]
    return {path.relative_to(root): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def spoken(tmp_path_factory):
    root = tmp_path_factory.mktemp("corpus")
    Espeak().synthesise(root, SENTENCES)
    return root


def test_every_speaker_says_every_sentence(spoken):
    listed = Espeak().utterances(spoken)
    assert listed == sorted(listed)
    assert len(corpus.SPEAKERS) == 56
    assert [(utterance.speaker, utterance.utterance) for utterance in listed] == [
        (name, f"{index:04d}") for name in corpus.SPEAKERS for index in range(SENTENCES)
    ]
    assert {path.suffix for path in spoken.glob("*/*")} == {".wav", ".phones"}


def test_speech_lasts_a_few_seconds_and_never_clips(spoken):
    for utterance in Espeak().utterances(spoken):
        samples, rate = soundfile.read(utterance.path)
        assert (rate, soundfile.info(utterance.path).subtype) == (22050, "PCM_16")
        assert 1.5 < len(samples) / rate < 8
        assert 0.05 < np.abs(samples).max() < 0.99


def test_the_bytes_of_a_file_do_not_depend_on_order_processes_or_corpus_size(spoken, tmp_path):
    requests = corpus.make_requests(tmp_path, SENTENCES + 1)
    kept = [request for request in requests if (spoken / _below(request, tmp_path)).exists()]
    assert len(kept) == 56 * SENTENCES
    random.Random("order").shuffle(kept)
    corpus.speak(kept, 3)
    assert contents(tmp_path) == contents(spoken)
    assert len(set(contents(spoken).values())) == 2 * 56 * SENTENCES


def _below(request, root):
    return Path(request["path"]).relative_to(root)


def test_the_phones_of_an_utterance_begin_one_after_another_within_it(spoken):
    for utterance in Espeak().utterances(spoken)[::8]:
        seconds = soundfile.info(utterance.path).duration
        starts, names = zip(*Espeak().phones(utterance.path), strict=True)
        assert starts == tuple(sorted(starts))
        assert starts[0] == 0 and starts[-1] <= seconds + 0.001
        assert len(names) > 4 * seconds
        assert all(names) and not {name for name in names if name[0] in "',%="}


def test_a_hiss_has_its_energy_where_its_phone_is(tmp_path):
    """The spectrum tells where the s is, whatever the events of the synthesis say."""
    request = corpus.make_requests(tmp_path, 1)[0] | {"text": "A sassy sea.", "voice": "en-us+f1"}
    corpus.speak([request], 1)
    path = Path(request["path"])
    samples, rate = soundfile.read(path)
    phones = Espeak().phones(path)
    shares = {"s": [], "other": []}
    for (start, name), (end, _) in itertools.pairwise(phones):
        part = samples[int(start * rate) : int(end * rate)]
        if name != corpus.PAUSE and len(part) > 500:
            power = np.abs(np.fft.rfft(part)) ** 2
            high = power[int(4000 / rate * len(part)) :].sum() / power.sum()
            shares["s" if name == "s" else "other"].append(high)
    assert len(shares["s"]) == 3
    assert min(shares["s"]) > 0.5 > max(shares["other"])


def test_half_of_the_speakers_are_women():
    sexes = [Espeak().sex(name) for name in corpus.SPEAKERS]
    assert sexes.count("female") == sexes.count("male") == 28
    assert Espeak().sex("annie-low") == "female" and Espeak().sex("m1-high") == "male"


def test_speakers_sound_different(tmp_path):
    requests = [
        request | {"text": "The pilot hums.", "seed": 1}
        for request in corpus.make_requests(tmp_path, 1)
    ]
    corpus.speak(requests, 2)
    spectra = []
    for path in sorted(tmp_path.glob("*/*.wav")):
        samples, _ = soundfile.read(path)
        power = np.abs(np.fft.rfft(samples, 2 * 22050)) ** 2
        bands = power[: 32 * 250].reshape(32, 250).sum(1)
        spectra.append(np.log10(bands / bands.sum()))
    spectra = np.array(spectra)
    distances = np.sqrt(((spectra[:, None] - spectra) ** 2).mean(-1))
    assert distances[~np.eye(56, dtype=bool)].min() > 0.05


def test_the_error_of_a_failed_synthesis_is_one_line(tmp_path):
    requests = corpus.make_requests(tmp_path, 1)
    requests[3]["voice"] = "en-us+nobody"
    with pytest.raises(base.SynthesisError, match=r"^eSpeak NG has no voice variant 'nobody'$"):
        corpus.speak(requests, 2)


@pytest.mark.parametrize("utterances", [None, corpus.MOST + 1])
def test_a_number_of_sentences_is_needed(tmp_path, utterances):
    with pytest.raises(base.SynthesisError) as caught:
        Espeak().synthesise(tmp_path, utterances)
    assert str(caught.value) == (
        f"params.yaml: corpus.utterances: {utterances}: give the number of sentences that each "
        "speaker of the corpus espeak says, 1 to 1000"
    )
    assert not list(tmp_path.iterdir())


def test_the_error_for_an_empty_folder_names_the_layout(tmp_path):
    with pytest.raises(base.LayoutError, match="<speaker>/<utterance>"):
        Espeak().utterances(tmp_path)
