"""Who may connect, as PostgreSQL reads it."""

import pytest

from resources.postgres import config
from resources.postgres.account import Account


def lines(text):
    return [line for line in text.splitlines() if not line.startswith("#")]


def test_peer_lets_one_account_be_one_role():
    assert lines(config.access("peer", "cohortline")) == ['local all "cohortline" peer map=cohortline']
    assert lines(config.identities("ana", "cohortline")) == ['cohortline "ana" "cohortline"']


def test_a_password_is_asked_for_where_accounts_cannot_be_told_apart():
    assert lines(config.access("scram", "cohortline")) == ['local all "cohortline" scram-sha-256']


def test_a_strange_name_lets_nobody_else_in():
    assert lines(config.identities('a "b', "c")) == ['cohortline "a ""b" "c"']


@pytest.mark.parametrize("auth", ["peer", "scram"])
def test_what_was_written_is_recognised(tmp_path, auth):
    me = Account("ana", 0, 0)
    config.write(tmp_path, auth, me, me)
    assert config.auth_of(tmp_path) == auth


def test_rules_of_somebody_else_are_not_taken_for_ours(tmp_path):
    assert config.auth_of(tmp_path) is None
    (tmp_path / "pg_hba.conf").write_text("local all all scram-sha-256\n")
    assert config.auth_of(tmp_path) is None
