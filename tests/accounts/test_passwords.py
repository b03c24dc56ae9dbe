"""A long password is not a good one by its length alone, and no rule of letters makes a good one bad."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError


@pytest.mark.parametrize(
    "password",
    [
        "too short",
        "aaaaaaaaaaaaaaaa",
        "passwordpassword",
        "Password12345678",
        "123456789012345",
        "qwertyuiopasdfghjkl",
        "harborharborharb",
    ],
)
def test_what_is_easy_to_guess_is_refused(password):
    with pytest.raises(ValidationError):
        validate_password(password)


@pytest.mark.parametrize("password", ["four calm words here", "correct horse battery", "ääääöööüüüßßßéé"])
def test_what_is_long_and_not_common_is_taken(password):
    validate_password(password)
