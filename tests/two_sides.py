"""A practice on two sides, of which the truth is known: who here is who there.

Names, numbers and habits of typing are drawn by a seed. The other side leaves things out, mistypes, turns names
round, writes legal forms its own way, keeps former names, and holds people and entities that are nobody here but
look as if they were: a father of the same name, a trust of the same name as its trustee, joint holders.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random

from minutebook.contacts.matching import Particulars
from minutebook.contacts.names import fold_name
from xpm_sandbox.seed.identifiers import abn_of_company, make_abn, make_acn
from xpm_sandbox.seed.words import FAMILY_NAMES, GIVEN_NAMES, PLACES, STREETS, SUBURBS, TRADES

_OFFICE = ("Level 9, 120 Collins Street", "3000")  # of the firm itself, where many companies are registered


@dataclass(kw_only=True)
class TwoSides:
    """Both sides, and the pairs of keys that are one in truth."""

    ours: list[Particulars] = field(default_factory=list)
    theirs: list[Particulars] = field(default_factory=list)
    truth: set[tuple[int, int]] = field(default_factory=set)


def make_two_sides(size: int, *, seed: int) -> TwoSides:
    """Return `size` records here; about seven in ten of them are there too, with about half as many strangers."""
    return _Maker(seed).make(size)


class _Maker:
    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)  # noqa: S311 - repeatable, not secret
        self.sides = TwoSides()
        self.number = 0

    def make(self, size: int) -> TwoSides:
        for _ in range(size):
            ours = self.chance.choices((self.person, self.company, self.trust, self.joint), (50, 36, 10, 4))[
                0
            ]()
            self.sides.ours.append(ours)
            if self.chance.random() < 0.7:
                theirs = self.typed_there(ours)
                self.sides.theirs.append(theirs)
                self.sides.truth.add((_number(ours), _number(theirs)))
            if self.chance.random() < 0.35:
                self.sides.theirs.append(self.stranger(ours))
        self.chance.shuffle(self.sides.theirs)
        return self.sides

    def next_key(self) -> int:
        self.number += 1
        return self.number

    def person(self) -> Particulars:
        chance = self.chance
        given, family = chance.choice(GIVEN_NAMES), chance.choice(FAMILY_NAMES)
        if chance.random() < 0.4:
            given = f"{given} {chance.choice(GIVEN_NAMES)}"
        return self.located(
            Particulars(
                key=self.next_key(),
                kind="PERSON",
                name=f"{given} {family}",
                born_on=date(1940, 1, 1) + timedelta(days=chance.randrange(24_000)),
                director_id=f"036{chance.randrange(10**12):012d}" if chance.random() < 0.5 else "",
                email=f"{fold_name(given).key.replace(' ', '.')}{self.number}@example.com",
            )
        )

    def company(self) -> Particulars:
        acn = make_acn(self.chance)
        name = self.chance.choice(
            (self.trade(), f"{self.chance.choice(FAMILY_NAMES)} Holdings", self.trade())
        )
        return self.located(
            Particulars(
                key=self.next_key(), kind="COMPANY", name=f"{name} Pty Ltd", acn=acn, abn=abn_of_company(acn)
            )
        )

    def trust(self) -> Particulars:
        name = f"The {self.chance.choice((self.trade(), self.chance.choice(FAMILY_NAMES)))} Family Trust"
        return self.located(
            Particulars(key=self.next_key(), kind="TRUST", name=name, abn=make_abn(self.chance))
        )

    def joint(self) -> Particulars:
        family = self.chance.choice(FAMILY_NAMES)
        first, second = self.chance.sample(GIVEN_NAMES, 2)
        return self.located(
            Particulars(key=self.next_key(), kind="JOINT", name=f"{first} {family} and {second} {family}")
        )

    def trade(self) -> str:
        number = f" No. {self.chance.randrange(2, 9)}" if self.chance.random() < 0.05 else ""
        return f"{self.chance.choice(PLACES)} {self.chance.choice(TRADES)}{number}"

    def located(self, record: Particulars) -> Particulars:
        chance = self.chance
        phone = f"04{chance.randrange(10**8):08d}"
        if record.kind != "PERSON" and chance.random() < 0.4:
            return replace(record, street=_OFFICE[0], postcode=_OFFICE[1], phone="0390000000")
        street = f"{chance.randrange(1, 400)} {chance.choice(STREETS)}"
        return replace(record, street=street, postcode=chance.choice(SUBURBS)[2], phone=phone)

    def typed_there(self, ours: Particulars) -> Particulars:
        """Return the same one as the other side has typed it in."""
        theirs = replace(ours, key=self.next_key(), director_id="", name=self.typed(ours))
        for share, leave_out in _LEFT_OUT:
            if self.chance.random() < share:
                theirs = leave_out(theirs)
        return theirs

    def typed(self, ours: Particulars) -> str:
        name, chance = ours.name, self.chance
        if ours.kind == "COMPANY":
            name = name.replace(
                "Pty Ltd", chance.choice(("Pty Ltd", "Pty. Ltd.", "PTY LTD", "Proprietary Limited", "P/L"))
            )
        if ours.kind == "TRUST" and chance.random() < 0.3:
            name = f"The Trustee for {name}"
        if ours.kind == "PERSON":
            name = self.persons_name(name)
        if ours.kind == "JOINT":
            name = name.replace(" and ", " & ")
        return self.mistyped(name) if chance.random() < 0.08 else name

    def persons_name(self, name: str) -> str:
        given, _, family = name.rpartition(" ")
        first, _, middle = given.partition(" ")
        if middle and self.chance.random() < 0.4:
            given = f"{first} {middle[0]}" if self.chance.random() < 0.5 else first
        shapes: tuple[Callable[[], str], ...] = (
            lambda: f"{given} {family}",
            lambda: f"{family}, {given}",
            lambda: f"Dr {given} {family}",
            f"{given} {family}".upper,
        )
        return self.chance.choices(shapes, (70, 12, 6, 12))[0]()

    def mistyped(self, name: str) -> str:
        """Swap, drop or double one letter, never the first."""
        at = self.chance.randrange(1, max(2, len(name) - 2))
        a, b = name[at], name[at + 1 : at + 2]
        return name[:at] + self.chance.choice((b + a, b, a + a + b)) + name[at + 2 :]

    def stranger(self, like: Particulars) -> Particulars:
        """Return somebody who is nobody here, and looks a little like one of us."""
        chance, key = self.chance, self.next_key()
        match like.kind:
            case "PERSON" if chance.random() < 0.4:  # the father, at the same address
                born = (like.born_on or date(1980, 1, 1)) - timedelta(days=9000 + chance.randrange(3000))
                return replace(like, key=key, born_on=born, director_id="", email="", phone="")
            case "COMPANY" if chance.random() < 0.5:  # the trust whose trustee it is
                name = like.name.replace(" Pty Ltd", " Family Trust")
                return replace(like, key=key, kind="TRUST", name=name, acn="", abn=make_abn(chance))
            case "COMPANY" if chance.random() < 0.5:  # its sister
                acn = make_acn(chance)
                name = like.name.replace(" Pty Ltd", " No. 2 Pty Ltd")
                return replace(like, key=key, name=name, acn=acn, abn=abn_of_company(acn))
            case "JOINT":  # one of the two alone
                return replace(
                    like,
                    key=key,
                    kind="PERSON",
                    name=like.name.partition(" and ")[0] + " " + like.name.split()[-1],
                )
        return replace(chance.choice((self.person, self.company, self.trust))(), key=key, director_id="")


_LEFT_OUT: tuple[tuple[float, Callable[[Particulars], Particulars]], ...] = (
    (0.15, lambda record: replace(record, acn="")),
    (0.25, lambda record: replace(record, abn="")),
    (0.30, lambda record: replace(record, born_on=None)),
    (0.30, lambda record: replace(record, email="")),
    (0.40, lambda record: replace(record, phone="")),
    (0.15, lambda record: replace(record, street="", postcode="")),
    (0.10, lambda record: replace(record, kind="")),
)


def _number(record: Particulars) -> int:
    assert isinstance(record.key, int)
    return record.key
