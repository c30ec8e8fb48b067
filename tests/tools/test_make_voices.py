from tests.support import PROJECT
from tools.make_voices import MANIFEST, plan, read_manifest, read_sentences


def test_no_sentence_appears_twice():
    sentences = [sentence.lower() for sentence in read_sentences()]
    assert len(sentences) == len(set(sentences)) == 280


def test_the_manifest_has_the_planned_recordings_and_sentences():
    rows = read_manifest(PROJECT / MANIFEST)
    voices = {voice for row in rows for voice in row.voices.split(" + ")}
    planned = plan(sorted(voices), read_sentences())
    assert [row._replace(seconds="", sha256="") for row in rows] == planned


def test_the_whispering_voice_is_left_out():
    rows = plan(["af_nicole", "af_sky"], ["one", "two", "three", "four"])
    assert [row.speaker for row in rows if not row.speaker.startswith("blend")] == ["af_sky"]


def test_a_blend_has_the_sexes_and_languages_of_its_voices():
    row = next(row for row in plan([], ["one"]) if row.speaker == "blend-af_heart-bf_emma")
    assert row.voices == "af_heart + bf_emma"
    assert (row.sex, row.language) == ("female", "American English + British English")
