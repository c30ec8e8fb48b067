from pathlib import Path

from sdmvae.corpora.base import Utterance
from sdmvae.dataset import manifest
from sdmvae.dataset.convert import Converted, Piece

ROOT = Path("corpus")


def used(part: str, speaker: str, name: str, rate: int = 44_100, start: float = 0.0):
    recording = ROOT / speaker / f"{name.partition('-')[0]}.wav"
    utterance = Utterance(speaker, name, recording)
    piece = Piece("", start, 1.5)
    return manifest.Used(part, utterance, Path(f"{speaker}/{name}.flac"), piece, Converted(rate, 2))


def test_the_manifest_is_sorted_by_part_in_whatever_order_files_were_converted():
    rows = [used("test", "ann", "1"), used("train", "zoe", "2"), used("train", "zoe", "1")]
    tables = [manifest.manifest_table(order, ROOT) for order in (rows, rows[::-1])]
    assert tables[0].equals(tables[1])
    assert list(tables[0]["path"]) == ["zoe/1.flac", "zoe/2.flac", "ann/1.flac"]
    assert list(tables[0]["recording"]) == ["zoe/1.wav", "zoe/2.wav", "ann/1.wav"]
    assert tables[0].loc[
        0, ["seconds", "start", "recording_rate", "recording_channels"]
    ].tolist() == [
        1.5,
        0.0,
        44_100,
        2,
    ]


def test_the_exclusions_list_recordings_and_speakers():
    table = manifest.exclusions_table(
        [
            manifest.LeftOut("zoe", "", None, "not drawn"),
            manifest.LeftOut("ann", "1", ROOT / "ann" / "1.wav", "silent"),
        ],
        ROOT,
    )
    assert table.to_numpy().tolist() == [
        ["ann", "1", "ann/1.wav", "silent"],
        ["zoe", "", "", "not drawn"],
    ]


def test_exclusions_without_rows_have_their_columns():
    assert list(manifest.exclusions_table([], ROOT).columns) == [
        "speaker",
        "utterance",
        "recording",
        "reason",
    ]


def test_the_description_counts_speakers_utterances_and_exclusions():
    rows = [used("train", "zoe", "1"), used("train", "ann", "1"), used("test", "bob", "1")]
    left_out = [
        manifest.LeftOut("cyd", "", None, "speaker of no part of the split"),
        manifest.LeftOut("zoe", "2", ROOT / "zoe" / "2.wav", "silent"),
    ]
    tables = manifest.manifest_table(rows, ROOT), manifest.exclusions_table(left_out, ROOT)
    assert manifest.describe(*tables, not_taken=0) == [
        "train: 2 speakers, 2 utterances, 0.1 min",
        "validation: 0 speakers, 0 utterances, 0.0 min",
        "test: 1 speakers, 1 utterances, 0.0 min",
        "left out 1 files, 1 speakers; data/left_out.csv says why",
    ]


def test_the_description_counts_the_utterances_beyond_the_limit_apart():
    tables = (
        manifest.manifest_table([used("train", "zoe", "1")], ROOT),
        manifest.exclusions_table([], ROOT),
    )
    lines = manifest.describe(*tables, not_taken=7)
    assert "7 more utterances are not taken, because of corpus.utterances" in lines


def test_the_description_names_low_rates_and_long_recordings():
    rows = [
        used("train", "zoe", "1", rate=8_000),
        used("train", "zoe", "2", rate=8_000),
        used("test", "ann", "1", rate=11_025),
        used("validation", "bob", "7-0001"),
        used("validation", "bob", "7-0003", start=20.0),
    ]
    left_out = [manifest.LeftOut("bob", "7-0002", ROOT / "bob" / "7.wav", "no speech")]
    tables = manifest.manifest_table(rows, ROOT), manifest.exclusions_table(left_out, ROOT)
    assert manifest.describe(*tables, not_taken=0)[3:] == [
        "2 utterances were recorded at 8000 Hz: they have no energy above 4000 Hz",
        "1 utterances were recorded at 11025 Hz: they have no energy above 5512.5 Hz",
        "1 recordings of more than 40 s were cut into 2 utterances",
        "left out 1 pieces of long files; data/left_out.csv says why",
    ]


def test_nothing_is_said_of_what_is_not_there():
    tables = (
        manifest.manifest_table([used("test", "ann", "1")], ROOT),
        manifest.exclusions_table([], ROOT),
    )
    assert len(manifest.describe(*tables, not_taken=0)) == 3
