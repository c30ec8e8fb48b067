"""Corpus -> speakers of each part, utterances at 16 kHz, manifest, and what was left out."""

import tempfile
from pathlib import Path

import pandas as pd

from sdmvae import corpora, params
from sdmvae.corpora.base import LayoutError, Utterance
from sdmvae.dataset import convert, manifest
from sdmvae.dataset.split import PARTS, SplitError, assign, unpublished
from sdmvae.runtime.atomic import atomic_path
from sdmvae.runtime.messages import exit_on, print_done
from sdmvae.runtime.progress import progress
from sdmvae.runtime.workers import Crashed, map_processes

SPEECH, MANIFEST, LEFT_OUT = (
    Path("data/speech"),
    Path("data/manifest.csv"),
    Path("data/left_out.csv"),
)


def main() -> None:
    """Run the stage."""
    with exit_on(params.ParameterError, LayoutError, SplitError, RuntimeError):
        settings = params.read()
        corpus = corpora.load(settings.corpus.name)
        with tempfile.TemporaryDirectory(prefix="sdmvae-") as scratch:
            if hasattr(corpus, "synthesize"):
                root = Path(scratch)
                corpus.synthesize(root, settings.corpus.sentences)
            else:
                root = Path(settings.corpus.root).expanduser()
            run(root, corpus, settings.split)


def run(root: Path, corpus, settings: params.Split) -> None:
    """Split the corpus under `root`, convert its speech, write the manifest."""
    recordings = convert.recordings(corpus.utterances(root))
    wanted = {part: getattr(settings, part) for part in PARTS}
    speakers = sorted({each.speaker for each in recordings})
    published_part = getattr(corpus, "published_part", unpublished)
    parts = assign(speakers, wanted, seed=settings.seed, published_part=published_part)
    part_of = {speaker: part for part, drawn in parts.items() for speaker in drawn}
    left_out = [
        manifest.LeftOut(speaker, "", None, "speaker of no part of the split")
        for speaker in speakers
        if speaker not in part_of
    ]
    paths = convert.plain_names(each for each in recordings if each.speaker in part_of)
    rows = []
    with atomic_path(SPEECH, replace_folder=True) as folder:
        folder.mkdir()
        jobs = [(each, recordings[each], folder / path) for each, path in paths.items()]
        done = map_processes(_convert, jobs)
        for (each, waiting, _), outcome in progress(done, "split: to 16 kHz", len(jobs), "file"):
            if isinstance(outcome, Crashed):
                outcome = _one_by_one(each, waiting, folder / paths[each])
            reasons = [converted.reason for converted in outcome]
            if not reasons[-1]:
                chosen = each._replace(path=waiting[len(outcome) - 1])
                rows.append(manifest.Used(part_of[each.speaker], chosen, paths[each], outcome[-1]))
                reasons += [
                    f"same utterance as {convert.printable(chosen.path.relative_to(root))}"
                ] * (len(waiting) - len(outcome))
            left_out += [
                manifest.LeftOut(each.speaker, each.utterance, path, reason)
                for path, reason in zip(waiting, reasons, strict=False)
                if reason
            ]
        empty = [part for part in PARTS if not any(row.part == part for row in rows)]
        if empty:
            example = next((f": {row.path.name}: {row.reason}" for row in left_out if row.path), "")
            raise SplitError(f"no usable utterance for {', '.join(empty)}{example}")
    used = manifest.manifest_table(rows, root)
    with atomic_path(MANIFEST) as path:
        used.to_csv(path, index=False)
    with atomic_path(LEFT_OUT) as path:
        manifest.exclusions_table(left_out, root).to_csv(path, index=False)
    _report(used, left_out)


def _convert(job: tuple[Utterance, list[Path], Path]) -> list[convert.Converted]:
    """What became of the recordings of an utterance, one after another until one can be used."""
    _, recordings, target = job
    tried = []
    for recording in recordings:
        tried.append(convert.convert(recording, target))
        if not tried[-1].reason:
            break
    return tried


def _one_by_one(each: Utterance, recordings: list[Path], target: Path) -> list[convert.Converted]:
    """As `_convert`, each recording in a process of its own: one of them kills it."""
    tried = []
    for recording in recordings:
        ((_, outcome),) = map_processes(_convert, [(each, [recording], target)], processes=1)
        crashed = isinstance(outcome, Crashed)
        tried += [convert.Converted(reason=str(outcome))] if crashed else outcome
        if not tried[-1].reason:
            break
    return tried


def _report(used: pd.DataFrame, left_out: list[manifest.LeftOut]) -> None:
    for part in PARTS:
        rows = used[used["split"] == part]
        print(
            f"split: {part}: {rows['speaker'].nunique()} speakers, {len(rows)} utterances, "
            f"{rows['seconds'].sum() / 60:.1f} min"
        )
    files = sum(row.path is not None for row in left_out)
    unused = len(left_out) - files
    print(f"split: left out {files} files and {unused} speakers, listed in {LEFT_OUT}")
    print_done(f"split: {len(used)} utterances at 16 kHz", SPEECH, MANIFEST, LEFT_OUT)


if __name__ == "__main__":
    main()
