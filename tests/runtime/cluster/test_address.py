"""The form of the address of a scheduler."""

import pytest

from sdmvae.runtime.cluster.address import ClusterError, check_address, scheduler_address


@pytest.mark.parametrize(
    "address",
    ["tcp://host:8786", "tls://10.0.0.7:8786", "host.example.org:1", "tcp://[fe80::1]:80"],
)
def test_addresses_of_schedulers_are_taken(address):
    check_address(address)


@pytest.mark.parametrize(
    "address", ["host", "host:", "http://host:80", "tcp://host:8786/x", "tcp://:80", "a b:80"]
)
def test_anything_else_is_refused_with_an_example(address):
    with pytest.raises(ClusterError, match="such as tcp://host:8786"):
        check_address(address)


def test_without_the_variable_there_is_no_address(monkeypatch):
    monkeypatch.delenv("SDMVAE_SCHEDULER", raising=False)
    assert scheduler_address() == ""
    monkeypatch.setenv("SDMVAE_SCHEDULER", " tcp://host:8786 ")
    assert scheduler_address() == "tcp://host:8786"
