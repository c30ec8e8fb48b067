import pytest

from tools.word_errors import edit_distance


@pytest.mark.parametrize(
    "first, second, expected",
    [
        ("a b c", "a b c", 0),
        ("a b c", "a x c", 1),
        ("a b c", "a c", 1),
        ("a c", "a b c", 1),
        ("", "a b", 2),
        ("a b c d", "b c d a", 2),
    ],
)
def test_replaced_removed_and_inserted_words_are_counted(first, second, expected):
    assert edit_distance(first.split(), second.split()) == expected
