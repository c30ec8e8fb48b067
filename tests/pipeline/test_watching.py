"""DVC sees every change of the files that a corpus reads, whatever their format, and no others."""

import json
import os

import numpy as np
import pytest
import soundfile
from ruamel.yaml import YAML

from tests.support.small_project import SmallProject

pytestmark = pytest.mark.slow


@pytest.fixture
def project(tmp_path):
    """A project of which nothing has run, with a corpus in three formats and a large film."""
    project = SmallProject.create(tmp_path)
    for path in project.corpus.rglob("*.wav"):
        path.unlink()
    for number, name in enumerate(("ann/1.mp3", "ann/2.OPUS", "bob/1.aiff")):
        write(project, name, number)
    with (project.corpus / "ann" / "film.mp4").open("wb") as film:
        os.truncate(film.fileno(), 2**34)  # DVC would take minutes to hash it
    return project


def write(project, name, seed):
    noise = np.random.default_rng(seed).normal(scale=0.1, size=16_000)
    format = {"opus": "OGG", "aiff": "AIFF", "mp3": "MP3"}[name.rpartition(".")[2].lower()]
    subtype = "OPUS" if format == "OGG" else None
    (project.corpus / name).parent.mkdir(exist_ok=True)
    soundfile.write(project.corpus / name, noise, 16_000, format=format, subtype=subtype)


def sees_a_change(project):
    """Tell whether `dvc status` names the folder of the corpus."""
    status = json.loads(project.dvc("status", "--json", "recordings"))
    changes = [
        path for entries in status.get("recordings", []) for path in entries.get("changed deps", {})
    ]
    assert changes in ([], ["data/source/audio"])
    return bool(changes)


def recordings(project):
    """Run the stage and return the files that it lists."""
    project.dvc("repro", "recordings")
    assert not sees_a_change(project)
    return set(json.loads(project.read("data/recordings.json"))["recordings"])


def watched(project):
    """Return how many files DVC has hashed for the corpus."""
    lock = YAML(typ="safe").load(project.read("dvc.lock"))["stages"]["recordings"]
    (entry,) = [entry for entry in lock["deps"] if entry["path"] == "data/source/audio"]
    return entry["nfiles"]


def test_clips_of_any_format_are_watched_and_films_are_not(project):
    assert recordings(project) == {"ann/1.mp3", "ann/2.OPUS", "bob/1.aiff"}
    assert watched(project) == 3
    (project.corpus / "ann" / "film.mp4").unlink()
    (project.corpus / "ann" / "notes.txt").touch()
    assert not sees_a_change(project)
    (project.corpus / "ann" / "1.mp3").unlink()
    assert sees_a_change(project)
    assert recordings(project) == {"ann/2.OPUS", "bob/1.aiff"}
    write(project, "ann/2.OPUS", seed=7)
    assert sees_a_change(project)
    recordings(project)
    write(project, "bob/2.aiff", seed=8)
    assert sees_a_change(project)
    assert recordings(project) == {"ann/2.OPUS", "bob/1.aiff", "bob/2.aiff"}
    (project.corpus / "bob" / "1.aiff").rename(project.corpus / "bob" / "1.AIF")
    assert sees_a_change(project)


def test_a_corpus_that_cannot_be_linked_is_looked_through_again_when_it_is_asked_for(project):
    (project.corpus / "fay").symlink_to("bob")
    assert recordings(project) == {"ann/1.mp3", "ann/2.OPUS", "bob/1.aiff", "fay/1.aiff"}
    (project.corpus / "ann" / "1.mp3").unlink()
    output = project.dvc("repro", "-f", "-s", "source")
    assert "cannot be watched for changes" in output
    assert sees_a_change(project)
    write(project, "ann/3.mp3", seed=9)
    project.dvc("repro", "-f", "-s", "source")
    assert sees_a_change(project)
    assert recordings(project) == {"ann/2.OPUS", "ann/3.mp3", "bob/1.aiff", "fay/1.aiff"}


def test_the_table_of_common_voice_is_watched(project):
    table = project.corpus / "en" / "validated.tsv"
    table.parent.mkdir()
    table.write_text("client_id\tpath\nann\t1.mp3\n")
    for name in ("en/clips/1.mp3", "en/clips/2.mp3"):
        (project.corpus / name).parent.mkdir(exist_ok=True)
        write(project, name, seed=1)
    project.edit(lambda values: values["corpus"].update(name="common-voice"))
    assert recordings(project) == {"en/clips/1.mp3", "en/validated.tsv"}
    assert watched(project) == 3 + 3
    (table.parent / "other.tsv").write_text("client_id\tpath\n")
    assert not sees_a_change(project)
    before = project.read("data/recordings.json")
    table.write_text("client_id\tpath\nbob\t1.mp3\n")
    assert sees_a_change(project)
    assert recordings(project) == {"en/clips/1.mp3", "en/validated.tsv"}
    assert project.read("data/recordings.json") != before
