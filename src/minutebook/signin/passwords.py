"""Passwords that somebody who knows where a person works would try first."""

import re

from django.core.exceptions import ValidationError

from minutebook.firms.models import Membership, User

OUR_WORDS = ("minutebook", "minute book", "password", "accounting", "accountant", "xero", "asic")
_SHORTEST = 4  # letters of a firm's word that count
_LEFT = 6  # characters that must be left beside such words


class GuessableValidator:
    """Refuse a password that is little more than our name, the firm's name or a word of the trade."""

    def validate(self, password: str, user: User | None = None) -> None:
        rest = password.lower()
        for word in sorted({*OUR_WORDS, *_words_of_firms(user)}, key=len, reverse=True):
            rest = rest.replace(word, "")
        if rest != password.lower() and len(re.sub(r"[\W\d_]", "", rest)) < _LEFT:
            raise ValidationError(
                "That is little more than a name of your firm or of this program. Choose something unrelated.",
                code="password_guessable",
            )

    def get_help_text(self) -> str:
        return (
            "Your password can’t be a name of your firm or of this program with a few characters beside it."
        )


def _words_of_firms(user: User | None) -> set[str]:
    if user is None or user.pk is None:
        return set()
    names = Membership.everywhere.filter(user=user).values_list("firm__name", flat=True)
    return {word for name in names for word in re.findall(r"\w+", name.lower()) if len(word) >= _SHORTEST}
