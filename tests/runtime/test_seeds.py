from itertools import permutations

from sdmvae.runtime.seeds import seed_for


def test_a_seed_never_changes():
    assert seed_for(0, "vae-m32", "weights") == 4015088567296430849


def test_the_order_of_the_parts_matters():
    assert len({seed_for(*parts) for parts in permutations((0, 1, "noise"))}) == 6


def test_every_purpose_has_its_own_seed():
    purposes = [
        (seed, cell, purpose, epoch)
        for seed in range(3)
        for cell in ("vae-m32", "vae-m64")
        for purpose in ("order", "noise")
        for epoch in range(1, 20)
    ]
    assert len({seed_for(*purpose) for purpose in purposes}) == len(purposes)


def test_the_parts_are_kept_apart():
    assert len({seed_for("a", "bc"), seed_for("ab", "c"), seed_for("abc"), seed_for(1, 11)}) == 4
    assert seed_for(1, 11) != seed_for(11, 1)


def test_a_seed_fits_every_generator():
    assert all(0 <= seed_for(number) < 2**63 for number in range(200))
    assert max(seed_for(number) for number in range(200)) > 2**61
