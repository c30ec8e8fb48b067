import pytest

from sdmvae import corpora
from sdmvae.corpora.base import LayoutError
from tests.support.files import touch

CORPUS = corpora.load("common-voice")
ANN, BOB = "0a" * 64, "b1" * 64
HEADER = "client_id\tpath\tsentence_id\tsentence\tup_votes"


def row(client, path, sentence="Hello."):
    return f"{client}\t{path}\t{'c' * 64}\t{sentence}\t2"


ROWS = [
    row(ANN, "common_voice_en_1.mp3", 'He said "hello'),
    row(BOB, "common_voice_en_2.mp3", "It's \"quoted\", isn't it?"),
    row(ANN, "common_voice_en_3.mp3"),
]


def write(folder, *rows, header=HEADER, clips=(1, 2, 3), suffix=".mp3"):
    """Write a table and empty clips into the folder of a language."""
    touch(folder, *(f"clips/common_voice_en_{number}{suffix}" for number in clips))
    touch(folder, "train.tsv", "other.tsv", "clip_durations.tsv")
    (folder / "validated.tsv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return folder


def keys(root):
    return [utterance[:2] for utterance in CORPUS.utterances(root)]


EXPECTED = [
    (ANN[:16], "common_voice_en_1"),
    (ANN[:16], "common_voice_en_3"),
    (BOB[:16], "common_voice_en_2"),
]


@pytest.mark.parametrize("root", [".", "cv-corpus-17.0", "cv-corpus-17.0/en"])
def test_the_root_may_be_one_of_three_folders(tmp_path, root):
    write(tmp_path / "cv-corpus-17.0/en", *ROWS)
    assert keys(tmp_path / root) == EXPECTED
    assert all(utterance.path.is_file() for utterance in CORPUS.utterances(tmp_path / root))
    assert CORPUS.remarks(tmp_path / root) == []
    assert CORPUS.list_files(tmp_path) == [tmp_path / "cv-corpus-17.0/en/validated.tsv"]


def test_clips_that_are_not_validated_are_not_used(tmp_path):
    write(tmp_path, *ROWS[:2])
    assert [name for _, name in keys(tmp_path)] == ["common_voice_en_1", "common_voice_en_2"]


def test_rows_without_a_clip_and_incomplete_rows_are_counted(tmp_path):
    rows = [*ROWS, row(BOB, "common_voice_en_8.mp3"), row(ANN, "x.mp3"), row("", "y.mp3"), BOB]
    write(tmp_path, *rows)
    assert keys(tmp_path) == EXPECTED
    assert CORPUS.remarks(tmp_path) == [
        "left out: 2 clips of validated.tsv that are not in clips/",
        "left out: 2 rows of validated.tsv without a client_id or a path",
    ]


def test_old_releases_leave_out_the_suffix(tmp_path):
    write(tmp_path, *(text.replace(".mp3", "") for text in ROWS))
    assert keys(tmp_path) == EXPECTED


def test_a_converted_clip_may_have_another_suffix_and_lossless_ones_come_first(tmp_path):
    write(tmp_path, *ROWS, suffix=".WAV", clips=[1, 2, 3])
    touch(tmp_path, "clips/common_voice_en_1.mp3", "clips/._common_voice_en_1.mp3")
    names = [utterance.path.name for utterance in CORPUS.utterances(tmp_path)]
    assert names == [f"common_voice_en_{name}" for name in ("1.WAV", "1.mp3", "3.WAV", "2.WAV")]


def test_a_clip_that_is_listed_twice_counts_once(tmp_path):
    write(tmp_path, *ROWS, ROWS[0])
    assert keys(tmp_path) == EXPECTED


def test_a_speaker_of_two_languages_is_one_speaker(tmp_path):
    write(tmp_path / "en", *ROWS)
    write(tmp_path / "fr", row(ANN, "common_voice_en_1.mp3"))
    assert {speaker for speaker, _ in keys(tmp_path)} == {ANN[:16], BOB[:16]}


def test_columns_may_have_any_order_and_a_byte_order_mark(tmp_path):
    write(tmp_path, f"common_voice_en_1.mp3\t{ANN}", header="\ufeffpath\tclient_id")
    assert keys(tmp_path) == EXPECTED[:1]


def test_two_speakers_with_one_short_name_are_an_error(tmp_path):
    write(tmp_path, *ROWS, row(ANN[:16] + "f" * 112, "common_voice_en_2.mp3"))
    with pytest.raises(LayoutError, match="two speakers have the same first 16 digits, 0a0a"):
        CORPUS.utterances(tmp_path)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "validated.tsv: there is no column client_id"),
        (b"speaker\tpath\na\tb\n", "validated.tsv: there is no column client_id"),
        (b"client_id,path\na,b\n", "validated.tsv: there is no column client_id"),
        (b"client_id\tclip\na\tb\n", "validated.tsv: there is no column path"),
        (b"client_id\tpath\n\xff\xfe\t\x80\n", "validated.tsv: is no table of text in UTF-8"),
        (b"PK\x03\x04\x00\x00", "validated.tsv: "),
    ],
)
def test_a_damaged_table_is_an_error_in_one_line(tmp_path, content, problem):
    write(tmp_path)
    (tmp_path / "validated.tsv").write_bytes(content)
    with pytest.raises(LayoutError) as error:
        CORPUS.utterances(tmp_path)
    assert problem in str(error.value)
    assert "\n" not in str(error.value)


def test_a_language_without_clips_is_an_error(tmp_path):
    (tmp_path / "validated.tsv").write_text(f"{HEADER}\n{ROWS[0]}\n")
    with pytest.raises(LayoutError, match=r"cannot list .*clips: No such file"):
        CORPUS.utterances(tmp_path)


def test_clips_without_a_table_are_an_error_that_names_the_layout(tmp_path):
    write(tmp_path, *ROWS)
    (tmp_path / "validated.tsv").unlink()
    with pytest.raises(
        LayoutError, match=r"no <language>/validated\.tsv .*, only 3 \.mp3, 3 \.tsv"
    ):
        CORPUS.utterances(tmp_path)
