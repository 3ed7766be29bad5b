"""Deterministic rows for tests: numbered, never random."""

import hashlib
from typing import Any

import factory
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from factory.django import DjangoModelFactory

from measures.choices import EvidenceKind, Instrument, ProgressStatus
from measures.models import (
    AreaQuestion,
    Evidence,
    Finding,
    IssueArea,
    Limitation,
    Measure,
    Plan,
    Progress,
    Question,
    Responsibility,
)
from organization.choices import Role
from organization.models import Division, Municipality, User

PASSWORD = "correct horse battery staple"
"""Everybody's password in tests."""
_HASHED = make_password(PASSWORD, hasher="md5")

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\nxref\n0 1\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
"""The least that counts as a whole PDF."""


class MunicipalityFactory(DjangoModelFactory):
    """The one municipality."""

    class Meta:
        model = Municipality
        django_get_or_create = ("id",)

    id = 1
    name = "เทศบาลตำบลคงสมบูรณ์"
    name_en = "Khong Sombun Subdistrict Municipality"
    district = "ท่าคันโท"
    province = "กาฬสินธุ์"
    phone = "0 4387 7000"
    email = "office@example.go.th"


class DivisionFactory(DjangoModelFactory):
    """A division; by the same name it is the same division."""

    class Meta:
        model = Division
        django_get_or_create = ("name",)

    name = factory.Sequence(lambda n: f"กองที่ {n}")
    order = factory.Sequence(lambda n: 100 + n)


class UserFactory(DjangoModelFactory):
    """A person. `role=Role.MAYOR` (or several) puts them into the role's group."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"person{n}")
    first_name = factory.Sequence(lambda n: f"ชื่อ{n}")
    last_name = "ทดสอบ"
    password = _HASHED

    @factory.post_generation
    def role(self, create: bool, extracted: Role | None, **_kwargs: Any) -> None:
        """Join the group of the role."""
        if create and extracted:
            self.groups.add(Group.objects.get(name=extracted.value))


class PlanFactory(DjangoModelFactory):
    """A plan, from 2567 on, a year later each."""

    class Meta:
        model = Plan
        django_get_or_create = ("fiscal_year",)

    fiscal_year = factory.Sequence(lambda n: 2567 + n % 100)
    assessment_year = factory.LazyAttribute(lambda plan: plan.fiscal_year - 1)
    prepared_by = "สำนักปลัดเทศบาล เทศบาลตำบลคงสมบูรณ์"


class IssueAreaFactory(DjangoModelFactory):
    """An issue area, numbered on from those that the plan has."""

    class Meta:
        model = IssueArea

    plan = factory.SubFactory(PlanFactory)
    number = factory.LazyAttribute(lambda area: area.plan.areas.count() + 1)
    title = factory.LazyAttribute(lambda area: f"ประเด็นที่ {area.number}")


class QuestionFactory(DjangoModelFactory):
    """A question of the internal instrument."""

    class Meta:
        model = Question

    fiscal_year = 2566
    instrument = factory.LazyAttribute(lambda question: Instrument.of_code(question.code))
    code = factory.Sequence(lambda n: f"I{n + 100}")
    text = factory.LazyAttribute(lambda question: f"ข้อคำถาม {question.code} มากน้อยเพียงใด")


class AreaQuestionFactory(DjangoModelFactory):
    """A question quoted in an area."""

    class Meta:
        model = AreaQuestion

    area = factory.SubFactory(IssueAreaFactory)
    question = factory.SubFactory(QuestionFactory)
    position = factory.LazyAttribute(lambda row: row.area.area_questions.count() + 1)


class FindingFactory(DjangoModelFactory):
    """A finding on all questions of its area."""

    class Meta:
        model = Finding

    area = factory.SubFactory(IssueAreaFactory)
    position = factory.LazyAttribute(lambda row: row.area.findings.count() + 1)
    text = factory.Sequence(lambda n: f"ข้อค้นพบที่ {n}")


class MeasureFactory(DjangoModelFactory):
    """A measure of every quarter and every division, unless said otherwise. `divisions=[…]` names some."""

    class Meta:
        model = Measure
        skip_postgeneration_save = True

    area = factory.SubFactory(IssueAreaFactory)
    position = factory.LazyAttribute(lambda row: row.area.measures.count() + 1)
    text = factory.Sequence(lambda n: f"มาตรการที่ {n}")
    quarters = [1, 2, 3, 4]
    schedule = "ทุกไตรมาส"
    all_divisions = True

    @factory.post_generation
    def divisions(self, create: bool, extracted: list[Division] | None, **_kwargs: Any) -> None:
        """Name the responsible divisions."""
        for division in extracted or ():
            ResponsibilityFactory(measure=self, division=division)


class ResponsibilityFactory(DjangoModelFactory):
    """A division responsible for a measure."""

    class Meta:
        model = Responsibility

    measure = factory.SubFactory(MeasureFactory, all_divisions=False)
    division = factory.SubFactory(DivisionFactory)


class LimitationFactory(DjangoModelFactory):
    """A limitation of the plan."""

    class Meta:
        model = Limitation

    plan = factory.SubFactory(PlanFactory)
    position = factory.LazyAttribute(lambda row: row.plan.limitations.count() + 1)
    text = factory.Sequence(lambda n: f"ข้อจำกัดที่ {n}")


class ProgressFactory(DjangoModelFactory):
    """The consolidated report of the first quarter, in progress and unpublished."""

    class Meta:
        model = Progress

    measure = factory.SubFactory(MeasureFactory)
    quarter = 1
    status = ProgressStatus.IN_PROGRESS
    result = "กำลังดำเนินการ"
    updated_by = factory.SubFactory(UserFactory)


class EvidenceFactory(DjangoModelFactory):
    """A PDF as evidence. `kind=EvidenceKind.LINK` makes a link."""

    class Meta:
        model = Evidence

    class Params:
        content = PDF
        is_file = factory.LazyAttribute(lambda row: row.kind == EvidenceKind.FILE)

    progress = factory.SubFactory(ProgressFactory)
    kind = EvidenceKind.FILE
    title = factory.Sequence(lambda n: f"หลักฐานที่ {n}")
    file = factory.LazyAttribute(lambda row: ContentFile(row.content, "evidence.pdf") if row.is_file else "")
    file_name = factory.LazyAttribute(lambda row: "รายงาน.pdf" if row.is_file else "")
    content_type = factory.LazyAttribute(lambda row: "application/pdf" if row.is_file else "")
    size = factory.LazyAttribute(lambda row: len(row.content) if row.is_file else None)
    sha256 = factory.LazyAttribute(lambda row: hashlib.sha256(row.content).hexdigest() if row.is_file else "")
    url = factory.LazyAttribute(lambda row: "https://example.org/" if row.kind == EvidenceKind.LINK else "")
    added_by = factory.SubFactory(UserFactory)
