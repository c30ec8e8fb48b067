"""Outputs that travel through a store to a second machine, which has no recordings."""

import hashlib
import json
import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.pipeline_stages import LAST, LINK_STAGES, cell_stages
from tests.support.s3_store import BUCKET, Store, running_store
from tests.support.small_project import SmallProject, stages_run
from tests.test_docs import SHARING, blocks, run

pytestmark = pytest.mark.slow

# What the page writes for the store, its key and the server of git.
PLACES = ("s3://results/speech", "https://store.example.org:9000", "git@example.org:speech.git")
KEY = ("THE-KEY", "THE-SECRET")
# They are outputs, or remains, that no cache of DVC holds.
NOT_CACHED = ("data/source/", "data/checkpoints/")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Run a store, and give its key to DVC, as if this account had no other key."""
    absent = tmp_path_factory.mktemp("account") / "no file"
    with pytest.MonkeyPatch.context() as variables, running_store() as store:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            variables.delenv(name)
        for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
            variables.setenv(name, str(absent))
        variables.setenv("AWS_EC2_METADATA_DISABLED", "true")
        for name, value in store.credentials.items():
            variables.setenv(name, value)
        yield store


@pytest.fixture(scope="module")
def pushed(
    finished: SmallProject, store: Store, tmp_path_factory: pytest.TempPathFactory
) -> SmallProject:
    """Return a finished project whose outputs are in the store. No test changes it."""
    project = finished.copy(tmp_path_factory.mktemp("first machine"))
    add_remote(project, store, "pushed")
    project.commit()
    project.dvc("push")
    return project


def add_remote(project: SmallProject, store: Store, folder: str) -> None:
    """Let a project use a folder of the bucket."""
    project.dvc("remote", "add", "--default", "storage", f"s3://{BUCKET}/{folder}")
    project.dvc("remote", "modify", "storage", "endpointurl", store.url)


def clone(project: SmallProject, folder: Path) -> SmallProject:
    """Return a clone on another machine, with what was pushed, and without the recordings."""
    copy = SmallProject(folder / "another machine/project")
    project.run("git", "clone", "-q", str(project.root), str(copy.root))
    copy.dvc("pull")
    assert not copy.corpus.exists()
    return copy


def digests(project: SmallProject) -> dict[str, str]:
    """Return the MD5 of every file that the stages wrote, by its name."""
    tracked = set(project.run("git", "ls-files", "data").splitlines())
    found = {}
    for path in (project.root / "data").rglob("*"):
        name = str(path.relative_to(project.root))
        if path.is_file() and name not in tracked and not name.startswith(NOT_CACHED):
            found[name] = md5(path)
    return found


def md5(path: Path) -> str:
    """Return the digest by which DVC knows a file."""
    return hashlib.md5(path.read_bytes()).hexdigest()


def objects(store: Store, folder: str) -> set[str]:
    """Return the MD5 of everything that the store has in a folder."""
    start = f"{folder}/files/md5/"
    names = [name.removeprefix(start) for name in store.sizes() if name.startswith(start)]
    return {name.replace("/", "").removesuffix(".dir") for name in names}


def test_the_store_has_every_output_and_of_the_recordings_only_test_speech(pushed, store):
    stored = objects(store, "pushed")
    assert len(stored) > 50 and set(digests(pushed).values()) <= stored
    recordings = {path: md5(path) for path in pushed.corpus.rglob("*.wav")}
    found = {path.parent.name for path, digest in recordings.items() if digest in stored}
    # The ceiling of the scores is test speech at its true power: the same samples, as WAV too.
    assert found == {folder.name for folder in (pushed.root / "data/speech/test").iterdir()}
    assert len({path.parent.name for path in recordings}) > len(found)


def test_a_clone_without_recordings_has_every_output_and_trains_nothing(pushed, tmp_path):
    copy = clone(pushed, tmp_path)
    assert "No changes" in copy.dvc("data", "status")
    assert json.loads(copy.dvc("status", "--json")) == {
        "source": [{"changed outs": {"data/source": "deleted"}}],
        "recordings": [{"changed deps": {"data/source/audio": "deleted"}}],
    }
    assert stages_run(copy.make("repro")) == LINK_STAGES
    assert copy.dvc("status") == "Data and pipelines are up to date.\n"
    assert stages_run(copy.make("repro")) == set()
    before, after = digests(pushed), digests(copy)
    assert before == after
    assert "data/report/index.html" in after
    assert len([name for name in after if name.endswith(".safetensors")]) >= 4


def test_a_clone_with_the_same_recordings_has_nothing_to_commit(pushed, tmp_path):
    copy = clone(pushed, tmp_path)
    shutil.copytree(pushed.corpus, copy.corpus)
    assert stages_run(copy.make("repro")) == {"source"}
    assert copy.dvc("status") == "Data and pipelines are up to date.\n"
    assert copy.run("git", "status", "--porcelain") == ""


def test_an_edit_in_a_clone_trains_only_what_it_concerns_and_travels_back(pushed, tmp_path):
    first, copy = pushed.copy(tmp_path), clone(pushed, tmp_path)
    copy.edit(lambda values: values["variants"]["vsc-a50"].update(alpha=0.3))
    ran = stages_run(copy.make("repro"))
    assert ran == LINK_STAGES | {"variants"} | cell_stages(["vsc-a50"]) | LAST
    copy.dvc("push")
    copy.commit()
    first.run("git", "pull", "-q", str(copy.root), "main")
    first.dvc("pull")
    # The first machine looks at its recordings again. All else is as it was pulled.
    assert stages_run(first.make("repro")) == LINK_STAGES
    assert digests(first) == digests(copy) != digests(pushed)


def test_another_seed_in_a_clone_trains_this_seed_alone(pushed, tmp_path):
    copy = clone(pushed, tmp_path)
    copy.edit(lambda values: values["train"].update(seeds=[0, 1]))
    ran = stages_run(copy.dvc("repro", "train", "features"))
    new = cell_stages(["vae", "vsc-a50"], stages=["train"], seeds=[1])
    assert new <= ran <= new | LINK_STAGES | {"variants"}


def test_a_wrong_key_and_an_unreachable_store_are_errors_of_dvc(project, store):
    add_remote(project, store, "refused")
    project.dvc("remote", "modify", "--local", "storage", "access_key_id", store.key)
    project.dvc("remote", "modify", "--local", "storage", "secret_access_key", "wrong")
    project.run("git", "check-ignore", ".dvc/config.local")
    assert "ERROR: unexpected error - Forbidden" in project.dvc("push", status=255)
    project.dvc("remote", "modify", "--local", "storage", "secret_access_key", store.secret)
    with socket.create_server(("127.0.0.1", 0)) as free:
        nobody = f"http://127.0.0.1:{free.getsockname()[1]}"
    project.dvc("remote", "modify", "storage", "endpointurl", nobody)
    output = project.dvc("push", status=255)
    assert f'ERROR: unexpected error - Could not connect to the endpoint URL: "{nobody}' in output
    assert objects(store, "refused") == set()


def test_the_commands_of_the_page_run_in_their_order(project, store):
    server = project.root.parent / "server.git"
    project.run("git", "init", "-q", "--bare", "-b", "main", str(server))
    project.run("git", "remote", "add", "origin", str(server))
    places = dict(zip(PLACES, (f"s3://{BUCKET}/page", store.url, str(server)), strict=True))
    names = places | dict(zip(KEY, (store.key, store.secret), strict=True))
    to_run = [block for block in blocks(SHARING) if block.tag == "sh"]
    assert all(any(name in block.text for block in to_run) for name in names)
    for block in to_run:
        text = block.text
        for name, value in names.items():
            text = text.replace(name, value)
        print(text, run(block._replace(text=text), project))
        if "cd ../another-machine" in text:
            project = SmallProject(project.root.with_name("another-machine"))
