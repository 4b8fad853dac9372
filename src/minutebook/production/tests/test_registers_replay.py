"""Whatever is released, corrected, signed and withdrawn, in any order: the registers are what stands, replayed."""

import os
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minutebook.companies.events import kind_of
from minutebook.companies.models import Company, CompanyAddress, Officeholder
from minutebook.companies.pencil import CannotMove
from minutebook.documents.models import DocumentPack
from minutebook.firms.models import User
from minutebook.production.correcting import CannotCorrect, registers_before, start_correction
from minutebook.production.events import ChosenEvent
from minutebook.production.prepare import change_events, prepare_documents
from minutebook.production.release import release_pack
from minutebook.production.signing import CannotSign, mark_signed
from minutebook.production.withdrawing import CannotWithdraw, withdraw_pack
from tests.cast import TODAY, make_person
from tests.packs import NOW
from tests.typed_events import appointing, form_of

EXAMPLES = int(os.environ.get("MINUTEBOOK_EXAMPLES", "4"))
_SUBURBS = ("Northcote VIC 3070", "Preston VIC 3072", "Coburg VIC 3058", "Carlton VIC 3053")

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["appoint", "move", "sign", "sign later", "correct", "withdraw"]),
        st.integers(min_value=0, max_value=3),
    ),
    min_size=4,
    max_size=9,
)


@dataclass
class _Standing:
    """What one pack should show in the registers, in the order of their release."""

    pack: DocumentPack
    what: str  # appoint, or move
    who: str
    since: date
    is_signed: bool = False


@dataclass
class _World:
    company: Company
    by: User
    standing: list[_Standing] = field(default_factory=list)
    day: date = TODAY

    def do(self, step: str, which: int) -> None:
        self.day += timedelta(days=1)
        if step in {"appoint", "move"}:
            self._release(step)
            return
        if self.standing:
            one = self.standing[which % len(self.standing)]
            {
                "sign": self._sign,
                "sign later": self._sign_later,
                "correct": self._correct,
                "withdraw": self._withdraw,
            }[step](one)

    def _release(self, step: str) -> None:
        chosen, who = self._chosen(step)
        pack = prepare_documents(self.company, [chosen], by=self.by, now=NOW)
        self.standing.append(_Standing(pack=self._out(pack), what=step, who=who, since=self.day))

    def _out(self, pack: DocumentPack) -> DocumentPack:
        first = pack.documents.order_by("position").values_list("pk", flat=True)[0]
        pack.documents.exclude(pk=first).update(is_on=False)  # one file is enough here
        delivery = DocumentPack.Delivery.DOWNLOADED
        return release_pack(pack, delivery=delivery, by=self.by, now=NOW, with_job=False).pack

    def _chosen(self, what: str) -> tuple[ChosenEvent, str]:
        if what == "appoint":
            person = make_person("Aroha", f"Ngata{'abcdefghij'[len(self.standing) % 10]}{self.day:%d%m}")
            form = appointing(self.company, person, appointed_on=self.day.isoformat())
            code, who = "appoint_director", person.name
        else:
            who = f"{(self.day - TODAY).days} High Street, {_SUBURBS[self.day.day % 4]}"
            code = "change_principal_place"
            form = form_of(self.company, code, changed_on=self.day.isoformat(), address=who)
        assert form.is_valid(), form.errors
        return ChosenEvent(number=1, kind=kind_of(code), form=form), who

    def _sign(self, one: _Standing) -> None:
        try:
            mark_signed(one.pack, signed_on=self.day, effective={}, documents={}, by=self.by, now=NOW)
        except CannotSign:
            return
        one.is_signed = True

    def _sign_later(self, one: _Standing) -> None:
        event = one.pack.events.get()
        try:
            mark_signed(
                one.pack,
                signed_on=self.day,
                effective={event.pk: self.day},
                documents={},
                by=self.by,
                now=NOW,
            )
        except (CannotSign, CannotMove):
            return
        one.is_signed, one.since = True, self.day

    def _correct(self, one: _Standing) -> None:
        try:
            later = start_correction(one.pack, by=self.by, now=NOW)
        except CannotCorrect:
            return
        person = make_person("Hemi", f"Ngata{self.day:%d%m}") if one.what == "appoint" else None
        with registers_before(later):
            if person:
                form = appointing(self.company, person, appointed_on=self.day.isoformat())
                chosen = ChosenEvent(number=1, kind=kind_of("appoint_director"), form=form)
                assert form.is_valid(), form.errors
                who = person.name
            else:
                chosen, who = self._chosen("move")
        change_events(later, [chosen], by=self.by, now=NOW)
        one.pack, one.who, one.since = self._out(later), who, self.day

    def _withdraw(self, one: _Standing) -> None:
        try:
            withdraw_pack(one.pack, because="A mistake", by=self.by, now=NOW)
        except CannotWithdraw:
            return
        self.standing.remove(one)

    def expected(self) -> list[tuple[object, ...]]:
        appointed = [
            (one.who, one.since, None, one.is_signed) for one in self.standing if one.what == "appoint"
        ]
        moves = sorted((one for one in self.standing if one.what == "move"), key=lambda one: one.since)
        ends = [*(one.since for one in moves[1:]), None]
        moved = [(one.who, one.since, until, one.is_signed) for one, until in zip(moves, ends, strict=False)]
        return sorted([*appointed, *moved], key=str)

    def found(self) -> list[tuple[object, ...]]:
        offices = Officeholder.objects.filter(company=self.company, entered_by__isnull=False)
        places = CompanyAddress.objects.filter(company=self.company, entered_by__isnull=False)
        return sorted(
            [
                *(
                    (each.contact.name, each.since, each.until, not each.is_in_pencil)
                    for each in offices.select_related("contact", "entered_by")
                ),
                *(
                    (each.address.one_line, each.since, each.until, not each.is_in_pencil)
                    for each in places.select_related("address", "entered_by")
                ),
            ],
            key=str,
        )


@given(steps=STEPS)
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_the_registers_are_what_stands_replayed(
    steps: list[tuple[str, int]], company: Company, preparer: User
) -> None:
    with transaction.atomic():
        world = _World(company=company, by=preparer)
        place = company.addresses.get(use=CompanyAddress.Use.PRINCIPAL_PLACE)
        for step, which in steps:
            world.do(step, which)
            assert world.found() == world.expected(), (step, which)

        moves = [one.since for one in world.standing if one.what == "move"]
        place.refresh_from_db()
        assert place.until == (min(moves) if moves else None)
        transaction.set_rollback(True)
