"""Which kind of contact a client is: by the name of its business structure, which each practice words itself.

What the words of Practice Manager mean is known; a firm may say what its own mean, or leave a structure out.
"""

from collections.abc import Mapping

from minutebook.contacts.models import Contact
from minutebook.sync.models import Structure

Kind = Contact.Kind
KNOWN: Mapping[str, str] = {
    "individual": Kind.PERSON, "sole trader": Kind.PERSON,
    "company": Kind.COMPANY, "trustee company": Kind.COMPANY,
    "trust": Kind.TRUST, "discretionary trust": Kind.TRUST, "unit trust": Kind.TRUST,
    "hybrid trust": Kind.TRUST, "family trust": Kind.TRUST,
    "partnership": Kind.PARTNERSHIP,
    "self managed superannuation fund": Kind.SMSF, "smsf": Kind.SMSF,
}  # fmt: skip


class KindsOfStructures:
    """The meaning of every structure for one firm, as it stands."""

    def __init__(self) -> None:
        self._own = {row.name.casefold(): row.kind for row in Structure.objects.all()}

    def kind_of(self, structure: str) -> str:
        """Return a code of Contact.Kind, or "" when clients of this structure are left out."""
        name = structure.strip().casefold()
        return self._own[name] if name in self._own else KNOWN.get(name, "")

    def why_left_out(self, structure: str) -> str:
        """Return why clients of this structure are left out, or ""."""
        if self.kind_of(structure):
            return ""
        if not structure.strip():
            return "It has no business structure in XPM."
        if structure.strip().casefold() in self._own:
            return f"Your firm leaves “{structure}” out."
        return f"Nobody has said yet what “{structure}” is."
