import numpy as np
import pytest

from sdmvae.probes import targets
from sdmvae.probes.excitation import Excitation
from sdmvae.report import excitations


def test_every_cell_has_its_most_used_dimensions(tiny_results, rendered):
    section = excitations.build_section(tiny_results)
    assert [cell["name"] for cell in section["cells"]] == ["vae-m4", "vsc-a05-m4", "sdm-dct6-m4"]
    for cell, dims in zip(section["cells"], (4, 4, 6), strict=True):
        assert cell["total"] == dims
        numbers = [each["number"] for each in cell["dimensions"]]
        assert sorted(numbers) == list(range(1, dims + 1))
        for each in cell["dimensions"]:
            assert [sign["sign"] for sign in each["signs"]] == ["positive", "negative"]
    text = rendered("excitations", section)
    assert text.count("<figure>") == 14
    assert "The corpus does not tell the phones of its speech." in text


def test_the_spectrum_is_that_of_the_frames_with_the_largest_entries(make_results):
    results = make_results({"vae": {"model": "vae"}}, seconds=lambda _: [(0, 0.3)])
    table = targets.read(results.data / "targets/frames.csv")
    folder = results.data / "resynthesis/vae-m4/0"
    codes = np.load(folder / "codes.npy")
    codes[:, 2] = 0
    codes[5, 2] = 1.0
    np.save(folder / "codes.npy", codes)
    assert (table.iloc[5][["path", "frame"]] == ["ann/0.flac", 5]).all()
    (cell,) = excitations.build_section(results)["cells"]
    (own,) = (each for each in cell["dimensions"] if each["number"] == 3)
    (sign,) = own["signs"]
    expected = "100 % voiced" if table.iloc[5]["voicing"] == targets.VOICED else "0 % voiced"
    assert sign["text"] == f"{expected}; 1 speaker, ann 100 %"


def test_cells_that_do_not_fit_are_named(tiny_results, rendered):
    section = excitations.build_section(tiny_results, allowance=1)
    assert [cell["name"] for cell in section["cells"]] == ["vae-m4"]
    assert "for these cells: vsc-a05-m4, sdm-dct6-m4." in rendered("excitations", section)


def test_the_description_names_the_most_frequent_phones_and_speaker():
    phones = {"a": 0.5, "s": 0.3, "t": 0.15, "i": 0.05}
    found = Excitation(np.arange(3), 0.655, {"ann": 0.8, "bob": 0.2}, phones, np.zeros(2))
    assert excitations.describe(found) == (
        "66 % voiced; a 50 %, s 30 %, t 15 %; 2 speakers, ann 80 %"
    )
    alone = found._replace(speakers={"ann": 1.0}, phones={})
    assert excitations.describe(alone) == "66 % voiced; 1 speaker, ann 100 %"


@pytest.mark.parametrize("level", [0.0, -20.0])
def test_a_flat_spectrum_is_a_level_line_at_its_level_in_decibels(level):
    line = excitations._draw(np.full(129, level * np.log(10) / 10), 0.0)
    heights = {float(point.split()[1]) for point in line.removeprefix("M").split("L")}
    assert heights == {round(100 * level / excitations.LEAST)}
