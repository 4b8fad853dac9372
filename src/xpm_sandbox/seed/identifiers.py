"""Identifiers that never change and numbers that belong to nobody but check out."""

from random import Random
from uuid import UUID, uuid5

from stdnum.au import acn

_NAMESPACE = UUID("6f1d3b52-0a6e-5c1f-9a55-3f0b8f0f7c11")


def fixed_uuid(*path: object) -> str:
    """Return the same UUID for the same path, in every seeding."""
    return str(uuid5(_NAMESPACE, "/".join(str(part) for part in path)))


def make_acn(chance: Random) -> str:
    """Return a valid ACN from the 9xx series, which ASIC has not reached."""
    first_eight = f"9{chance.randrange(10**7):07d}"
    return first_eight + str(acn.calc_check_digit(first_eight))


def abn_of_company(company_number: str) -> str:
    """Return the ABN that a company's ACN gives it."""
    return str(acn.to_abn(company_number))


def make_abn(chance: Random) -> str:
    """Return a valid ABN of someone without an ACN."""
    return str(acn.to_abn(make_acn(chance)))


def make_tax_file_number(chance: Random) -> str:
    """Return a valid tax file number: weights 1 4 3 7 5 8 6 9 10, sum divisible by 11."""
    weights = (1, 4, 3, 7, 5, 8, 6, 9, 10)
    while True:
        digits = [chance.randrange(1, 10) for _ in weights]
        if sum(weight * digit for weight, digit in zip(weights, digits, strict=True)) % 11 == 0:
            return "".join(map(str, digits))


def make_phone(chance: Random, area_code: str) -> str:
    """Return a number from the range set aside for fiction."""
    return f"({area_code}) 5550 {chance.randrange(10_000):04d}"
