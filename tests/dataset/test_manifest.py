from pathlib import Path

from sdmvae.corpora.base import Utterance
from sdmvae.dataset import manifest
from sdmvae.dataset.convert import Converted

ROOT = Path("corpus")


def used(part: str, speaker: str, name: str) -> manifest.Used:
    utterance = Utterance(speaker, name, ROOT / speaker / f"{name}.wav")
    return manifest.Used(part, utterance, Path(f"{speaker}/{name}.flac"), Converted(1.5, 44_100, 2))


def test_the_manifest_is_sorted_by_part_in_whatever_order_files_were_converted():
    rows = [used("test", "ann", "1"), used("train", "zoe", "2"), used("train", "zoe", "1")]
    tables = [manifest.manifest_table(order, ROOT) for order in (rows, rows[::-1])]
    assert tables[0].equals(tables[1])
    assert list(tables[0]["path"]) == ["zoe/1.flac", "zoe/2.flac", "ann/1.flac"]
    assert list(tables[0]["recording"]) == ["zoe/1.wav", "zoe/2.wav", "ann/1.wav"]
    assert tables[0].loc[0, ["seconds", "recording_rate", "recording_channels"]].tolist() == [
        1.5,
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
        "left out 1 files and 1 speakers; data/left_out.csv says why",
    ]


def test_the_description_counts_the_utterances_beyond_the_limit_apart():
    tables = (
        manifest.manifest_table([used("train", "zoe", "1")], ROOT),
        manifest.exclusions_table([], ROOT),
    )
    lines = manifest.describe(*tables, not_taken=7)
    assert "7 more utterances are not taken, because of corpus.utterances" in lines
    assert "left out 0 files and 0 speakers; data/left_out.csv says why" in lines
