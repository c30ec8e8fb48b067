import json
import math

import numpy as np
import pandas as pd
import pytest

from sdmvae import params
from sdmvae.evaluation import scores, tables

IDENTITY = {"dictionary": "identity"}
DCT32 = {"dictionary": "dct", "atoms": 32}
DCT64 = {"dictionary": "dct", "atoms": 64}

POSTER = [
    # model, arguments, m, PESQ, STOI, Hoyer
    ("vae", {}, 32, 3.29, 0.85, 0.40),
    ("vae", {}, 64, 3.26, 0.85, 0.56),
    ("vsc", {"alpha": 0.05}, 32, 3.00, 0.81, 0.57),
    ("vsc", {"alpha": 0.05}, 64, 3.25, 0.84, 0.51),
    ("vsc", {"alpha": 0.5}, 32, 3.25, 0.84, 0.54),
    ("vsc", {"alpha": 0.5}, 64, 3.32, 0.85, 0.65),
    ("vsc", {"alpha": 0.9}, 32, 3.25, 0.84, 0.47),
    ("vsc", {"alpha": 0.9}, 64, 3.26, 0.85, 0.60),
    ("sdm", IDENTITY, 32, 3.33, 0.86, 0.64),
    ("sdm", IDENTITY, 64, 3.45, 0.87, 0.73),
    ("sdm", DCT32, 32, 3.37, 0.86, 0.66),
    ("sdm", DCT32, 64, 3.28, 0.84, 0.66),
    ("sdm", DCT64, 32, 3.32, 0.86, 0.87),
    ("sdm", DCT64, 64, 3.33, 0.86, 0.76),
]


@pytest.mark.parametrize(("model", "arguments", "m", "pesq", "stoi", "hoyer"), POSTER)
def test_published_figures(model, arguments, m, pesq, stoi, hoyer):
    assert tables.published(model, arguments, m) == (pesq, stoi, hoyer)


def test_every_cell_of_the_project_has_published_figures(request):
    settings = params.read(request.config.rootpath / "params.yaml")
    for cell in settings.cells:
        variant = settings.variants[cell.variant]
        assert tables.published(variant.model, variant.arguments, cell.m) is not None


@pytest.mark.parametrize(
    ("model", "arguments", "m"),
    [
        ("vsc", {"alpha": 0.4}, 32),
        ("vsc", {}, 32),
        ("vsc", {"alpha": 0.5, "informed": True}, 32),
        ("vae", {"beta": 4.0}, 32),
        ("vae", {}, 16),
        ("sdm", {"dictionary": "dct"}, 32),
        ("sdm", {"dictionary": "dct", "atoms": 48}, 64),
        ("sdm", {"atoms": 32}, 32),
        ("vaes", {}, 32),
    ],
)
def test_any_other_cell_has_no_published_figures(model, arguments, m):
    assert tables.published(model, arguments, m) is None


def rows(count=3, **columns):
    values = {
        "frames": [1] * count,
        **{name: [1.0] * count for name in (*scores.NAMES, *tables.BOUND)},
        **columns,
    }
    return pd.DataFrame(values)


def codes(frames=3, dimensions=4):
    return np.random.default_rng(0).standard_normal((frames, dimensions))


REQUIRED = (
    "pesq pesq_wb stoi estoi si_sdr hoyer hoyer_normalised active_dims elbo reconstruction kl iwae"
)


def test_summary_has_every_score():
    summary = tables.summarise(rows(), codes())
    assert set(REQUIRED.split()) <= set(summary)
    assert all(isinstance(summary[name], int | float) for name in REQUIRED.split())
    assert summary["hoyer_hard"] is summary["coherence"] is summary["atoms_in_use"] is None


def test_summary_of_hard_codes_and_of_a_dictionary():
    given = np.array([[3.0, 0.001], [-3.0, -0.001], [3.0, 0.001]])
    dictionary = np.array([[1.0, 0.6], [0.0, 0.8]])
    summary = tables.summarise(rows(), given, np.array([[3.0, 0], [0, 0], [1, 1]]), dictionary)
    assert summary["hoyer_hard"] == pytest.approx(0.5)
    assert summary["coherence"] == pytest.approx(0.6)
    assert summary["atoms_in_use"] == 1


def test_scores_are_means_over_utterances_that_have_one():
    summary = tables.summarise(
        rows(
            4,
            pesq=[1.0, math.nan, 3.0, 5.0],
            stoi=[0.5, 0.7, math.nan, 0.9],
            si_sdr=[10.0, -math.inf, math.inf, 20.0],
        ),
        codes(4),
    )
    assert summary["pesq"] == pytest.approx(3)
    assert summary["stoi"] == pytest.approx(0.7)
    assert summary["si_sdr"] == pytest.approx(15)
    assert summary["utterances"] == 4
    assert summary["utterances_scored"] == 2


def test_score_that_no_utterance_has_is_none():
    summary = tables.summarise(rows(2, pesq=[math.nan] * 2, si_sdr=[-math.inf, math.nan]), codes(2))
    assert summary["pesq"] is None
    assert summary["si_sdr"] is None
    assert summary["stoi"] == 1
    assert summary["utterances_scored"] == 0


def test_bound_is_a_mean_over_frames():
    summary = tables.summarise(
        rows(2, frames=[1, 3], elbo=[-8.0, -4.0], reconstruction=[6.0, 2.0], kl=[2.0, 2.0]),
        codes(4),
    )
    assert summary["elbo"] == pytest.approx(-5)
    assert summary["reconstruction"] == pytest.approx(3)
    assert summary["kl"] == pytest.approx(2)
    assert summary["frames"] == 4


@pytest.mark.parametrize("name", tables.BOUND)
@pytest.mark.parametrize("wrong", [math.nan, math.inf])
def test_bound_with_an_undefined_part_is_none(name, wrong):
    summary = tables.summarise(rows(2, **{name: [-4.0, wrong]}), codes(2))
    assert summary[name] is None


def test_hoyer_is_a_mean_over_frames_with_a_code():
    given = np.array([[1.0, 0, 0, 0], [0, 0, 0, 0], [1, 1, 1, 1], [0, 0, 0, 0]])
    summary = tables.summarise(rows(4), given)
    assert summary["hoyer"] == pytest.approx(0.5)
    assert summary["frames_all_zero"] == 2
    assert summary["dims"] == 4


def test_code_of_zeros_has_no_hoyer():
    summary = tables.summarise(rows(), np.zeros((3, 4)))
    assert summary["hoyer"] is None
    assert summary["hoyer_normalised"] is None
    assert (summary["active_dims"], summary["frames_all_zero"]) == (0, 3)


@pytest.mark.parametrize("code", [codes().astype(np.float32), np.zeros((3, 4), np.float32)])
def test_summary_is_strict_json(code):
    summary = tables.summarise(
        rows(pesq=[math.nan] * 3, si_sdr=[-math.inf, 1.0, 2.0], elbo=[math.nan] * 3), code
    )
    assert json.loads(json.dumps(summary, allow_nan=False)) == summary


def test_hoyer_of_each_utterance():
    given = np.array([[1.0, 0, 0, 0], [1, 1, 1, 1], [0, 0, 0, 0], [0, 0, 2, 0], [0, 0, 0, 0]])
    bounds = pd.DataFrame({"path": ["a", "b", "c"], "frames": [2, 2, 1]})
    found = tables.per_utterance(bounds, given)
    np.testing.assert_allclose(found["hoyer"], [0.5, 1, math.nan])
    assert list(found["path"]) == ["a", "b", "c"]
    assert "hoyer" not in bounds
    np.testing.assert_allclose(
        np.average(found["hoyer"][:2], weights=[2, 1]), np.nanmean(scores.hoyer(given))
    )


@pytest.mark.parametrize("frames", [4, 6])
def test_as_many_codes_as_frames(frames):
    with pytest.raises(ValueError, match=f"{frames} frames have 5 codes"):
        tables.per_utterance(pd.DataFrame({"frames": [frames]}), np.ones((5, 2)))


def cell(name, model, arguments, m, **changes):
    return {
        "cell": name,
        "model": model,
        "arguments": arguments,
        "m": m,
        **tables.summarise(rows(), codes()),
        **changes,
    }


def test_table_sets_published_figures_beside_ours():
    table = tables.table(
        [
            cell("vae-m32", "vae", {}, 32, pesq=2.5, stoi=0.7, estoi=0.6, hoyer=0.2),
            cell("vsc-a40-m32", "vsc", {"alpha": 0.4}, 32, active_dims=3, dims=32),
        ]
    )
    ours, other = table.to_dict("records")
    assert (ours["PESQ"], ours["STOI"], ours["ESTOI"], ours["Hoyer"]) == (2.5, 0.7, 0.6, 0.2)
    published = ("PESQ published", "STOI published", "Hoyer published")
    assert tuple(ours[name] for name in published) == (3.29, 0.85, 0.40)
    assert all(pd.isna(other[name]) for name in published)
    assert other["active"] == "3/32"


def test_markdown_has_a_dash_for_what_is_missing():
    markdown = tables.markdown(
        tables.table([cell("sdm-m8", "sdm", {"dictionary": "dct"}, 8, pesq=None, stoi=0.123)])
    )
    head, rule, line = (
        [each.strip() for each in row.strip("|").split("|")] for row in markdown.splitlines()
    )
    row = dict(zip(head, line, strict=True))
    assert set("".join(rule)) <= set(":-")
    assert row["cell"] == "sdm-m8"
    assert row["PESQ"] == row["PESQ published"] == row["Hoyer published"] == "–"
    assert row["STOI"] == "0.12"
    assert "nan" not in markdown.lower()
    assert "none" not in markdown.lower()


def test_cells_of_the_poster_come_first():
    order = [("new", 32), ("vae", 32), ("other", 64), ("vae", 64)]
    table = tables.table([cell(f"{name}-m{m}", name, {}, m) for name, m in order])
    assert list(table["cell"]) == ["vae-m32", "vae-m64", "new-m32", "other-m64"]


def test_markdown_has_a_line_a_cell():
    cells = [cell(f"vae-m{m}", "vae", {}, m) for m in (16, 32, 64)]
    lines = tables.markdown(tables.table(cells)).splitlines()
    assert len(lines) == 2 + 3
    assert len({len(line) for line in lines}) == 1
    assert "3.29" in lines[2]
    assert "–" in lines[4]
