import numpy as np
import pytest

from sdmvae.probes import stability


def independent(dims=8, frames=4000, seed=0):
    return np.random.default_rng(seed).laplace(size=(frames, dims))


def changed(codes):
    """The same dimensions in another order, with other signs, scales and offsets."""
    random = np.random.default_rng(1)
    order = random.permutation(codes.shape[1])
    return 4 - codes[:, order] * random.choice([-0.1, 7], codes.shape[1])


def test_a_permuted_and_flipped_copy_has_stability_one():
    codes = independent()
    (match,) = stability.match_seeds("vae-m8", {0: codes, 3: changed(codes)}, {})
    assert (match.of, match.first, match.second) == ("codes", 0, 3)
    assert match.matched == pytest.approx(1)
    assert 0.3 < match.control < 0.8


def test_a_code_of_other_noise_has_the_stability_of_its_control():
    (match,) = stability.match_seeds("vae-m8", {0: independent(), 1: independent(seed=2)}, {})
    assert match.matched == pytest.approx(match.control, abs=0.01)
    assert match.matched < 0.05


def test_a_rotated_code_has_the_stability_of_its_control():
    codes = independent()
    turned = codes @ stability.rotate(8, np.random.default_rng(5))
    (match,) = stability.match_seeds("vae-m8", {0: codes, 1: turned}, {})
    assert match.matched == pytest.approx(match.control, abs=0.1)
    assert match.matched < 0.8


def test_a_dimension_that_never_changes_has_no_match():
    codes = independent(4)
    other = codes.copy()
    other[:, 2] = 5.0
    (match,) = stability.match_seeds("vae-m4", {0: codes, 1: other}, {})
    assert match.matched == pytest.approx(3 / 4, abs=0.02)


def test_every_pair_of_seeds_has_a_match_and_one_seed_has_none():
    codes = {seed: independent(3, 100, seed) for seed in (5, 0, 2)}
    found = [(each.first, each.second) for each in stability.match_seeds("a", codes, {})]
    assert found == [(5, 0), (5, 2), (0, 2)]
    assert list(stability.match_seeds("a", {0: codes[0]}, {})) == []


def test_atoms_that_were_learned_are_matched_by_their_cosine():
    codes = {0: independent(), 1: independent(seed=1)}
    atoms = np.linalg.qr(np.random.default_rng(0).standard_normal((8, 8)))[0]
    dictionaries = {0: atoms, 1: -3 * atoms[:, ::-1]}
    _, match = stability.match_seeds("sdm-m8", codes, dictionaries)
    assert match.of == "atoms" and match.matched == pytest.approx(1)
    assert match.control < 0.8


def test_a_fixed_dictionary_has_no_match():
    codes = {0: independent(), 1: independent(seed=1)}
    found = stability.match_seeds("sdm-m8", codes, dict.fromkeys(codes, np.eye(8)))
    assert [each.of for each in found] == ["codes"]


def test_rotations_keep_lengths_and_angles():
    q = stability.rotate(6, np.random.default_rng(0))
    assert np.allclose(q.T @ q, np.eye(6))


def test_the_match_is_the_best_of_all():
    import itertools

    similarity = np.random.default_rng(0).random((5, 5))
    best = max(
        similarity[np.arange(5), list(order)].mean() for order in itertools.permutations(range(5))
    )
    assert stability.match(similarity) == pytest.approx(best)
