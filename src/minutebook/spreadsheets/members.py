"""The register of members: holdings as they stand and past transactions, which must agree where a class has both."""

from collections import defaultdict
from decimal import Decimal

from minutebook.companies.models import Shareholding
from minutebook.spreadsheets.belonging import Belonging
from minutebook.spreadsheets.drafts import CompanyDraft, Entry, Understanding
from minutebook.spreadsheets.lines import ROW, Line
from minutebook.spreadsheets.people import ContactDraft, trusteeship_of
from minutebook.spreadsheets.share_ledger import Movement, Parcel, parcels_of

_LARGEST_CERTIFICATE = 2**31 - 1


class Members:
    """Makes holdings of rows."""

    def __init__(self, found: Understanding, belonging: Belonging) -> None:
        self.found, self.belonging = found, belonging

    def read(self, holdings: list[Line], transactions: list[Line]) -> None:
        """Read holdings and past transactions together: where a class has both, they must agree."""
        movements: dict[tuple[CompanyDraft, str], list[Movement]] = defaultdict(list)
        for line in transactions:
            if moved := self._movement(line):
                movements[moved[0], moved[1]].append(moved[2])
        entries: dict[tuple[CompanyDraft, str], list[Entry]] = defaultdict(list)
        for line in holdings:
            if entry := self._holding(line):
                entries[entry.company, entry.fields["class"]].append(entry)
        for key, moves in movements.items():
            self._enter_parcels(key, parcels_of(moves), entries.pop(key, []))
        for each in entries.values():
            self.found.holdings.extend(each)

    def _movement(self, line: Line) -> tuple[CompanyDraft, str, Movement] | None:
        company = self.belonging.company_of(line)
        if not company:
            return None
        code, on, kind = self.belonging.class_of(line, company), line.get("date"), line.get("type")
        giver, taker = line.get("from_name") or "", line.get("to_name") or ""
        if kind in {"TRANSFER", "CANCELLATION"} and not giver:
            line.refuse("from_name", "Who gave the shares up? Enter the member.")
        if kind in {"TRANSFER", "ALLOTMENT"} and not taker:
            line.refuse("to_name", "Who received the shares? Enter the member.")
        if on and company.registered_on and on < company.registered_on:
            line.refuse(
                "date", f"The company was registered on {company.registered_on:%d/%m/%Y} only. Check both."
            )
        if line.has_errors or not code or not on or not line.get("quantity"):
            return None
        movement = Movement(
            line=line,
            on=on,
            quantity=line.get("quantity"),
            giver=self._party(line, company, giver, "from_reference") if kind != "ALLOTMENT" else None,
            taker=self._party(line, company, taker, "to_reference") if kind != "CANCELLATION" else None,
            paid=line.get("paid_per_share"),
            unpaid=line.get("unpaid_per_share"),
            certificate=line.get("certificate_number"),
        )
        return company, code, movement

    def _party(self, line: Line, company: CompanyDraft, name: str, key: str) -> ContactDraft | None:
        return self.belonging.contact_of(
            line, company, name=trusteeship_of(name)[0], reference=line.get(key) or ""
        )

    def _holding(self, line: Line) -> Entry | None:
        company = self.belonging.company_of(line)
        if not company:
            return None
        name, trust = trusteeship_of(line.get("name") or "")
        held_for = line.get("held_for") or trust
        if trust and not line.get("held_for"):
            line.warn("name", f"Read as held by {name} for {trust}.")
        contact = self.belonging.contact_of(
            line, company, name=name, kind=line.get("kind") or "", acn=line.get("member_acn") or ""
        )
        code = self.belonging.class_of(line, company)
        beneficially = line.get("beneficially_held")
        if beneficially and held_for:
            line.refuse(
                "beneficially_held", "Shares held for somebody else are not held beneficially. Write No."
            )
        if (line.get("certificate_number") or 0) > _LARGEST_CERTIFICATE:
            line.refuse("certificate_number", "This number is too long for a certificate. Check it.")
        if (
            not contact
            or not code
            or not line.get("quantity")
            or not line.get("since")
            or not self.belonging.fits_days(line, company)
        ):
            return None
        fields = {
            "class": code,
            "quantity": line.get("quantity"),
            "paid_per_share": line.get("paid_per_share") or Decimal(0),
            "unpaid_per_share": line.get("unpaid_per_share") or Decimal(0),
            "certificate_number": line.get("certificate_number"),
            "beneficially_held": not held_for if beneficially is None else beneficially,
            "held_for": held_for,
            "since": line.get("since"),
            "until": line.get("until"),
        }
        return Entry(line=line, company=company, contact=contact, fields=fields)

    def _enter_parcels(
        self, key: tuple[CompanyDraft, str], parcels: list[Parcel], holdings: list[Entry]
    ) -> None:
        company, code = key
        if (
            company.known
            and Shareholding.objects.filter(company=company.known, share_class__code=code).exists()
        ):
            for parcel in parcels:
                parcel.line.is_skipped = True
                parcel.line.warn(
                    ROW, f"{company.name} has holdings of {code} already, so its past is not added again."
                )
            self.found.holdings.extend(holdings)
            return
        self._compare(code, parcels, holdings)
        said = {id(entry.contact): entry.fields for entry in holdings}
        for parcel in parcels:
            told = said.get(id(parcel.member), {})
            fields = {
                "class": code,
                "quantity": parcel.quantity,
                "paid_per_share": parcel.paid,
                "unpaid_per_share": parcel.unpaid,
                "certificate_number": parcel.certificate,
                "beneficially_held": told.get("beneficially_held", True),
                "held_for": told.get("held_for", ""),
                "since": parcel.since,
                "until": parcel.until,
            }
            assert isinstance(parcel.member, ContactDraft)  # noqa: S101  # `_movement` names nobody else
            self.found.holdings.append(
                Entry(line=parcel.line, company=company, contact=parcel.member, fields=fields)
            )

    def _compare(self, code: str, parcels: list[Parcel], holdings: list[Entry]) -> None:
        """Refuse holdings that differ from what the transactions leave each member."""
        left: dict[int, int] = defaultdict(int)
        for parcel in parcels:
            left[id(parcel.member)] += parcel.quantity if parcel.until is None else 0
        held: dict[int, list[Entry]] = defaultdict(list)
        for entry in holdings:
            held[id(entry.contact)] += [entry] if entry.fields["until"] is None else []
        for member, entries in held.items():
            there = sum(entry.fields["quantity"] for entry in entries)
            if there != left.get(member, 0):
                entries[0].line.refuse(
                    "quantity",
                    f"The member holds {there:,} {code} here, and the transactions leave {left.get(member, 0):,}. "
                    "Correct one of them.",
                )
