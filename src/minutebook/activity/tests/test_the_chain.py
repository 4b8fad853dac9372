"""Activity hangs together: whatever is changed, removed, inserted or moved afterwards is found."""

from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from threading import Thread

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from minutebook.activity import chain
from minutebook.activity.models import Activity, ActivityHead, ChainCheck, erasing, record
from minutebook.activity.nightly import verify_due, verify_in_background
from minutebook.activity.origin import Origin, from_origin, from_task
from minutebook.activity.verify import Written, check_firm, verify_chain
from minutebook.contacts.models import Contact
from minutebook.firms.models import Firm, User
from minutebook.scope import firm_scope
from tests.cast import make_firm, make_user

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


@pytest.fixture
def chained(transactional_db: None) -> Iterator[Firm]:
    """A firm with five entries, each committed: on PostgreSQL a row gets its place as it commits."""
    firm = make_firm()
    with firm_scope(firm.pk):
        person = make_user(firm)
        for name in ("Aroha", "Bram", "Chau", "Dov", "Esi"):
            note(firm, name, by=person)
        yield firm


def note(firm: Firm, name: str, *, by: User | None = None) -> Activity:
    with transaction.atomic():
        row = record("contact.added", firm, sentence=f"{name} added", by=by, after={"Name": name}, n=1)
    row.refresh_from_db()
    return row


def tamper(sql: str, *values: str | int, firm: Firm) -> None:
    """Do what somebody with the database's password could do: switch the guard off, and change a row."""
    with erasing(firm.pk), connection.cursor() as cursor:
        cursor.execute(sql, values)


class TestWhatIsFound:
    def test_a_chain_that_nobody_touched_is_whole(self, chained: Firm) -> None:
        verdict = verify_chain(chained.pk)

        assert (verdict.problem, verdict.number) == ("", 5)
        assert verdict.hash == ActivityHead.objects.get(pk=chained.pk).hash

    @pytest.mark.parametrize(
        "change",
        [
            "sentence = 'Chau removed'",
            "who = 'Somebody else'",
            'after = \'{"Name": "Other"}\'',
            "address = '203.0.113.9'",
            "happened_at = '2020-01-01 00:00:00+00:00'",
            "action = 'contact.removed'",
            "company_id = 7",
            "actor_id = NULL",
        ],
    )
    def test_a_changed_row_is_named(self, chained: Firm, change: str) -> None:
        tamper(f"UPDATE activity_activity SET {change} WHERE number = 3", firm=chained)  # noqa: S608

        assert verify_chain(chained.pk).problem.startswith("Entry 3 was changed.")

    def test_a_row_changed_together_with_its_hash_is_named(self, chained: Firm) -> None:
        row = Activity.objects.get(number=3)
        row.sentence = "Chau removed"
        forged = chain.content_hash(row.content)
        tamper(
            "UPDATE activity_activity SET sentence = %s, content_hash = %s WHERE number = 3",
            row.sentence,
            forged,
            firm=chained,
        )

        assert "Entry 3 is not the one that followed entry 2" in verify_chain(chained.pk).problem

    def test_a_removed_row_is_missed(self, chained: Firm) -> None:
        tamper("DELETE FROM activity_activity WHERE number = 3", firm=chained)

        assert verify_chain(chained.pk).problem == ("Entry 3 is missing: after entry 2 comes entry 4.")

    def test_a_row_put_in_is_named(self, chained: Firm) -> None:
        columns = "firm_id, happened_at, action, who, topic, subject_kind, subject_id, sentence, particulars, before, after, address, browser, request_id, worker"  # noqa: E501
        forged = f"""INSERT INTO activity_activity ({columns}, number, content_hash, hash)
            SELECT {columns}, 6, content_hash, hash FROM activity_activity WHERE number = 2"""  # noqa: S608
        tamper(forged, firm=chained)
        tamper("UPDATE activity_activityhead SET number = 6", firm=chained)

        assert verify_chain(chained.pk).problem.startswith("Entry 6 ")

    def test_rows_that_changed_places_are_named(self, chained: Firm) -> None:
        for sql in (
            "number = 99 WHERE number = 2",
            "number = 2 WHERE number = 3",
            "number = 3 WHERE number = 99",
        ):
            tamper(f"UPDATE activity_activity SET {sql}", firm=chained)  # noqa: S608

        assert "Entry 2 is not the one that followed entry 1" in verify_chain(chained.pk).problem

    def test_a_tail_cut_off_is_missed(self, chained: Firm) -> None:
        tamper("DELETE FROM activity_activity WHERE number > 3", firm=chained)

        assert "Entry 4 is missing" in verify_chain(chained.pk).problem

    def test_a_tail_cut_off_with_its_head_is_missed_by_the_end_written_down(self, chained: Firm) -> None:
        end = Written.of(str(ActivityHead.objects.get(pk=chained.pk)))
        _cut_after(3, chained)

        assert verify_chain(chained.pk).is_whole  # nothing in the database tells of it
        assert "the chain once went on to entry 5" in verify_chain(chained.pk, written=(end,)).problem

    def test_a_tail_cut_off_since_the_latest_look_is_missed(self, chained: Firm) -> None:
        check_firm(chained.pk, now=NOW)
        _cut_after(3, chained)
        for name in ("Finn", "Gus", "Hana"):
            note(chained, name)

        assert "Entry 5 is not the one that was written down" in check_firm(chained.pk, now=NOW).problem
        assert ChainCheck.objects.get(pk=chained.pk).number == 5

    def test_another_firms_chain_is_its_own(self, chained: Firm) -> None:
        other = make_firm("Harbour Advisory")
        with firm_scope(other.pk):
            note(other, "Ida")
        tamper("DELETE FROM activity_activity WHERE number = 3", firm=chained)

        assert verify_chain(other.pk).number == 1
        assert verify_chain(other.pk).is_whole


def _cut_after(number: int, firm: Firm) -> None:
    kept = Activity.objects.get(number=number)
    tamper("DELETE FROM activity_activity WHERE number > %s", number, firm=firm)
    ActivityHead.objects.filter(pk=firm.pk).update(number=number, hash=kept.hash)


class TestTheDatabaseRefuses:
    @pytest.mark.parametrize(
        "sql", ["UPDATE activity_activity SET sentence = 'x'", "DELETE FROM activity_activity"]
    )
    def test_to_change_or_delete_a_row(self, chained: Firm, sql: str) -> None:
        with (
            pytest.raises(DatabaseError, match="never changed or deleted"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql)

        assert verify_chain(chained.pk).number == 5

    def test_also_through_a_model(self, chained: Firm) -> None:
        row = Activity.objects.get(number=2)

        with pytest.raises(DatabaseError, match="never changed or deleted"), transaction.atomic():
            row.delete()

    def test_nothing_of_a_transaction_that_failed_stays(self, chained: Firm) -> None:
        with transaction.atomic():
            record("contact.added", chained, sentence="Nobody added", by=None)
            transaction.set_rollback(True)

        note(chained, "Finn")

        assert verify_chain(chained.pk).number == 6
        assert verify_chain(chained.pk).is_whole


class TestManyAtOnce:
    def test_writers_at_the_same_time_make_one_chain(self, chained: Firm) -> None:
        """Half of them record before they lock a row, half after: were the head locked at once, they would
        wait for each other for ever."""
        person = Contact.objects.create(kind="PERSON", name="Ana")
        problems: list[Exception] = []

        writers = [Thread(target=_write, args=(chained.pk, person, turn % 2, problems)) for turn in range(4)]
        for each in writers:
            each.start()
        for each in writers:
            each.join()

        verdict = verify_chain(chained.pk)
        assert (problems, verdict.problem, verdict.number) == ([], "", 5 + 4 * 5)


def _write(firm_id: int, person: Contact, locks_first: int, problems: list[Exception]) -> None:
    try:
        with firm_scope(firm_id):
            for _ in range(5):
                with transaction.atomic():
                    if locks_first:
                        Contact.objects.select_for_update().get(pk=person.pk)
                    record("contact.corrected", person, sentence="Corrected", by=None)
                    if not locks_first:
                        Contact.objects.select_for_update().get(pk=person.pk)
    except DatabaseError as problem:
        problems.append(problem)
    finally:
        connection.close()


class TestTheCommand:
    def test_it_prints_the_end_to_write_down(self, chained: Firm) -> None:
        out = StringIO()
        call_command("verify_activity", stdout=out)
        end = out.getvalue().partition("Write down: ")[2].strip()
        _cut_after(2, chained)
        ChainCheck.objects.all().delete()

        assert end.startswith(f"{chained.pk}:5:")
        with pytest.raises(CommandError, match="1 of 1 chains"):
            call_command("verify_activity", written=[end], stdout=out)
        assert "Entry 3 is missing: the chain once went on to entry 5." in out.getvalue()

    def test_a_word_that_is_no_end_is_refused(self, chained: Firm) -> None:
        with pytest.raises(CommandError, match="is not FIRM:ENTRY:HASH"):
            call_command("verify_activity", written=["yesterday"])


class TestEveryNight:
    def test_each_chain_is_looked_at_once_a_night(self, chained: Firm) -> None:
        assert (verify_due(NOW), verify_due(NOW)) == (1, 0)

        verify_in_background.call(chained.pk)

        check = ChainCheck.objects.get(pk=chained.pk)
        assert (check.number, check.problem) == (5, "")

    def test_what_is_wrong_is_kept(self, chained: Firm, caplog: pytest.LogCaptureFixture) -> None:
        tamper("DELETE FROM activity_activity WHERE number = 2", firm=chained)

        verify_in_background.call(chained.pk)

        assert "Entry 2 is missing" in ChainCheck.objects.get(pk=chained.pk).problem
        assert "does not hold together" in caplog.text


class TestWhatARowSays:
    def test_where_it_came_from(self, firm: Firm) -> None:
        origin = Origin(address="203.0.113.7", browser="Firefox" + "x" * 300, request_id="r1")
        with from_origin(origin):
            row = record("firm.changed", firm, sentence="Changed", by=None)
        with from_task("send_mail"):
            background = record("firm.changed", firm, sentence="Changed", by=None)

        assert (row.address, row.browser[:7], len(row.browser)) == ("203.0.113.7", "Firefox", 200)
        assert (background.who, background.worker, background.address) == ("Minutebook", "send_mail", "")

    def test_only_what_changed_is_kept_of_before_and_after(self, firm: Firm) -> None:
        row = record(
            "firm.changed", firm, sentence="Changed", by=None,
            before={"Name": "A", "Phone": "1"}, after={"Name": "B", "Phone": "1", "Email": "b@c.example"},
        )  # fmt: skip

        assert (row.before, row.after) == ({"Name": "A"}, {"Name": "B", "Email": "b@c.example"})
