"""The administrator's rooms: the municipality, its divisions, its days off, its people and their roles."""

from __future__ import annotations

import unicodedata
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms.fields import InvalidJSONInput
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from PIL import Image

from ita_portal.thai import long_date
from ita_portal.uploads import PICTURES, accept_upload

from .choices import Role
from .models import Division, Holiday, Municipality, User
from .seal import FORMATS, MAX_PIXELS

BACK_OFFICE_ROLES = {Role.PLAN_OFFICE, Role.ASSET_OFFICER, Role.BUDGET_OFFICER, Role.ADMINISTRATOR}
"""Roles whose work is done in the admin."""


class SealField(forms.FileField):
    """A picture that the portal can show. Not Django's ImageField: that hands the bytes to every decoder there is."""

    def to_python(self, data: Any) -> Any:
        """The picture painted anew."""
        file: Any = super().to_python(data)
        if file is None:
            return None
        seal = accept_upload(file)
        if seal.content_type not in PICTURES:
            raise ValidationError(_("Choose a picture: PNG, JPEG or WebP."), code="extension")
        with Image.open(seal.content, formats=FORMATS) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise ValidationError(
                    _("The picture has more than %(limit)s million pixels. Make it smaller."),
                    code="bomb",
                    params={"limit": MAX_PIXELS // 1_000_000},
                )
            seal.content.seek(0)
            return seal.content


class MunicipalityForm(forms.ModelForm):
    """The municipality, its seal checked by content."""

    class Meta:
        model = Municipality
        fields = ("seal",)
        field_classes = {"seal": SealField}


@admin.register(Municipality)
class MunicipalityAdmin(admin.ModelAdmin):
    """The one municipality: its list leads straight to it."""

    form = MunicipalityForm
    fieldsets = (
        (None, {"fields": ("name", "name_en", "district", "province", "seal")}),
        (_("Contact"), {"fields": ("address", "postcode", "phone", "email", "website", "line_url", "facebook_url")}),
        (_("Official documents"), {"fields": ("plan_office", "signatory_name", "signatory_position")}),
        (_("Demonstration"), {"fields": ("shows_demonstration",)}),
    )

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """There is one: open it."""
        found = Municipality.objects.first()
        if found is None:
            return HttpResponseRedirect(reverse("admin:organization_municipality_add"))
        return HttpResponseRedirect(reverse("admin:organization_municipality_change", args=[found.pk]))

    def save_model(self, request: HttpRequest, obj: Municipality, form: Any, change: bool) -> None:
        """The row is always number 1."""
        obj.pk = 1
        super().save_model(request, obj, form, change)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Only where there is none."""
        return super().has_add_permission(request) and not Municipality.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The portal cannot be without."""
        return False


class AliasesField(forms.JSONField):
    """A list of names, and nothing else that JSON can say: plan files are matched against it."""

    MOST, LENGTH = 50, 200
    REASON = _('Write a list of names, each in quotation marks, for example ["สำนักปลัด"].')

    def to_python(self, value: Any) -> Any:
        """The names without spaces around them."""
        try:
            names = super().to_python(value)
        except RecursionError as error:  # brackets in brackets in brackets
            raise ValidationError(self.REASON, code="invalid") from error
        if names is None:
            return []
        if not isinstance(names, list) or len(names) > self.MOST or not all(map(self._is_name, names)):
            raise ValidationError(self.REASON, code="invalid")
        return [name.strip() for name in names]

    def bound_data(self, data: Any, initial: Any) -> Any:
        """What was typed, to be shown again; too deep a nesting as the text that it is."""
        try:
            return super().bound_data(data, initial)
        except RecursionError:
            return InvalidJSONInput(data)

    @classmethod
    def _is_name(cls, name: Any) -> bool:
        return (
            isinstance(name, str)
            and 0 < len(name.strip()) <= cls.LENGTH
            and not any(unicodedata.category(letter) in ("Cc", "Cs") for letter in name)
        )


class DivisionForm(forms.ModelForm):
    """A division; its other spellings are names."""

    class Meta:
        model = Division
        fields = ("name", "name_en", "short_name", "aliases", "order", "active")
        field_classes = {"aliases": AliasesField}


@admin.register(Division)
class DivisionAdmin(admin.ModelAdmin):
    """Divisions in the municipality's order."""

    form = DivisionForm
    list_display = ("order", "name", "short_name", "active")
    list_display_links = ("name",)
    search_fields = ("name",)


@admin.register(Holiday)
class HolidayAdmin(admin.ModelAdmin):
    """Days off that the calendar does not know."""

    list_display = ("thai_day", "name")
    search_fields = ("name",)
    ordering = ("-day",)

    @admin.display(description=_("day"), ordering="day")
    def thai_day(self, holiday: Holiday) -> str:
        """`1 ตุลาคม 2569`."""
        return long_date(holiday.day)


class RolesField(forms.ModelMultipleChoiceField):
    """Groups under the names of their roles."""

    def label_from_instance(self, obj: Any) -> str:
        """The role's name in the reader's language."""
        return str(Role(obj.name).label) if obj.name in Role.values else str(obj.name)


class PersonForm(UserChangeForm):
    """A person and his roles; nobody makes a superuser here."""

    groups = RolesField(
        label=_("Roles"), queryset=Group.objects.order_by("pk"), required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta(UserChangeForm.Meta):
        model = User


@admin.register(User)
class PersonAdmin(UserAdmin):
    """People. Whether somebody may enter the back office follows from the roles."""

    form = PersonForm
    list_display = ("username", "full_name", "position", "division", "is_active")
    list_filter = ("division", "groups", "is_active")
    list_select_related = ("division",)
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Person"), {"fields": ("first_name", "last_name", "position", "division", "email", "phone")}),
        (_("Access"), {"fields": ("is_active", "groups")}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"classes": ("wide",), "fields": ("username", "password1", "password2", "division")}),)
    readonly_fields = ("last_login", "date_joined")
    filter_horizontal = ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An account is closed, never deleted: what the person did stays theirs."""
        return False

    @admin.display(description=_("name"))
    def full_name(self, person: User) -> str:
        """First and last name."""
        return person.get_full_name()

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """An administrator who is no superuser sees and changes no superuser."""
        people = super().get_queryset(request)
        return people if request.user.is_superuser else people.filter(is_superuser=False)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Roles decide on the back office."""
        super().save_related(request, form, formsets, change)
        person: User = form.instance
        roles = set(person.groups.values_list("name", flat=True))
        person.is_staff = person.is_superuser or bool(roles & {role.value for role in BACK_OFFICE_ROLES})
        person.save(update_fields=["is_staff"])


admin.site.unregister(Group)
