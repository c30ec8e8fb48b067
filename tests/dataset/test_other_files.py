from sdmvae import corpora
from sdmvae.dataset.other_files import describe_other_files
from tests.support.files import touch


def described(name, root):
    corpus = corpora.load(name)
    return describe_other_files(corpus, corpus.utterances(root), root)


def test_other_files_are_counted_by_kind(tmp_path):
    touch(tmp_path, "ann/1.wav", "ann/1.txt", "ann/film.mp4", "bob/1.mp3", "bob/1.TXT", "stray.wav")
    touch(tmp_path, "README", ".hidden.txt", "bob/.cache/x.txt")
    assert described("folder", tmp_path) == [
        "left out: 2 .txt, 1 no-suffix, 1 .mp4 files, not audio that libsndfile reads",
        "left out: 1 .wav file, audio that a corpus of this kind does not use",
    ]


def test_nothing_is_said_of_a_corpus_without_other_files(tmp_path):
    touch(tmp_path, "ann/1.wav", "ann/1.flac", "bob/1.opus")
    assert described("folder", tmp_path) == []


def test_the_second_microphone_of_vctk_is_audio_that_is_not_used(tmp_path):
    touch(tmp_path, "p225/p225_001_mic1.flac", "p225/p225_001_mic2.flac")
    assert described("vctk", tmp_path) == [
        "left out: 1 .flac file, audio that a corpus of this kind does not use"
    ]


def test_the_remarks_of_a_corpus_come_first_and_its_lists_are_used(tmp_path):
    touch(tmp_path, "clips/1.mp3", "clips/2.mp3", "train.tsv")
    rows = "client_id\tpath\nann\t1.mp3\nann\t3.mp3\n"
    (tmp_path / "validated.tsv").write_text(rows)
    assert described("common-voice", tmp_path) == [
        "left out: 1 clips of validated.tsv that are not in clips/",
        "left out: 1 .tsv file, not audio that libsndfile reads",
        "left out: 1 .mp3 file, audio that a corpus of this kind does not use",
    ]


def test_nothing_is_said_of_a_corpus_of_the_repository():
    corpus = corpora.load("voices")
    assert describe_other_files(corpus, [], corpus.embedded_root) == []
