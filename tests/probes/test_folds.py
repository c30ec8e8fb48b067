import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sdmvae.probes import folds

FRAMES = st.lists(
    st.tuples(st.sampled_from("abcdefghijklm"), st.sampled_from("0123456")), min_size=1
)


@settings(deadline=None, max_examples=50)
@given(FRAMES)
def test_no_speaker_is_on_both_sides(frames):
    speakers = [speaker for speaker, _ in frames]
    own = folds.deal_speakers(speakers, ["female" if s < "e" else "" for s in speakers])
    assert own.shape == (len(frames),)
    for speaker in set(speakers):
        assert len({f for s, f in zip(speakers, own, strict=True) if s == speaker}) == 1
    assert set(own) == set(range(min(folds.FOLDS, len(set(speakers)))))


@settings(deadline=None, max_examples=50)
@given(FRAMES)
def test_no_utterance_is_on_both_sides_and_every_speaker_with_two_is(frames):
    speakers, utterances = zip(*frames, strict=True)
    own = folds.deal_utterances(speakers, utterances)
    assert own.shape == (len(frames),)
    for pair in set(frames):
        assert len({f for p, f in zip(frames, own, strict=True) if p == pair}) == 1
    for speaker in set(speakers):
        said = {u for s, u in frames if s == speaker}
        found = {f for s, f in zip(speakers, own, strict=True) if s == speaker}
        assert len(found) == min(folds.FOLDS, len(said))


@pytest.mark.parametrize("women", [2, 3, 4, 6])
def test_two_speakers_of_a_sex_are_not_in_one_fold(women):
    sexes = {f"speaker {i}": "female" if i < women else "male" for i in range(8)}
    own = folds.deal_speakers(list(sexes), list(sexes.values()))
    for sex in ("female", "male"):
        of_sex = {f for f, s in zip(own, sexes.values(), strict=True) if s == sex}
        assert len(of_sex) > 1


def test_a_class_counts_if_two_folds_have_enough_frames_of_it():
    enough, few = folds.LEAST, folds.LEAST - 1
    rows = [("in two", 0, enough), ("in two", 2, enough), ("in one", 1, 5 * enough)]
    rows += [("too few", 0, enough), ("too few", 1, few), ("", 0, enough), ("", 1, enough)]
    labels = np.repeat([label for label, _, _ in rows], [count for _, _, count in rows])
    own = np.repeat([fold for _, fold, _ in rows], [count for _, _, count in rows])
    assert set(labels[folds.find_common(labels, own)]) == {"in two"}
