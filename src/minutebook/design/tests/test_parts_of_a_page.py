import pytest
from django import forms
from django.template import Context, Template

from minutebook.design.forms import ComboboxInput
from minutebook.design.icons import draw_icon
from minutebook.design.law import LawNote

TOO_LATE = "Signed 2 days after the appointment. Check the date."


class ConsentForm(forms.Form):
    person = forms.CharField(
        help_text="From your contacts.", widget=ComboboxInput(src="/people", chosen_id="7")
    )
    consent_on = forms.DateField(label="Consent signed on")
    note = forms.CharField(required=False)

    law_notes = {
        "consent_on": LawNote(section="s 201D(1)", text="A person must consent before being appointed.")
    }


def consent_refused() -> ConsentForm:
    form = ConsentForm({"person": "Aroha Ngata", "consent_on": "2026-11-24"})
    form.add_error("consent_on", TOO_LATE)
    return form


def render(source: str, **context: object) -> str:
    return Template("{% load design %}" + source).render(Context(context))


class TestStatus:
    def test_a_state_is_word_and_shape_and_colour(self) -> None:
        shown = render('{% status "needs-you" words pill=True %}', words="Needs <you>")

        assert 'class="status pill needs-you"' in shown
        assert "<svg" in shown
        assert "Needs &lt;you&gt;" in shown

    def test_a_state_without_a_glyph_is_refused(self) -> None:
        with pytest.raises(LookupError, match="No status is named 'nearly'"):
            render('{% status "nearly" "Nearly" %}')


class TestIcon:
    def test_beside_its_word_an_icon_is_silent_and_alone_it_has_a_name(self) -> None:
        assert 'aria-hidden="true"' in draw_icon("search")
        assert 'role="img" aria-label="Edit &amp; save"' in draw_icon("pencil", label="Edit & save")

    @pytest.mark.parametrize("name", ["no-such-icon", "../apps", "search.svg"])
    def test_only_icons_of_the_folder_are_drawn(self, name: str) -> None:
        with pytest.raises(LookupError, match="No icon is named"):
            draw_icon(name)


class TestFieldRows:
    def test_a_field_named_twice_in_a_row_of_the_layout_is_twice_as_wide(self) -> None:
        class Placed(ConsentForm):
            layout = (("person", "person", "consent_on"),)

        shown = render("{% field_rows form %}", form=Placed())

        assert 'class="fields columns-2-1"' in shown
        assert shown.index('name="person"') < shown.index('name="consent_on"') < shown.index('name="note"')

    def test_an_empty_name_leaves_a_gap(self) -> None:
        class Placed(ConsentForm):
            layout = (("consent_on", "note", ""),)

        assert 'class="fields columns-3"' in render("{% field_rows form %}", form=Placed())

    def test_without_a_layout_every_field_has_a_row(self) -> None:
        assert render("{% field_rows form %}", form=ConsentForm()).count('class="form-row"') == 3


class TestFieldRow:
    def test_an_error_is_announced_with_its_field_and_marks_the_law_beside_it(self) -> None:
        form = consent_refused()

        shown = render("{% field_row form.consent_on %}", form=form)

        assert 'aria-invalid="true" aria-describedby="id_consent_on_error"' in shown
        assert 'id="id_consent_on_error"' in shown
        assert '<p class="law broken"><cite>s 201D(1)</cite>' in shown

    def test_a_sound_field_has_its_hint_and_no_error(self) -> None:
        shown = render("{% field_row form.person %}", form=consent_refused())

        assert 'aria-describedby="id_person_helptext"' in shown
        assert "Problem:" not in shown

    def test_fields_side_by_side_take_as_many_columns_as_they_are(self) -> None:
        assert 'class="fields columns-2"' in render(
            "{% field_row form.person form.note %}", form=ConsentForm()
        )

    def test_what_may_stay_empty_says_so(self) -> None:
        assert 'Note <span class="optional">optional</span>' in str(ConsentForm()["note"].as_field_group())

    def test_a_combobox_keeps_the_id_of_what_was_chosen_apart_from_its_name(self) -> None:
        shown = str(ConsentForm()["person"])

        assert '<input type="hidden" name="person_id" value="7" data-chosen>' in shown
        assert 'src="/people" for="id_person_options"' in shown

    def test_a_whole_form_renders_in_rows(self) -> None:
        assert str(consent_refused()).count('class="form-row"') == len(ConsentForm.base_fields)


class TestErrorSummary:
    def test_every_problem_leads_to_its_field(self) -> None:
        shown = render("{% error_summary form %}", form=consent_refused())

        assert "One thing to put right" in shown
        assert f'<a href="#id_consent_on">{TOO_LATE}</a> (Consent signed on)' in shown

    def test_without_problems_there_is_no_summary(self) -> None:
        assert render("{% error_summary form %}", form=ConsentForm()).strip() == ""


class TestSwitch:
    def test_a_switch_that_cannot_be_used_says_why_and_can_still_be_reached(self) -> None:
        shown = render(
            '{% switch "add_job" "Add Job?" reason=reason help_url="/help" help_words="How" %}',
            reason="XPM has no job template yet.",
        )

        assert 'aria-disabled="true" aria-describedby="id_add_job_helptext"' in shown
        assert 'XPM has no job template yet. <a href="/help">How</a>' in shown
        assert " disabled" not in shown.replace("aria-disabled", "")


class TestPartOfTheProduct:
    def test_a_part_that_is_not_built_is_absent(self) -> None:
        assert render('{% part "Deadlines" "deadlines:no-such-list" %}').strip() == ""

    def test_the_part_a_page_belongs_to_is_current(self) -> None:
        shown = render('{% part "Sign out" "account_logout" needs_you=1 %}', part="account_logout")

        assert 'aria-current="page"' in shown
        assert "Needs you:" in shown


def test_what_a_banner_frames_is_kept_and_what_it_is_given_is_escaped() -> None:
    shown = render('{% banner "paused" %}<p>{{ name }}</p>{% endbanner %}', name="<script>")

    assert 'class="banner paused"' in shown
    assert "<p>&lt;script&gt;</p>" in shown
