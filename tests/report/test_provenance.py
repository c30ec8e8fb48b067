import hashlib
from dataclasses import replace

import pandas as pd
import pytest

from sdmvae.report import provenance


def test_parameters_versions_and_parts_are_listed(tiny_results, lock):
    found = provenance.build_section(tiny_results, lock)
    assert found["parameters"]["stft.hop"] == "32"
    assert "corpus.root" not in found["parameters"]
    assert found["parameters"]["corpus.name"] == "voices"
    assert found["parameters"]["variants.vsc-a05.alpha"] == "0.05"
    assert found["versions"] == [("numpy", "2.4.1"), ("torch", "2.13.0")]
    assert found["parts"][2]["part"] == "test"
    assert (found["parts"][2]["speakers"], found["parts"][2]["utterances"]) == (2, 2)
    assert found["parts"][2]["minutes"] == pytest.approx(1.2 / 60)


def test_hashes_are_those_of_the_files(tiny_results, lock):
    found = dict(provenance.hash_inputs(tiny_results, lock))
    assert found["requirements.lock"] == hashlib.sha256(lock.read_bytes()).hexdigest()
    manifest = (tiny_results.data / "manifest.csv").read_bytes()
    assert found["manifest.csv"] == hashlib.sha256(manifest).hexdigest()
    assert {"left_out.csv", "speech/", "models/vae-m4/"} <= set(found)
    assert all(len(digest) == 64 for digest in found.values())


def test_hash_of_a_folder_is_that_of_its_names_and_files(tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / "b/x").write_bytes(b"1")
    (tmp_path / "a").write_bytes(b"2")
    one, two = (hashlib.sha256(each).hexdigest() for each in (b"1", b"2"))
    expected = hashlib.sha256(f"{two}  a\n{one}  b/x\n".encode()).hexdigest()
    assert provenance.hash_folder(tmp_path) == expected
    (tmp_path / "a").rename(tmp_path / "c")
    assert provenance.hash_folder(tmp_path) != expected


@pytest.mark.parametrize(("count", "shown", "more"), [(0, 0, 0), (50, 50, 0), (53, 50, 3)])
def test_long_lists_of_what_was_left_out_are_cut(tiny_results, lock, count, shown, more):
    file = {
        "speaker": "x",
        "utterance": "0",
        "recording": "x/0.wav",
        "reason": "is silent",
    }
    speaker = {"speaker": "y", "utterance": "", "recording": "", "reason": "of no part"}
    left_out = pd.DataFrame([file, speaker] * count, columns=list(file))
    results = replace(tiny_results, left_out=left_out)
    found = provenance.build_section(results, lock)
    assert (len(found["left_out"]), found["more_left_out"]) == (shown, more)
    assert all(row["recording"] == "x/0.wav" for row in found["left_out"])
    assert (found["speakers_out"], found["more_speakers_out"]) == (["y"] * shown, more)


def test_a_missing_input_is_named(tiny_results, tmp_path):
    with pytest.raises(OSError, match=r"requirements\.lock"):
        provenance.hash_inputs(tiny_results, tmp_path / "requirements.lock")
