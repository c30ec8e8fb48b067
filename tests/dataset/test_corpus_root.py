import pytest

from sdmvae.dataset.corpus_root import AbsentRootError, RootError, locate


def test_the_folder_is_returned(tmp_path):
    (tmp_path / "ann").mkdir()
    assert locate("folder", str(tmp_path)) == tmp_path


def test_a_tilde_is_the_home_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "speech" / "ann").mkdir(parents=True)
    assert locate("folder", "~/speech") == tmp_path / "speech"


def test_a_missing_parameter_is_an_error_but_not_an_absent_folder():
    with pytest.raises(RootError) as error:
        locate("timit", None)
    assert str(error.value) == (
        "params.yaml: corpus.root: None: give the folder of the timit corpus"
    )
    assert not isinstance(error.value, AbsentRootError)


@pytest.mark.parametrize("name", ["no/such/place", "a file"])
def test_a_place_that_is_not_a_folder_is_absent(tmp_path, name):
    (tmp_path / "a file").touch()
    root = str(tmp_path / name)
    with pytest.raises(AbsentRootError) as error:
        locate("librispeech", root)
    assert str(error.value) == (
        f"params.yaml: corpus.root: {root!r}: there is no such folder; "
        "give that of the librispeech corpus"
    )


def test_an_empty_folder_is_absent(tmp_path):
    with pytest.raises(AbsentRootError, match="the folder is empty; give that of the vctk corpus"):
        locate("vctk", str(tmp_path))


def test_the_folder_of_an_embedded_corpus_is_returned_whatever_the_parameter(tmp_path):
    for root in (None, "/no/such/place"):
        assert locate("voices", root, tmp_path) == tmp_path


def test_an_embedded_corpus_that_was_removed_is_an_error_but_not_an_absent_folder(tmp_path):
    with pytest.raises(RootError) as error:
        locate("voices", None, tmp_path / "voices")
    assert str(error.value).startswith(f"{tmp_path / 'voices'}: there is no such folder")
    assert not isinstance(error.value, AbsentRootError)
