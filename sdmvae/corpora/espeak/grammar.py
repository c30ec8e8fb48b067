"""Random English sentences for the corpus espeak, made of templates and words.txt."""

import functools
import random
import re
import string
from importlib import resources

# {kind} stands for a word of that kind, {kind:ending} for such a word with the ending.
TEMPLATES = (
    "the {quality} {person} {act:ed} {number} {thing:s} {near} the {place}.",
    "{name} {manner} {act:ed} the {quality} {thing} and the {thing}.",
    "why did the {person} {act} the {thing:s} in {town}?",
    "on {day}, {name} and {name} {move:ed} {toward} the {quality} {place}.",
    "a {quality} {animal} {move:ed} {toward} the {place} in {month}.",
    "the {person:s} of {town} {manner} {act} their {quality} {thing:s}.",
    "{name} was {act:ing} a {thing} when the {animal} {move:ed}.",
    "{number} {animal:s} {move:ed} {near} the {quality} {place} last {day}.",
    "please {act} the {quality} {thing} before you {move} in the {place}.",
    "has {name} {manner} {act:ed} these {quality} {thing:s}?",
    "every {person} in {town} {act:s} {number} {thing:s} in {month}.",
    "while {name} {move:ed}, the {person} {manner} {act:ed} the {quality} {thing}.",
    "the {animal:s} are {move:ing} {toward} the {place}, and the {person} is {move:ing} too.",
    "my {person} {help:s} the {quality} {person} in the {place} every {season}.",
    "{name} {help:ed} the {person} who {act:ed} the {thing} from {town}.",
    "there were {number} {quality} {thing:s} {near} the {thing} in the {place}.",
    "the {person} and her {animal:s} {manner} {move:ed} {toward} {town}.",
    "after {number} days, the {quality} {person} {help:ed} the {person:s} of {town}.",
    "{name} {manner} {move:s} {toward} the {place} with a {quality} {animal}.",
    "if the {person} {move:s}, {name} will {act} the {quality} {thing:s}.",
    "the {thing} was {quality}, but the {person:s} {manner} {act:ed} it.",
    "do the {quality} {person:s} still {move} {near} the {place} in {season}?",
    "{name} {act:s} {quality} {thing:s}, {quality} {thing:s} and {thing:s}.",
    "stop {act:ing} that {thing}, said the {quality} {person} from {town}.",
    "nobody {help:ed} {name} until the {animal:s} {move:ed} {near} the {place}.",
    "the {place} in {town} needs {number} {person:s} and a {quality} {thing}.",
    "{act:ing} a {quality} {thing} is easier than {help:ing} {number} {person:s}.",
    "how many {animal:s} {move:ed} when {name} {act:ed} the {thing}?",
    "a {thing}, a {thing} and {number} {animal:s} were in the {quality} {place}.",
    "{name} from {town} will {move} {toward} the {place} this {season}.",
)

# A sentence ends with one of these, before its full stop or question mark.
CLOSINGS = (
    "on the {quality} side of {town}",
    "with {number} {quality} {thing:s}",
    "because of the {quality} {animal:s}",
    "like a {quality} {animal}",
    "for the {person:s} of {town}",
    "in spite of the {quality} {thing}",
    "until {day} in {month}",
    "without any {quality} {thing:s}",
    "beside the {quality} {place}",
    "as if {name} had {act:ed} the {thing}",
)


class Word(str):
    """A regular noun or verb. In a format field it takes an ending: "s", "ed" or "ing"."""

    def __format__(self, ending: str) -> str:
        """Return the word with an ending, spelt as English spells it."""
        if ending == "s":
            if re.search(r"[^aeiou]y$", self):
                return f"{self[:-1]}ies"
            return self + ("es" if re.search(r"(s|x|z|ch|sh)$", self) else "s")
        if ending == "ed" and re.search(r"[^aeiou]y$", self):
            return f"{self[:-1]}ied"
        if ending and self.endswith("e"):
            return self[:-1] + ending
        if ending and re.fullmatch(r"[^aeiou]*[aeiou][^aeiouwxy]", self):
            return self + self[-1] + ending
        return self + ending


class Chooser(dict[str, Word]):
    """A mapping that fills the fields of a template with random words, each word only once."""

    def __init__(self, generator: random.Random) -> None:
        """Choose words with `generator`."""
        super().__init__()
        self.generator = generator
        self.used: set[Word] = set()

    def __missing__(self, kind: str) -> Word:
        """Return a word of a kind that the sentence does not have yet."""
        while (word := self.generator.choice(read_words()[kind])) in self.used:
            pass
        self.used.add(word)
        return word


@functools.cache
def read_words() -> dict[str, list[Word]]:
    """Return the words of each kind, as words.txt lists them."""
    text = resources.files(__package__).joinpath("words.txt").read_text(encoding="utf-8")
    text = re.sub(r"^#.*", "", text, flags=re.MULTILINE)
    parts = re.split(r"\[(\w+)\]", text)[1:]
    kinds = zip(parts[::2], parts[1::2], strict=True)
    return {kind: [Word(word) for word in words.split()] for kind, words in kinds}


def list_forms() -> set[str]:
    """Return every word form that a sentence can have, in small letters."""
    forms = set()
    for template in TEMPLATES + CLOSINGS:
        for literal, kind, ending, _ in string.Formatter().parse(template):
            forms.update(re.findall(r"\w+", literal))
            if kind:
                forms.update(format(word, ending or "").lower() for word in read_words()[kind])
    return forms


def make_sentence(generator: random.Random) -> str:
    """Return a random sentence of 10 to 21 words.

    Args:
        generator: The generator that chooses the template and the words.
    """
    template = generator.choice(TEMPLATES)
    template = f"{template[:-1]} {generator.choice(CLOSINGS)}{template[-1]}"
    text = template.format_map(Chooser(generator))
    text = re.sub(r"\ba(?= [aeiou])", "an", text)
    return text[0].upper() + text[1:]
