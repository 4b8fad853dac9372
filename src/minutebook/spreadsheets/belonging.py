"""What a row of any register belongs to: its company, its person, its class of shares, its address."""

from collections import defaultdict

from minutebook.companies.models import Company, ShareClass
from minutebook.contacts.addresses import AddressParts
from minutebook.contacts.names import fold_name
from minutebook.spreadsheets.drafts import CompanyDraft, Entry, Understanding
from minutebook.spreadsheets.lines import Line
from minutebook.spreadsheets.models import SpreadsheetImport
from minutebook.spreadsheets.people import ContactDraft, fields_of

TITLES = {
    "ORD": "Ordinary",
    "EMP": "Employee’s",
    "FOU": "Founder’s",
    "LG": "Life governor’s",
    "MAN": "Management",
    "RED": "Redeemable",
    "SPE": "Special",
    "PRF": "Preference",
    "CUMP": "Cumulative preference",
    "NCP": "Non-cumulative preference",
    "REDP": "Redeemable preference",
    "PARP": "Participative preference",
}


class Belonging:
    """Finds what rows belong to, in the file and among what the firm has; what is missing it says on the row."""

    def __init__(self, sent: SpreadsheetImport, found: Understanding) -> None:
        self.sent, self.found, self.people = sent, found, found.people
        self.known = {company.acn: company for company in Company.objects.in_name_order() if company.acn}
        self.by_name: dict[str, list[str]] = defaultdict(list)
        for company in self.known.values():
            self.by_name[fold_name(company.name).key].append(company.acn)
        self.known_classes: dict[int, dict[str, str]] = defaultdict(dict)
        for pk, code, title in ShareClass.objects.values_list("company_id", "code", "title"):
            self.known_classes[pk][code] = title

    def company_of(self, line: Line) -> CompanyDraft | None:
        """Return the company that a row belongs to, by its ACN, or by its name where that is one company's."""
        acn, name = line.get("acn"), line.get("company") or ""
        if not acn and any(key == "acn" for key, _, _ in line.says):
            return None
        if not acn:
            found = set(self.by_name.get(fold_name(name).key, ()))
            if len(found) != 1:
                line.refuse(
                    "company",
                    f"{'No' if not found else 'More than one'} company has this name. Enter the ACN.",
                )
                return None
            acn = found.pop()
        company = self.found.companies.get(acn) or self._known_company(acn)
        if company is None:
            line.refuse(
                "acn",
                "No company with this ACN is in the file or in Minutebook. Add its row, or correct the ACN.",
            )
            return None
        if name and fold_name(name).key != fold_name(company.name).key:
            line.warn("company", f"This ACN is that of {company.name}. Check that the row belongs to it.")
        if company.is_left_alone:
            line.is_skipped = True
            return None
        return company

    def _known_company(self, acn: str) -> CompanyDraft | None:
        known = self.known.get(acn)
        if known is None:
            return None
        self.found.companies[acn] = draft = CompanyDraft(
            acn=acn,
            name=known.name,
            registered_on=known.registered_on,
            known=known,
            is_left_alone=self.sent.known_companies == SpreadsheetImport.Known.SKIP,
            classes=dict(self.known_classes[known.pk]),
        )
        return draft

    def contact_of(
        self,
        line: Line,
        company: CompanyDraft,
        *,
        name: str,
        kind: str = "",
        acn: str = "",
        reference: str | None = None,
    ) -> ContactDraft | None:
        if not name and not line.get("family_name"):
            return None
        reference = (line.get("reference") or "") if reference is None else reference
        fields = fields_of(line, name=name, kind=kind, acn=acn)
        draft = self.people.meet(line, fields, reference=reference, company=company.acn)
        draft.address = draft.address or (line.get("address") if line.register != "addresses" else None)
        draft.is_used = True
        return draft

    def fits_days(self, line: Line, company: CompanyDraft) -> bool:
        since, until = line.get("since"), line.get("until")
        if since and until and until < since:
            line.refuse("until", f"This is before {since:%d/%m/%Y}, when it began. Check both days.")
        if since and company.registered_on and since < company.registered_on:
            line.refuse(
                "since", f"The company was registered on {company.registered_on:%d/%m/%Y} only. Check both."
            )
        return not line.has_errors

    def class_of(self, line: Line, company: CompanyDraft) -> str | None:
        """Return the code of a row's class, also where its title was written; a class that is missing is made."""
        text = line.get("class")
        if not text:
            return None
        code = text.upper() if text.upper() in company.classes else None
        titles = {title.casefold(): each for each, title in {**TITLES, **company.classes}.items()}
        code = code or titles.get(text.casefold()) or titles.get(text.casefold().removesuffix(" shares"))
        code = code or (text.upper() if len(text) <= 4 else None)  # noqa: PLR2004  # letters of a code
        if code is None:
            line.refuse("class", f"“{text}” is no class of the company. Write its code, such as ORD.")
            return None
        if code not in company.classes:
            title = TITLES.get(code, code)
            company.classes[code] = title
            self.found.classes.append(
                Entry(line=line, company=company, fields={"code": code, "title": title})
            )
            if code != "ORD":
                line.warn(
                    "class", f"The company’s classes do not name {code}: it is made, with the title {title}."
                )
        return code

    def address_of(self, line: Line, prefix: str) -> AddressParts | None:
        street, suburb = line.get(f"{prefix}street"), line.get(f"{prefix}suburb")
        if not street and not suburb:
            return None
        country = line.get(f"{prefix}country") or "AU"
        for key, text in ((f"{prefix}street", street), (f"{prefix}suburb", suburb)):
            if not text:
                line.refuse(key, "An address has a street and a suburb. Enter both.")
                return None
        if country == "AU" and not line.get(f"{prefix}state"):
            line.warn(f"{prefix}state", "An Australian address has a state. It is taken over without.")
        return AddressParts(
            care_of=line.get(f"{prefix}care_of") or "",
            street=street,
            suburb=suburb,
            state=line.get(f"{prefix}state") or "",
            postcode=line.get(f"{prefix}postcode") or "",
            country=country,
        )
