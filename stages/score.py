"""One cell -> scores of every utterance, and metrics/<cell>.json. Imports no torch."""

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd

from sdmvae import params
from sdmvae.dsp import audio_file
from sdmvae.evaluation import scores, tables
from sdmvae.runtime.atomic import atomic_path
from sdmvae.runtime.messages import exit_on, print_done
from sdmvae.runtime.progress import progress
from sdmvae.runtime.workers import Crashed, map_processes
from stages._common import declared_cell

SPEECH, MANIFEST = Path("data/speech"), Path("data/manifest.csv")
NOTHING = dict.fromkeys(scores.NAMES, math.nan)


def main() -> None:
    """Run the stage."""
    with exit_on(params.ParameterError):
        cell = declared_cell(params.read()).name
        resynthesis = Path(f"data/resynthesis/{cell}")
        codes, hard_codes, dictionary = (
            _array(resynthesis / f"{name}.npy") for name in ("codes", "hard_codes", "dictionary")
        )
        rows = tables.per_utterance(pd.read_csv(resynthesis / "bounds.csv"), codes)
        rows = rows.merge(scored(cell, resynthesis / "speech", rows["path"]), on="path")
        manifest = pd.read_csv(MANIFEST)[["speaker", "utterance", "seconds", "path"]]
        rows = manifest.merge(rows, on="path", how="right")
        figures = tables.summarise(rows, codes, hard_codes, dictionary)
        summary = json.dumps(figures, indent=2) + "\n"
        made = Path(f"data/scores/{cell}")
        with atomic_path(made, replace_folder=True) as folder:
            folder.mkdir()
            rows.round(6).to_csv(folder / "utterances.csv", index=False)
            (folder / "summary.json").write_text(summary)
        with atomic_path(Path(f"metrics/{cell}.json")) as path:
            path.write_text(summary)
        for _, row in rows[rows["remark"] != ""].iterrows():
            print(f"score {cell}: {row['path']}: {row['remark']}")
        means = ", ".join(f"{name} {_mean(rows, name)}" for name in scores.NAMES)
        print_done(f"score {cell}: {len(rows)} utterances, {means}", made)


def scored(cell: str, speech: Path, paths: pd.Series) -> pd.DataFrame:
    """Scores of each utterance, one process a core; NaN and a remark where there is none."""
    jobs = [(SPEECH / name, (speech / name).with_suffix(".wav")) for name in paths]
    results = progress(map_processes(score_pair, jobs), f"score {cell}", len(jobs), "file")
    rows = [
        {**NOTHING, "remark": f"no scores: {result}"} if isinstance(result, Crashed) else result
        for _, result in results
    ]
    return pd.DataFrame(rows).assign(path=paths.to_numpy())


def score_pair(job: tuple[Path, Path]) -> dict[str, float | str]:
    """Scores of one utterance by the paths of the original and the estimate, and a remark."""
    try:
        reference, estimate = (audio_file.read(path).samples for path in job)
    except audio_file.AudioError as error:
        return {**NOTHING, "remark": f"cannot be read: {error}"}
    found, remarks = scores.score_pair(reference, estimate, audio_file.SAMPLE_RATE)
    return {**found, "remark": "; ".join(remarks)}


def _array(path: Path) -> np.ndarray | None:
    return np.load(path, allow_pickle=False) if path.exists() else None


def _mean(rows: pd.DataFrame, name: str) -> str:
    return f"{rows[name].replace([math.inf, -math.inf], math.nan).mean():.2f}"


if __name__ == "__main__":
    main()
