from pathlib import Path

from sdmvae.corpora.base import Utterance
from sdmvae.dataset import manifest
from sdmvae.dataset.convert import Converted

ROOT = Path("corpus")


def used(part: str, speaker: str, name: str) -> manifest.Used:
    utterance = Utterance(speaker, name, ROOT / speaker / f"{name}.wav")
    return manifest.Used(part, utterance, Path(f"{speaker}/{name}.flac"), Converted(1.5, 44_100, 2))


def test_manifest_goes_part_by_part_whatever_order_files_were_done_in():
    rows = [used("test", "ann", "1"), used("train", "zoe", "2"), used("train", "zoe", "1")]
    frames = [manifest.manifest_table(order, ROOT) for order in (rows, rows[::-1])]
    assert frames[0].equals(frames[1])
    assert list(frames[0]["path"]) == ["zoe/1.flac", "zoe/2.flac", "ann/1.flac"]
    assert list(frames[0]["source"]) == ["zoe/1.wav", "zoe/2.wav", "ann/1.wav"]
    assert frames[0].loc[0, ["seconds", "source_rate", "source_channels"]].tolist() == [
        1.5,
        44_100,
        2,
    ]


def test_left_out_lists_recordings_and_speakers():
    frame = manifest.exclusions_table(
        [
            manifest.LeftOut("zoe", "", None, "not drawn"),
            manifest.LeftOut("ann", "1", ROOT / "ann" / "1.wav", "silent"),
        ],
        ROOT,
    )
    assert frame.to_numpy().tolist() == [
        ["ann", "1", "ann/1.wav", "silent"],
        ["zoe", "", "", "not drawn"],
    ]


def test_nothing_left_out_is_a_table_with_its_columns():
    assert list(manifest.exclusions_table([], ROOT).columns) == [
        "speaker",
        "utterance",
        "source",
        "reason",
    ]
