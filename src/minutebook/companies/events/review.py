"""The annual review: the company statement, the review fee and the solvency resolution, Part 2N."""

from datetime import date
from typing import Any

from django import forms

from minutebook.companies import rules
from minutebook.companies.events.fields import EventDateField
from minutebook.companies.events.kinds import (
    Deadline,
    DocumentNeed,
    EventForm,
    EventKind,
    JsonDict,
    LawNote,
)
from minutebook.companies.models import CorporateEvent


class AnnualReviewForm(EventForm):
    """One year's review of the company."""

    law = (
        LawNote(
            field="review_on",
            section="s 345A",
            text="The anniversary of registration, unless ASIC changed it.",
        ),
        LawNote(
            field="resolution",
            section="s 347A(1)",
            text="The directors resolve on solvency within 2 months after each review date.",
        ),
        LawNote(
            field="statement_issued_on",
            section="s 346C(1)",
            text="What is wrong in the statement is corrected within 28 days of its issue.",
        ),
    )
    layout = (("review_on", "resolved_on", ""), ("resolution",), ("statement_issued_on", ""))

    review_on = EventDateField(
        label="Review date", error_messages={"required": "Say which review date this is."}
    )
    resolution = forms.ChoiceField(
        label="Solvency resolution",
        choices=[
            ("positive", "The company can pay its debts as they fall due"),
            ("negative", "There are no reasonable grounds to believe so"),
        ],
        initial="positive",
        widget=forms.RadioSelect,
    )
    statement_issued_on = EventDateField(
        label="Company statement issued on",
        required=False,
        help_text="The date of issue printed on ASIC’s annual statement, if it has come.",
    )
    resolved_on = EventDateField(
        label="Resolved on",
        required=False,
        help_text="Leave it empty if the directors resolve with these documents.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # as EventForm takes them
        super().__init__(*args, **kwargs)
        self.initial.setdefault("review_on", self.company.review_on)

    def check(self) -> None:
        review_on: date | None = self.cleaned_data.get("review_on")
        if review_on is None:
            return
        self._check_anniversary(review_on)
        self._check_resolved(review_on)
        self._check_statement(review_on)

    def _check_anniversary(self, review_on: date) -> None:
        expected = self.company.review_on
        if (review_on.month, review_on.day) != (expected.month, expected.day):
            self.refuse(
                "review_on",
                f"The review date of the company is {expected.day} {expected:%B}. Check the date, or correct "
                "the company’s record.",
                "s 345A",
            )
        elif review_on <= self.company.registered_on:
            self.refuse(
                "review_on", "The first review is a year after registration. Check the year.", "s 345A"
            )

    def _check_resolved(self, review_on: date) -> None:
        resolved_on: date | None = self.cleaned_data.get("resolved_on")
        resolve_by = rules.months_after(review_on, rules.SOLVENCY_MONTHS)
        if resolved_on and resolved_on < review_on:
            self.refuse(
                "resolved_on",
                f"The directors resolve after the review date, {review_on:%d/%m/%Y}. Check the date.",
                "s 347A(1)",
            )
        elif resolved_on and resolved_on > self.today:
            self.refuse("resolved_on", "This day is still to come. Enter the date of signing.", "s 347A(1)")
        elif (resolved_on or self.today) > resolve_by:
            tell_by = rules.missed_solvency_notice_by(review_on)
            self.remind(
                "resolved_on",
                f"The two months ended on {resolve_by:%d/%m/%Y}. Form 485B by {tell_by:%d/%m/%Y} tells ASIC "
                "that no resolution was passed in time.",
                "s 347B",
            )

    def _check_statement(self, review_on: date) -> None:
        issued_on: date | None = self.cleaned_data.get("statement_issued_on")
        if issued_on and issued_on < review_on:
            self.refuse(
                "statement_issued_on",
                f"ASIC issues the statement after the review date, {review_on:%d/%m/%Y}. Check the date.",
                "s 346A",
            )


class AnnualReview(EventKind):
    """The year's review. A pack of it alone has no other resolution of the directors."""

    code = "annual_review"
    label = "Annual review"
    group = "Yearly"
    sections = ("s 345A", "s 346C", "s 347A")
    form_class = AnnualReviewForm

    def fields_of(self, form: EventForm) -> JsonDict:
        cleaned = form.cleaned_data
        return {
            "review_on": cleaned["review_on"].isoformat(),
            "resolution": cleaned["resolution"],
            "statement_issued_on": _iso(cleaned["statement_issued_on"]),
            "resolved_on": _iso(cleaned["resolved_on"]),
        }

    def headline(self, event: CorporateEvent) -> str:
        return f"Annual review {self.effective_on(event).year}"

    def summary(self, event: CorporateEvent) -> str:
        day = self.effective_on(event)
        return f"Annual review of {day:%d/%m/%Y} with a {event.fields['resolution']} solvency resolution."

    def effective_on(self, event: CorporateEvent) -> date:
        return date.fromisoformat(event.fields["review_on"])

    def documents(self, event: CorporateEvent) -> tuple[DocumentNeed, ...]:
        review_on = self.effective_on(event)
        resolve_by = rules.months_after(review_on, rules.SOLVENCY_MONTHS)
        kind = event.fields["resolution"].capitalize()
        return (
            DocumentNeed(
                code="solvency_resolution",
                title="Solvency resolution (s347A)",
                note=f"{kind}, by {resolve_by:%d/%m/%Y}",
            ),
            DocumentNeed(
                code="annual_review_checklist",
                title="Annual review checklist",
                note="What to compare with ASIC’s company statement",
            ),
        )

    def deadlines(self, event: CorporateEvent) -> tuple[Deadline, ...]:
        review_on = self.effective_on(event)
        two_months = rules.months_after(review_on, rules.SOLVENCY_MONTHS)
        return (
            Deadline(title="Pass the solvency resolution", due_on=two_months, section="s 347A(1)"),
            Deadline(
                title="Pay the annual review fee",
                due_on=two_months,
                section="Corporations (Review Fees) Act 2003",
            ),
            *self._notice_of_insolvency(event),
            *self._corrections(event),
        )

    def _notice_of_insolvency(self, event: CorporateEvent) -> tuple[Deadline, ...]:
        """A negative resolution is told to ASIC within 7 days of it; undated, of the last day for it."""
        if event.fields["resolution"] == "positive":
            return ()
        resolved_on = event.fields["resolved_on"]
        due_on = (
            rules.days_after(date.fromisoformat(resolved_on), rules.SOLVENCY_NOTICE_DAYS)
            if resolved_on
            else rules.missed_solvency_notice_by(self.effective_on(event))
        )
        title = "Lodge Form 485, within 7 days of the resolution"
        return (Deadline(title=title, due_on=due_on, section="s 347B", form="485"),)

    def _corrections(self, event: CorporateEvent) -> tuple[Deadline, ...]:
        if not event.fields["statement_issued_on"]:
            return ()
        issued_on = date.fromisoformat(event.fields["statement_issued_on"])
        due_on = rules.days_after(issued_on, rules.NOTICE_DAYS)
        return (Deadline(title="Correct the company statement", due_on=due_on, section="s 346C(1)"),)

    def merge_fields(self, event: CorporateEvent) -> JsonDict:
        review_on = self.effective_on(event)
        return {
            "review_on": event.fields["review_on"],
            "is_positive": event.fields["resolution"] == "positive",
            "statement_issued_on": event.fields["statement_issued_on"],
            "resolved_on": event.fields["resolved_on"],
            "resolve_by": rules.months_after(review_on, rules.SOLVENCY_MONTHS).isoformat(),
            "form_484": [],
            "notice_sections": [],
            "changes": {},
        }

    def enter(self, event: CorporateEvent) -> None:
        """Move the company's next review date on by a year."""
        company, reviewed_on = event.company, self.effective_on(event)
        if company.review_on == reviewed_on:
            company.review_on = rules.months_after(reviewed_on, 12)
            company.save(update_fields=["review_on"])

    def withdraw(self, event: CorporateEvent) -> None:
        company, reviewed_on = event.company, self.effective_on(event)
        if company.review_on == rules.months_after(reviewed_on, 12):
            company.review_on = reviewed_on
            company.save(update_fields=["review_on"])


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
