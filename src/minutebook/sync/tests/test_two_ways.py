"""Whatever happens on both sides: deciding brings them together, undoing brings back, nobody writes unasked."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minutebook.firms.models import User
from minutebook.practice.models import CallWindow, ClientLink, Connection
from minutebook.practice.reading import read_changes
from minutebook.sync.comparing import compare, compare_changed, full_link
from minutebook.sync.deciding import decide_fields
from minutebook.sync.fields import ours
from minutebook.sync.models import Comparison, Outgoing
from minutebook.sync.outgoing import send
from minutebook.sync.tests.conftest import NOW, change_there, contact_of, stands_there, writes
from minutebook.sync.tests.test_what_goes_out import Clock
from minutebook.sync.undoing import undo_decision
from tests.sandbox import RunningSandbox

_THERE = {
    "title": "title",
    "gender": "gender",
    "given_names": "first_name",
    "family_name": "last_name",
    "email": "email",
    "phone": "phone",
}
_VALUES = {
    "title": ("Ms", "Dr", ""),
    "gender": ("Female", "X", ""),
    "given_names": ("Aroha", "Daniel", "Thi Lan"),
    "family_name": ("Ngata", "Moreau", "O’Dwyer & <Söhne>"),
    "email": ("one@example.com", "two@example.com", ""),
    "phone": ("03 9000 1111", "03 9000 2222", ""),
}
_changes = st.lists(
    st.sampled_from(sorted(_VALUES)).flatmap(
        lambda code: st.tuples(
            st.sampled_from(["here", "there"]), st.just(code), st.sampled_from(_VALUES[code])
        )
    ),
    max_size=5,
)
_choices = st.fixed_dictionaries({code: st.sampled_from(["ours", "theirs", "leave"]) for code in _VALUES})
_few = settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def _happen(link: ClientLink, sandbox: RunningSandbox, changes: list[tuple[str, str, str]]) -> Comparison:
    CallWindow.objects.all().delete()  # many examples in a minute are no minute of XPM's
    contact = contact_of(link)
    for side, code, value in changes:
        if side == "here":
            setattr(contact, code, value)
        else:
            change_there(sandbox, link.client, **{_THERE[code]: value})
    contact.save()
    connection = Connection.objects.get()
    read_changes(connection, now=NOW)
    compare_changed(connection)
    return compare(full_link(link.pk))


@_few
@given(changes=_changes, choices=_choices)
def test_two_sides_come_together_and_nothing_is_written_unasked(
    linked: ClientLink,
    administrator: User,
    sandbox: RunningSandbox,
    changes: list[tuple[str, str, str]],
    choices: dict[str, str],
) -> None:
    written = len(writes(sandbox))
    comparison = _happen(linked, sandbox, changes)
    assert len(writes(sandbox)) == written
    chosen = {code: choices[code] for code in comparison.differences}
    if not chosen:
        return
    clock = Clock()

    decide_fields(comparison, chosen, seen=comparison.differences, by=administrator, now=clock.now)
    for outgoing in Outgoing.objects.filter(state="READY"):
        send(outgoing.pk, clock=clock)

    after = _happen(linked, sandbox, [])
    assert after.differences == {}
    assert set(after.left) >= {code for code, choice in chosen.items() if choice == "leave"}
    assert len(writes(sandbox)) - written == ("ours" in chosen.values())


@_few
@given(changes=_changes, choices=_choices)
def test_a_decision_and_its_undo_leave_everything_as_it_was(
    linked: ClientLink,
    administrator: User,
    sandbox: RunningSandbox,
    changes: list[tuple[str, str, str]],
    choices: dict[str, str],
) -> None:
    comparison = _happen(linked, sandbox, changes)
    chosen = {code: choices[code] for code in comparison.differences}
    if not chosen:
        return
    before = (ours(contact_of(linked)), comparison.differences, comparison.left)
    there = stands_there(sandbox, linked.client).email

    decision = decide_fields(comparison, chosen, seen=comparison.differences, by=administrator, now=NOW)
    undo_decision(decision, by=administrator, now=NOW)

    comparison.refresh_from_db()
    assert (ours(contact_of(linked)), comparison.differences, comparison.left) == before
    assert stands_there(sandbox, linked.client).email == there
    assert not Outgoing.objects.filter(state__in=Outgoing.PENDING).exists()
