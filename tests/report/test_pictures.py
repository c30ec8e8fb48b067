import pytest

from sdmvae.figures import spectrograms
from sdmvae.report import pictures


def test_ticks_are_round_and_inside():
    found = pictures.place_ticks(0, 4.9)
    assert [each["label"] for each in found] == ["0", "1", "2", "3", "4"]
    assert found[1]["at"] == pytest.approx(100 / 4.9, abs=0.01)


def test_ticks_include_both_ends_if_these_are_round():
    found = pictures.place_ticks(-30, 30)
    assert found[0] == {"label": "−30", "at": 0}
    assert found[-1] == {"label": "30", "at": 100}


@pytest.mark.parametrize(("low", "high"), [(1, 1), (2, 1)])
def test_an_axis_without_length_is_refused(low, high):
    with pytest.raises(ValueError, match="an axis cannot go from"):
        pictures.place_ticks(low, high)


@pytest.mark.parametrize(
    ("count", "downward", "expected"),
    [
        (4, False, [("1", 12.5), ("4", 87.5)]),
        (4, True, [("1", 87.5), ("4", 12.5)]),
        (1, False, [("1", 50)]),
    ],
)
def test_end_ticks_are_in_the_middle_of_pixels(count, downward, expected):
    found = pictures.place_end_ticks(count, downward=downward)
    assert [(each["label"], each["at"]) for each in found] == expected


def test_a_bar_has_every_colour_of_its_scale():
    bar = pictures.describe_colour_bar(spectrograms.LEVEL, "dB")
    assert len(bar["colours"]) == spectrograms.LEVEL.steps
    red, green, blue = spectrograms.list_colours(spectrograms.LEVEL)[0]
    assert bar["colours"][0] == f"#{red:02x}{green:02x}{blue:02x}"
