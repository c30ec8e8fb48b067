"""Where the speech of a preset comes from, and what a user is told who has to give it."""

import pytest

from sdmvae import params
from sdmvae.archives.known import ARCHIVES
from sdmvae.presets.corpus_folder import check
from sdmvae.presets.merging import PresetError
from sdmvae.runtime.plugins import PluginError
from tests.support.files import touch


def corpus(name, root=None):
    return params.Corpus(name=name, root=root)


def test_a_folder_that_is_known_is_fetched():
    found = check("librispeech", corpus("librispeech", "data/corpora/LibriSpeech"), "")
    assert found is ARCHIVES[0]


def test_recordings_that_are_there_are_used(tmp_path):
    touch(tmp_path, "dev-clean/84/121123/84-121123-0000.flac")
    assert check("librispeech", corpus("librispeech", str(tmp_path)), str(tmp_path)) is None


def test_a_relative_folder_lies_in_the_working_directory(tmp_path, monkeypatch):
    touch(tmp_path, "mine/ann/one.wav")
    monkeypatch.chdir(tmp_path)
    assert check("any", corpus("folder", "mine"), "") is None


def test_a_corpus_of_the_project_needs_nothing():
    assert check("further", corpus("voices"), "") is None


@pytest.mark.parametrize(
    ("name", "root", "given", "message"),
    [
        ("tcd-timit", None, "", "give the folder of the tcd-timit corpus: make any CORPUS=/path"),
        ("tcd-timit", "/not/there", "/not/there", "'/not/there': there is no such folder; give"),
        ("librispeech", "{here}", "{here}", r"no <speaker>/<chapter>/.*: make any CORPUS="),
        ("voices", "/speech", "/speech", "CORPUS: '/speech': any uses the corpus voices, which"),
    ],
)
def test_what_is_missing_is_said_in_one_line(tmp_path, name, root, given, message):
    touch(tmp_path, "ann/one.wav")
    root, given = root and root.format(here=tmp_path), given.format(here=tmp_path)
    with pytest.raises(PresetError, match=message) as caught:
        check("any", corpus(name, root), given)
    assert "\n" not in str(caught.value)


def test_an_unknown_corpus_is_named():
    with pytest.raises(PluginError, match=r"corpus\.name: 'nothing': there are"):
        check("any", corpus("nothing"), "")
