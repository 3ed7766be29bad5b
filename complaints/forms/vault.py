"""Forms of the officers' vaults."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from organization.models import User

from ..services.officers import PASSPHRASE_LENGTH

_LONGEST = 500


class PassphraseInput(forms.PasswordInput):
    """Hidden letters; no password manager of a shared computer is asked to keep or fill it."""

    def __init__(self) -> None:
        super().__init__(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"})


class PassphraseField(forms.CharField):
    """A passphrase as it was typed, spaces at its ends included."""

    widget = PassphraseInput

    def __init__(self, **options: Any) -> None:
        super().__init__(strip=False, max_length=_LONGEST, **options)


class _NewPassphraseForm(forms.Form):
    """A new passphrase, typed twice. person: whose vault it is for."""

    passphrase = PassphraseField(
        label=_("Passphrase of the vault"),
        help_text=_(
            "At least 10 characters. Best are four or more words that have nothing to do with each other, with a "
            "number between them. A saying, a song, names and telephone numbers are easy to guess."
        ),
    )
    again = PassphraseField(label=_("The passphrase once more"))

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_passphrase(self) -> str:
        """Long enough, not well known, and not what opens the account."""
        passphrase: str = self.cleaned_data["passphrase"]
        if len(passphrase.strip()) < PASSPHRASE_LENGTH:
            raise ValidationError(_("Too short: use at least 10 characters."), code="short")
        if len(set(passphrase)) < PASSPHRASE_LENGTH // 2 or _is_common(passphrase):
            raise ValidationError(_("Too easy to guess. Choose words that nobody would expect."), code="common")
        # In the demonstration both are the same by design, and everybody knows them.
        if not self.person.is_demonstration and self.person.check_password(passphrase):
            raise ValidationError(
                _("This is the password of your account. The vault needs a passphrase of its own."), code="password"
            )
        return passphrase

    def clean(self) -> None:
        """Twice the same."""
        first, again = self.cleaned_data.get("passphrase"), self.cleaned_data.get("again")
        if first is not None and again is not None and first != again:
            self.add_error("again", ValidationError(_("The two are not the same. Type both again."), code="again"))


class SetUpForm(_NewPassphraseForm):
    """A vault for somebody who has none."""

    understood = forms.BooleanField(
        label=_("I have understood: nobody can restore this passphrase, and I keep it to myself."),
        error_messages={"required": _("Please tick this when you have understood it.")},
    )


class ReplaceForm(SetUpForm):
    """A new vault in place of one whose passphrase is lost: asks for the account's password, too."""

    password = forms.CharField(
        label=_("Password of your account"), strip=False, max_length=_LONGEST, widget=PassphraseInput,
        help_text=_("So that nobody does this on a computer that you have left."),
    )  # fmt: skip
    lost = forms.BooleanField(
        label=_("My passphrase is lost. The old vault is destroyed, with every complaint that only I could open."),
        error_messages={"required": _("Please tick this when you have understood it.")},
    )
    field_order = ("passphrase", "again", "password", "lost", "understood")

    def clean_password(self) -> str:
        """The right one."""
        password: str = self.cleaned_data["password"]
        if not self.person.check_password(password):
            raise ValidationError(_("This is not the password of your account."), code="password")
        return password


class UnlockForm(forms.Form):
    """The passphrase of a vault."""

    passphrase = PassphraseField(label=_("Passphrase of the vault"))
    next = forms.CharField(required=False, widget=forms.HiddenInput)

    def refuse(self) -> None:
        """The passphrase is another."""
        self.add_error(
            "passphrase", gettext("This passphrase does not open your vault. Look at capital letters and the keyboard.")
        )


class ChangeForm(_NewPassphraseForm):
    """Another passphrase for the same vault."""

    current = PassphraseField(label=_("Passphrase until now"))
    field_order = ("current", "passphrase", "again")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passphrase"].label = _("New passphrase of the vault")

    def refuse(self) -> None:
        """The passphrase until now is another."""
        self.add_error("current", gettext("This passphrase does not open your vault."))


def _is_common(passphrase: str) -> bool:
    try:
        CommonPasswordValidator().validate(passphrase)
    except ValidationError:
        return True
    return False
