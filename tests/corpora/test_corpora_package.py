"""What every corpus must do. A new file in sdmvae/corpora/ is tested here without an edit."""

import sys

import pytest

from sdmvae import corpora
from sdmvae.corpora.base import Corpus, LayoutError, SynthesisedCorpus, Utterance
from sdmvae.dataset import corpus_link
from sdmvae.dataset.split import PARTS
from sdmvae.runtime.plugins import PluginError
from tests.support import PROJECT

NEW_CORPUS = """
from pathlib import Path

from sdmvae.corpora.base import Corpus, Utterance


class Mumble(Corpus):
    def utterances(self, root: Path) -> list[Utterance]:
        return [Utterance("ann", "1", root / "1.wav")]
"""

for_each_corpus = pytest.mark.parametrize("name", corpora.names())


@for_each_corpus
def test_a_corpus_is_found_by_its_name(name):
    assert isinstance(corpora.load(name), Corpus)


@for_each_corpus
def test_the_error_for_an_empty_folder_names_it_in_one_line(tmp_path, name):
    with pytest.raises(LayoutError) as error:
        corpora.load(name).utterances(tmp_path)
    assert str(tmp_path) in str(error.value)
    assert "\n" not in str(error.value)


@for_each_corpus
def test_dvc_watches_the_files_that_a_corpus_reads(name):
    shown = corpus_link.shown_names((PROJECT / ".dvcignore").read_text())
    corpus_link.check_shown(corpora.load(name), shown)


def test_dvc_watches_only_files_that_some_corpus_reads():
    lines = (PROJECT / ".dvcignore").read_text().splitlines()
    shown = {line.rpartition("/")[2] for line in lines if line.startswith("!/data/source/audio/")}
    globs = {
        corpus_link.any_case(glob)
        for name in corpora.names()
        for glob in (
            *(f"*{suffix}" for suffix in corpora.load(name).suffixes),
            *corpora.load(name).lists,
        )
    }
    assert shown - {""} == globs
    assert "/data/source/audio/**" in lines


@for_each_corpus
def test_a_corpus_names_its_files_in_small_letters(name):
    corpus = corpora.load(name)
    assert corpus.suffixes
    for suffix in corpus.suffixes:
        assert suffix[0] == "." and suffix == suffix.lower()
    for listed in corpus.lists:
        assert listed == listed.lower()


@for_each_corpus
def test_an_empty_folder_has_no_lists_and_no_remarks(tmp_path, name):
    corpus = corpora.load(name)
    assert corpus.list_files(tmp_path) == corpus.remarks(tmp_path) == []


@for_each_corpus
def test_a_published_part_is_a_part_of_the_split_or_none(name):
    assert corpora.load(name).published_part("nobody") in (*PARTS, None)


@for_each_corpus
def test_an_unknown_speaker_is_a_group(name):
    assert corpora.load(name).group("nobody") == "nobody"


@for_each_corpus
def test_an_embedded_corpus_is_in_the_repository_and_is_not_synthesised(name):
    corpus = corpora.load(name)
    if corpus.embedded_root is not None:
        assert (PROJECT / corpus.embedded_root).is_dir()
        assert not isinstance(corpus, SynthesisedCorpus)


@for_each_corpus
def test_a_synthesised_corpus_names_its_synthesiser(name):
    corpus = corpora.load(name)
    if isinstance(corpus, SynthesisedCorpus):
        assert corpus.synthesiser


def test_the_corpora_of_synthetic_speech_are_these():
    sources = {name: corpora.load(name).synthesiser for name in corpora.names()}
    synthetic = {name: source for name, source in sources.items() if source is not None}
    assert synthetic == {"espeak": "eSpeak NG", "voices": "Kokoro-82M"}


@for_each_corpus
def test_a_corpus_has_a_docstring(name):
    assert type(corpora.load(name)).__doc__


def test_an_unknown_name_is_an_error_that_lists_the_names():
    with pytest.raises(PluginError) as error:
        corpora.load("timid")
    expected = "params.yaml: corpus.name: 'timid': there are common-voice, espeak, "
    assert str(error.value).startswith(expected)


@pytest.mark.parametrize("name", ["base", "", "../folder", "folder.sub"])
def test_a_name_that_is_not_a_corpus_is_an_error(name):
    with pytest.raises(PluginError):
        corpora.load(name)


def test_a_new_file_is_a_new_corpus(tmp_path, monkeypatch):
    (tmp_path / "mumble_quietly.py").write_text(NEW_CORPUS)
    monkeypatch.setattr(corpora, "__path__", [*corpora.__path__, str(tmp_path)])
    assert "mumble-quietly" in corpora.names()
    try:
        corpus = corpora.load("mumble-quietly")
        assert corpus.utterances(tmp_path) == [Utterance("ann", "1", tmp_path / "1.wav")]
    finally:
        sys.modules.pop("sdmvae.corpora.mumble_quietly", None)
