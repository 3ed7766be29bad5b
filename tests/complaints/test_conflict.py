"""Who may not receive a complaint: in the many ways in which people write names and posts."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from complaints import conflict
from complaints.conflict import Accused, excluded, names_person, recipients, stands_above_all
from complaints.forms import filing as filing_forms
from complaints.models import Case, Grant, Officer
from complaints.services.acts import share_case
from complaints.services.filing import Filed, NoRecipientError
from complaints.services.officers import confirm_officer, recover_cases, set_up_vault
from organization.choices import Role
from organization.models import Division, User
from tests.factories import UserFactory

from .conftest import Desk, open_vault_of


@dataclass
class Town:
    """Three officers of three divisions, their heads, and those above all of them."""

    desk: Desk
    officers: dict[str, Officer] = field(default_factory=dict)

    def receive(self, **accused: Any) -> set[str]:
        """The divisions' words for who receives a complaint about them."""
        name = accused.pop("division", None)
        division = Division.objects.get(name=name) if name else None
        ids = {officer.pk for officer in recipients(Accused(division=division, **accused))}
        return {name for name, officer in self.officers.items() if officer.pk in ids}

    def wrong(self, cases: list[tuple[dict[str, Any], set[str]]]) -> list[str]:
        """Who is accused, and who receives it, wherever that is not as expected."""
        assert cases
        found = [(accused, self.receive(**accused), left) for accused, left in cases]
        return [f"{accused}: {got}, not {left}" for accused, got, left in found if got != left]


ALL = {"clerk", "works", "finance"}


@pytest.fixture
def town(desk: Desk) -> Town:
    """`clerk` in สำนักปลัดเทศบาล, `works` in กองช่าง, `finance` in กองคลัง; `external` outside."""
    found = Town(desk)
    User.objects.filter(username="mayor").update(first_name="เกษม", last_name="ยิ่งยง")  # not a word of other posts
    User.objects.filter(username="integrity").update(first_name="สมศรี", last_name="อำนาจเจริญ")
    User.objects.filter(username="integrity2").update(is_active=False)
    found.officers["clerk"] = desk.officer("integrity")
    for key, division, first, last in (
        ("works", "กองช่าง", "สมชาย", "ใจดี"),
        ("finance", "กองคลัง", "อู๋", "ลี"),
        ("external", None, "ภายนอก", "เป็นกลาง"),
    ):
        user = UserFactory(
            username=key, role=Role.INTEGRITY_OFFICER, first_name=first, last_name=last,
            division=Division.objects.get(name=division) if division else None,
        )  # fmt: skip
        officer = set_up_vault(user, "a passphrase of the tests")
        confirm_officer(officer, by=desk.vaults["integrity"], is_external=key == "external")
        officer.refresh_from_db()
        found.officers[key] = officer
    boss = UserFactory(username="boss", first_name="กมล", last_name="มั่งมี", role=Role.MAYOR)
    assert boss.position == ""
    UserFactory(username="deputy", first_name="ประเสริฐ", last_name="ดีเลิศ", position="รองนายกเทศมนตรี")
    UserFactory(
        username="clerk_head", first_name="วิชัย", last_name="กล้าหาญ", position="หัวหน้าสำนักปลัดเทศบาล",
        division=Division.objects.get(name="สำนักปลัดเทศบาล"),
    )  # fmt: skip
    works_head = User.objects.get(username="head")
    works_head.first_name, works_head.last_name = "มานะ", "อดทน"
    works_head.save()
    Division.objects.filter(name="กองช่าง").update(short_name="ช่าง", name_en="Public Works Division")
    Division.objects.filter(name="กองคลัง").update(name_en="Finance Division")
    return found


def test_who_receives(town: Town) -> None:
    cases: list[tuple[dict[str, Any], set[str]]] = [
        # Nobody in particular
        ({}, ALL),
        ({"name": "ไม่ทราบชื่อ", "position": "พนักงาน"}, ALL),
        ({"name": "   ", "position": " "}, ALL),
        # An officer by name
        ({"name": "สมชาย ใจดี"}, {"clerk", "finance"}),
        ({"name": "นายสมชาย  ใจดี"}, {"clerk", "finance"}),
        ({"name": "นาย สมชาย"}, {"clerk", "finance"}),
        ({"name": "ครูสมชาย"}, {"clerk", "finance"}),
        ({"name": "จ.ส.อ. สมชาย"}, {"clerk", "finance"}),
        ({"name": "ว่าที่ ร.ต. ดร. สมชาย"}, {"clerk", "finance"}),
        ({"name": "คุณใจดี (จำชื่อไม่ได้)"}, {"clerk", "finance"}),
        ({"name": "สม\u200bชาย"}, {"clerk", "finance"}),
        ({"name": "น.ส.สมศรี"}, {"works", "finance"}),
        ({"name": "อํานาจเจริญ"}, {"works", "finance"}),  # sara am in two signs
        ({"name": "เสมียน อู๋ ลี"}, {"clerk", "works"}),
        ({"name": "อู๋ ลี"}, {"clerk", "works"}),  # short names as a whole
        ({"name": "นายอู๋  ลี"}, {"clerk", "works"}),
        # Heads by post and chosen division
        ({"position": "ผู้อำนวยการกอง", "division": "กองช่าง"}, {"clerk", "finance"}),
        ({"position": "ผอ.", "division": "กองคลัง"}, {"clerk", "works"}),
        ({"position": "หัวหน้า", "division": "สำนักปลัดเทศบาล"}, {"works", "finance"}),
        ({"name": "ผอ.มานี", "division": "กองคลัง"}, {"clerk", "works"}),
        ({"position": "นายช่างโยธา", "division": "กองช่าง"}, ALL),  # not a head
        # Heads by the words of the post
        ({"position": "ผอ.กองช่าง"}, {"clerk", "finance"}),
        ({"position": "ผอ. กองช่าง"}, {"clerk", "finance"}),
        ({"position": "ผอ.ช่าง"}, {"clerk", "finance"}),
        ({"position": "ผู้อำนวยการกองคลัง"}, {"clerk", "works"}),
        ({"position": "ผู้อํานวยการกองคลัง"}, {"clerk", "works"}),
        ({"position": "รักษาการ ผอ.คลัง"}, {"clerk", "works"}),
        ({"position": "รักษาราชการแทนผู้อำนวยการกองคลัง"}, {"clerk", "works"}),
        ({"position": "หัวหน้าสำนักปลัด"}, {"works", "finance"}),
        ({"position": "หัวหน้าสำนักปลัดเทศบาล"}, {"works", "finance"}),
        ({"position": "หน.สำนักปลัด"}, {"works", "finance"}),
        ({"position": "หัวหน้าสํานักปลัด"}, {"works", "finance"}),
        ({"position": "Head of the Public Works Division"}, {"clerk", "finance"}),
        ({"position": "Director, Finance Division"}, {"clerk", "works"}),
        ({"position": "ผู้อำนวยการกองสาธารณสุข"}, ALL),  # a division without an officer
        ({"position": "ผอ.กองสาธารณสุขฯ"}, ALL),
        ({"name": "ผอ.กองช่าง"}, {"clerk", "finance"}),  # in the wrong field
        # Heads by name
        ({"name": "มานะ อดทน"}, {"clerk", "finance"}),
        ({"name": "นายวิชัย"}, {"works", "finance"}),
        # Above all: the external recipient alone
        ({"position": "นายกเทศมนตรี"}, {"external"}),
        ({"position": "นายก"}, {"external"}),
        ({"position": "ท่านนายกฯ คนปัจจุบัน"}, {"external"}),
        ({"position": "รองนายกเทศมนตรี"}, {"external"}),
        ({"position": "รักษาราชการแทนนายกเทศมนตรี"}, {"external"}),
        ({"position": "ปลัดเทศบาล"}, {"external"}),
        ({"position": "รองปลัดเทศบาล"}, {"external"}),
        ({"position": "ปลัด อบต."}, {"external"}),
        ({"position": "ปลัดเทศบาล ปฏิบัติหน้าที่นายกเทศมนตรี"}, {"external"}),
        ({"position": "หัวหน้าสำนักปลัด รักษาราชการแทนปลัดเทศบาล"}, {"external"}),
        ({"position": "รองปลัดเทศบาล และหัวหน้าสำนักปลัด"}, {"external"}),
        ({"position": "ผู้บริหารเทศบาล"}, {"external"}),
        ({"position": "Deputy Mayor"}, {"external"}),
        ({"position": "Permanent Secretary"}, {"external"}),
        ({"position": "Municipal Clerk"}, {"external"}),
        ({"name": "นายกเทศมนตรี"}, {"external"}),  # in the wrong field
        ({"name": "นายกฯ"}, {"external"}),
        ({"name": "ปลัดเทศบาล"}, {"external"}),
        ({"name": "กมล มั่งมี"}, {"external"}),  # the mayor by name
        ({"name": "นายกมล"}, {"external"}),
        ({"name": "ประเสริฐ"}, {"external"}),  # the deputy by name
        ({"name": "นางเลขา มีสุข", "position": "นายกเทศมนตรี"}, {"external"}),
        # Named after those above, and not above
        ({"position": "เลขานุการนายก"}, ALL),
        ({"position": "เลขานุการนายกเทศมนตรี"}, ALL),
        ({"position": "ที่ปรึกษานายกเทศมนตรี"}, ALL),
        ({"position": "เลขาของท่านปลัด"}, ALL),
        ({"position": "พนักงานขับรถนายก"}, ALL),
        ({"position": "Secretary to the Mayor"}, ALL),
        ({"position": "เจ้าหน้าที่สำนักปลัดเทศบาล"}, ALL),
        ({"position": "นักวิชาการ สำนักงานปลัดเทศบาล"}, ALL),
        ({"position": "Clerk, Office of the Permanent Secretary"}, ALL),
        ({"position": "ปลัดอำเภอ"}, ALL),
        ({"position": "นายกสมาคมแม่บ้าน"}, ALL),
        ({"position": "ลูกน้องของนายกิตติ"}, ALL),  # นาย, then a name
        ({"name": "นายกิตติ สุขใจ"}, ALL),
        ({"name": "นายกฤษณะ"}, ALL),
    ]
    assert not town.wrong(cases)


def test_by_post_in_the_wrong_field_and_mistyped(town: Town) -> None:
    cases: list[tuple[dict[str, Any], set[str]]] = [
        # The post alone
        ({"position": "นักทรัพยากรบุคคล"}, {"works", "finance"}),
        ({"position": "นักทรัพยากรบุคคล", "division": "สำนักปลัดเทศบาล"}, {"works", "finance"}),
        ({"position": "นักทรัพยากรบุคคล ชำนาญการ", "division": "สำนักปลัดเทศบาล"}, {"works", "finance"}),
        ({"position": "นักทรัพยากร\u200bบุคคล", "division": "สำนักปลัดเทศบาล"}, {"works", "finance"}),
        ({"name": "นักทรัพยากรบุคคล"}, {"works", "finance"}),  # in the wrong field
        ({"name": "นักทรัพยากรบุคคลคนใหม่", "division": "สำนักปลัดเทศบาล"}, {"works", "finance"}),
        ({"position": "นักทรัพยากรบุคคล", "division": "กองคลัง"}, ALL),  # another's post of this name
        ({"position": "นักวิชาการ"}, ALL),
        ({"position": "เจาพนักงานพัสดุ", "division": "กองคลัง"}, {"clerk", "works"}),  # a tone mark less
        ({"position": "เจ้าพนักงาน"}, ALL),
        # The name in the field of the post
        ({"position": "นักทรัพยากรบุคคล นายสุจริต มั่นคง", "division": "กองช่าง"}, {"works", "finance"}),
        ({"position": "นายซื่อตรง"}, {"clerk", "finance"}),
        ({"position": "กมล มั่งมี"}, {"external"}),
        # As fingers type
        ({"name": "ม่ันคง"}, {"works", "finance"}),
        ({"name": "มันคง"}, {"works", "finance"}),
        ({"name": "ซ่ือตรง"}, {"clerk", "finance"}),
        ({"name": "ซือ่ตรง"}, {"clerk", "finance"}),
        ({"name": "นํ้าฝน"}, {"clerk", "finance"}),
        ({"name": "นำ้ฝน"}, {"clerk", "finance"}),
        ({"name": "น้ํา ฝน"}, {"clerk", "finance"}),
        ({"name": "ธรรมรัตน์"}, {"clerk", "works"}),
        ({"name": "ธรรมรัตน"}, {"clerk", "works"}),
        ({"name": "ธรรมรัต"}, {"clerk", "works"}),
        ({"name": "สิทธ"}, {"clerk", "works"}),
        ({"name": "สิทธ์ิ"}, {"clerk", "works"}),
        ({"name": "ต้น"}, ALL),
    ]
    for name, first, last, post in (
        ("integrity", "สุจริต", "มั่นคง", "นักทรัพยากรบุคคลชำนาญการ (ตัวอย่าง)"),
        ("works", "ซื่อตรง", "น้ำฝน", ""),
        ("finance", "สิทธิ์", "ธรรมรัตน์", "เจ้าพนักงานพัสดุปฏิบัติงาน"),
    ):
        User.objects.filter(username=name).update(first_name=first, last_name=last, position=post)
    assert not town.wrong(cases)


def test_no_text_makes_a_pattern_wander() -> None:
    """Ten times the length takes no hundred times as long, and a form's longest field no time at all."""
    patterns = [
        pattern
        for module in (conflict, filing_forms)
        for pattern in vars(module).values()
        if isinstance(pattern, re.Pattern)
    ]
    assert len(patterns) > 10
    pieces = (
        " ", "เลขา ", "เลขา", "ท่าน ", "รอง", "นาย", "นายก ", "ก.", "ก. ", "ว่าที่ ", "mr ", "ปลัด ", "(", "( ",
        "ชำนาญการ", "หัวหน้า", "กอง ", "\u0e48", "\u0e4d\u0e48", "ก\u0e4c", "1", "12 ", "1/", "1 มกราคม ", "พ.ศ. ",
        "secretary to ", "|", "\n", "\x00",
    )  # fmt: skip
    for length, seconds in ((300, 2), (3_000, 10)):
        started = time.process_time()
        for before in ("", "เลขา", "1 ม.ค.", "secretary"):
            for piece in pieces:
                text = (before + piece * length)[:length] + "x"
                stands_above_all(text)
                conflict._writings(conflict._plain(text))
                for pattern in patterns:
                    pattern.fullmatch(text)
                    pattern.sub("", conflict._spelt(text))
        assert time.process_time() - started < seconds


def test_spaces_of_any_number_are_one() -> None:
    assert stands_above_all("นายก" + " " * 300 + "เทศมนตรี")
    assert not stands_above_all("เลขา" + " \n" * 300 + "นายก")


def test_a_ticked_officer_is_left_out(town: Town) -> None:
    assert town.receive(officers=frozenset({town.officers["works"].pk})) == {"clerk", "finance"}


def test_all_ticked_leaves_the_external_recipient(town: Town) -> None:
    inside = frozenset(town.officers[name].pk for name in ALL)
    assert town.receive(officers=inside) == {"external"}
    assert town.receive(officers=inside | {town.officers["external"].pk}) == set()


def test_the_external_recipient_who_is_accused_gets_nothing(town: Town) -> None:
    assert town.receive(name="ภายนอก", position="นายกเทศมนตรี") == set()


def test_the_administrator_is_above_nobody(town: Town) -> None:
    User.objects.filter(username="admin").update(first_name="ดูแล", last_name="ระบบดี")
    assert town.receive(name="ดูแล ระบบดี") == ALL


def test_pending_inactive_and_roleless_officers_receive_nothing(town: Town) -> None:
    newcomer = UserFactory(username="new", role=Role.INTEGRITY_OFFICER)
    pending = set_up_vault(newcomer, "a passphrase of the tests")
    User.objects.filter(username="works").update(is_active=False)
    User.objects.get(username="finance").groups.clear()
    ids = {officer.pk for officer in recipients(Accused())}
    assert ids == {town.officers["clerk"].pk}
    assert pending.pk not in ids


def test_the_only_officer_is_accused(desk: Desk, file_case: Callable[..., Filed]) -> None:
    User.objects.filter(username="integrity2").update(is_active=False)
    with pytest.raises(NoRecipientError):
        file_case(accused=Accused(officers=frozenset({desk.officer("integrity").pk})))
    assert not Case.objects.exists()


def test_the_accused_officer_has_no_grant_and_gets_none_later(desk: Desk, file_case: Callable[..., Filed]) -> None:
    """Neither at filing, nor by sharing, nor with the recovery shares."""
    from complaints.opened import open_for_officer
    from complaints.services.officers import make_recovery

    accused = desk.officer("integrity2")
    shares = make_recovery(needed=2, total=3, by=desk.vaults["integrity"])
    filed = file_case(accused=Accused(officers=frozenset({accused.pk})))
    assert set(Grant.objects.filter(case=filed.case).values_list("officer", flat=True)) == {
        desk.officer("integrity").pk
    }
    opened = open_for_officer(filed.case, desk.vaults["integrity"])
    with pytest.raises(ValueError, match="about this officer"):
        share_case(opened, by=desk.vaults["integrity"].officer, to=accused)
    assert recover_cases(shares[:2], to=accused) == 0
    assert not Grant.objects.filter(officer=accused).exists()


def test_whom_it_is_about_by_its_words_stays_out_when_it_is_shared(desk: Desk, file_case: Callable[..., Filed]) -> None:
    from complaints.opened import open_for_officer

    User.objects.filter(username="integrity2").update(first_name="วันเพ็ญ", last_name="แสงทอง")
    filed = file_case(accused=Accused(name="วันเพ็ญ"), accused_name="วันเพ็ญ")
    opened = open_for_officer(filed.case, desk.vaults["integrity"])
    with pytest.raises(ValueError, match="about this officer"):
        share_case(opened, by=desk.vaults["integrity"].officer, to=desk.officer("integrity2"))


def test_the_sharing_needs_few_queries(town: Town, django_assert_max_num_queries: Any) -> None:
    """However many officers there are, the people are read once."""
    with django_assert_max_num_queries(5):
        recipients(Accused(name="สมชาย", position="ผอ.กองช่าง"))


def test_names_without_letters_name_nobody(town: Town) -> None:
    nameless = UserFactory(username="nameless", first_name="", last_name="")
    assert not names_person("สมชาย", nameless)
    assert not names_person("นาย", nameless)
    assert not excluded(Accused(name="นาย"), list(Officer.objects.all()))


def test_posts_above_all_in_one_spelling() -> None:
    assert stands_above_all("ปลัด\u200bเทศบาล")
    assert not stands_above_all("")


def test_a_vault_of_one_who_is_head_is_left_out_of_complaints_about_them(town: Town) -> None:
    head = User.objects.get(username="head")
    head.groups.add(*User.objects.get(username="works").groups.all())
    vault = open_vault_of(head)
    confirm_officer(vault.officer, by=town.desk.vaults["integrity"])
    assert vault.officer.pk not in {officer.pk for officer in recipients(Accused(name="มานะ"))}
