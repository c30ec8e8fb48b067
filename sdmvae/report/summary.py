"""What a run shows, in sentences that claim no more than its intervals allow."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

from sdmvae.evaluation.results import Results
from sdmvae.report import cautions, variants
from sdmvae.report.comparison import Compared
from sdmvae.report.scoreboard import shown

LEVEL, NO_INTERVAL = "not told apart", "no interval"


def section(results: Results, compared: Mapping[str, Compared]) -> dict[str, Any]:
    """Cards, sentences against the standard VAE, cautions, and what each variant is."""
    known = variants.described(results)
    described_by = {each["variant"]: each for each in known}
    names = {cell["cell"]: variants.of(cell) for cell in results.cells}
    return {
        "cards": [
            {**card, "variant": described_by[names[card["cell"]]]} for card in cards(compared)
        ],
        "against": against(results.cells, compared),
        "cautions": cautions.told(results),
        "variants": known,
        "synthetic": results.settings.corpus.name == "synthetic",
        "corpus": results.settings.corpus.name,
        "speakers": results.manifest.loc[results.manifest["split"] == "test", "speaker"].nunique(),
        "utterances": int(max(cell["utterances"] for cell in results.cells)),
    }


def cards(compared: Mapping[str, Compared]) -> list[dict[str, str]]:
    """The best cell, the sparsest of those level with it, and the sparsest of all."""
    quality, sparsity = compared["pesq"], compared["hoyer"]
    if quality.best is None:
        return []
    known = math.isfinite(quality.interval(quality.best).half)
    level = [cell for cell in (quality.best, *quality.level) if known and _figure(sparsity, cell)]
    found = [
        {
            "title": "Best quality",
            "cell": quality.best,
            "figures": _figures(compared, quality.best),
            "text": _beside(quality),
        }
    ]
    if level:
        sparse = max(level, key=sparsity.figures.__getitem__)
        found.append(
            {
                "title": "Sparsest at no visible cost in quality",
                "cell": sparse,
                "figures": _figures(compared, sparse),
                "text": _why_level(quality, sparse),
            }
        )
    if sparsity.best is not None:
        found.append(
            {
                "title": "Sparsest of all",
                "cell": sparsity.best,
                "figures": _figures(compared, sparsity.best),
                "text": _cost(quality, sparsity.best),
            }
        )
    return found


def against(
    cells: Iterable[Mapping[str, Any]], compared: Mapping[str, Compared]
) -> list[dict[str, Any]]:
    """Every cell beside the standard VAE of its latent dimension, where there is one.

    Differences are paired by utterance; a score whose difference has an interval that holds zero,
    or has none, is not called better or worse.
    """
    cells = list(cells)
    found = []
    for m in sorted({cell["m"] for cell in cells}):
        here = [cell for cell in cells if cell["m"] == m]
        base = next((cell["cell"] for cell in here if cell["model"] == "vae"), None)
        rows = [
            {
                "cell": cell["cell"],
                "quality": told(compared["pesq"], cell["cell"], base, "better", "worse"),
                "sparsity": told(compared["hoyer"], cell["cell"], base, "sparser", "less sparse"),
                "normalised": told(
                    compared["hoyer_normalised"], cell["cell"], base, "sparser", "less sparse"
                ),
            }
            for cell in here
            if base is not None and cell["cell"] != base
        ]
        if rows:
            found.append({"m": m, "base": base, "groups": groups(rows), "rows": rows})
    return found


def groups(rows: Iterable[Mapping[str, Any]]) -> dict[str, list[str]]:
    """Cells by what became of sparsity and quality, the most wanted first."""
    quality = {"better": "better PESQ", LEVEL: "PESQ not told apart", "worse": "worse PESQ"}
    found: dict[str, list[str]] = {
        f"{sparsity}, {text}": []
        for sparsity in ("sparser", "not sparser")
        for text in quality.values()
    }
    for row in rows:
        if row["quality"]["word"] in quality and row["sparsity"]["word"] != NO_INTERVAL:
            sparsity = "sparser" if row["sparsity"]["word"] == "sparser" else "not sparser"
            found[f"{sparsity}, {quality[row['quality']['word']]}"].append(row["cell"])
    return {label: cells for label, cells in found.items() if cells}


def told(each: Compared, cell: str, other: str, more: str, less: str) -> dict[str, str]:
    """The difference of `cell` from `other` and the word for it."""
    difference = each.difference(cell, other)
    if not math.isfinite(difference.mean) or None in (each.figures[cell], each.figures[other]):
        return {"text": "–", "word": "", "kind": "level"}
    text = f"{difference.mean:+.2f}".replace("-", "−")
    if not math.isfinite(difference.half):
        return {"text": text, "word": NO_INTERVAL, "kind": "level"}
    text += f" ± {difference.half:.2f}"
    if difference.contains_zero:
        return {"text": text, "word": LEVEL, "kind": "level"}
    more_of_it = difference.mean > 0
    return {
        "text": text,
        "word": more if more_of_it else less,
        "kind": "up" if more_of_it else "down",
    }


def _figure(each: Compared, cell: str) -> bool:
    return each.figures[cell] is not None


def _figures(compared: Mapping[str, Compared], cell: str) -> str:
    def text(name: str) -> str:
        interval = compared[name].interval(cell)
        return shown(interval.mean, interval.half)

    return f"PESQ {text('pesq')}, Hoyer {text('hoyer')} (normalised {text('hoyer_normalised')})"


def _beside(quality: Compared) -> str:
    if not math.isfinite(quality.interval(quality.best).half):
        return "The highest mean PESQ; with one test speaker nothing tells it from the others."
    if quality.level:
        return f"Not told apart from it in PESQ: {', '.join(quality.level)}."
    if len(quality.figures) == 1:
        return "There is no other cell."
    if not quality.stands_alone:
        return "The highest mean PESQ; other cells have too few scores to be told from it."
    return "Its PESQ is above that of every other cell, compared utterance by utterance."


def _why_level(quality: Compared, sparse: str) -> str:
    if sparse == quality.best:
        return "It is the best in quality itself: no sparser cell is level with it in PESQ."
    difference = quality.difference(sparse, quality.best)
    return (
        f"The highest Hoyer among cells whose PESQ is not told apart from that of {quality.best} "
        f"(difference {shown(difference.mean, difference.half)})."
    )


def _cost(quality: Compared, cell: str) -> str:
    if cell == quality.best:
        return "It has the best PESQ as well."
    if not _figure(quality, cell):
        return "It has no PESQ."
    difference = quality.difference(cell, quality.best)
    text = shown(difference.mean, difference.half)
    if difference.contains_zero:
        verdict = "which may be chance"
    elif difference.mean + difference.half < 0:
        verdict = "which is a loss"
    else:
        verdict = "without an interval"
    return f"PESQ {text} against {quality.best}, {verdict}."
