import random
import re

import pytest

from sdmvae.corpora.espeak import corpus, grammar


@pytest.mark.parametrize(
    ("word", "endings"),
    [
        ("carry", "carries carried carrying"),
        ("play", "plays played playing"),
        ("push", "pushes pushed pushing"),
        ("bake", "bakes baked baking"),
        ("stop", "stops stopped stopping"),
        ("relax", "relaxes relaxed relaxing"),
        ("squeeze", "squeezes squeezed squeezing"),
        ("wait", "waits waited waiting"),
        ("listen", "listens listened listening"),
    ],
)
def test_words_take_regular_endings(word, endings):
    assert "{0:s} {0:ed} {0:ing}".format(grammar.Word(word)) == endings


def test_sentences_use_a_large_vocabulary():
    forms = grammar.list_forms()
    assert len(forms) >= 2500
    generator = random.Random("grammar")
    for _ in range(2000):
        text = grammar.make_sentence(generator)
        words = re.findall(r"\w+", text.lower())
        assert 10 <= len(re.findall(r"\S+", text)) <= 21
        assert set(words) - {"an"} <= forms | {"middle", "aged"}
        assert not re.search(r"\ba [aeiou]", text)


def test_all_sentences_of_the_corpus_are_different():
    texts = [
        corpus.make_sentence(name, index)
        for name in corpus.SPEAKERS
        for index in range(corpus.MOST)
    ]
    assert len(set(texts)) == 56 * corpus.MOST
