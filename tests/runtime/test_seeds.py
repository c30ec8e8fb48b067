from itertools import permutations

from sdmvae.runtime.seeds import seed_for


def test_a_seed_stays_what_it_is():
    assert seed_for(0, "vae-m32", "weights") == 4015088567296430849


def test_order_matters():
    assert len({seed_for(*each) for each in permutations((0, 1, "noise"))}) == 6


def test_every_purpose_has_its_own():
    purposes = [
        (seed, cell, purpose, epoch)
        for seed in range(3)
        for cell in ("vae-m32", "vae-m64")
        for purpose in ("order", "noise")
        for epoch in range(1, 20)
    ]
    assert len({seed_for(*each) for each in purposes}) == len(purposes)


def test_parts_do_not_run_into_each_other():
    assert len({seed_for("a", "bc"), seed_for("ab", "c"), seed_for("abc"), seed_for(1, 11)}) == 4
    assert seed_for(1, 11) != seed_for(11, 1)


def test_a_seed_fits_every_generator():
    assert all(0 <= seed_for(each) < 2**63 for each in range(200))
    assert max(seed_for(each) for each in range(200)) > 2**61
