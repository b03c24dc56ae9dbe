"""What is typed to sign in."""

from django import forms
from django.contrib.auth.forms import SetPasswordForm

MOST_LETTERS = 128  # of a code, however it is grouped


class Once(forms.TextInput):
    """A code counts once, so a wrong one does not stay in its field."""

    def get_context(self, name, value, attrs):
        return super().get_context(name, None, attrs)


class SignInForm(forms.Form):
    username = forms.CharField(
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "autofocus": True}),
        error_messages={"required": "Type your username."},
    )
    password = forms.CharField(
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": "Type your password."},
    )


class CodeForm(forms.Form):
    name = "code"
    wrong = "That code is not right, or it was used already. Wait for the next one, then try again."

    code = forms.CharField(
        label="Code from your app",
        help_text="Six digits. The app shows new ones each half minute.",
        max_length=MOST_LETTERS,
        widget=Once(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
        error_messages={"required": "Type the six digits that your app shows."},
    )


class RecoveryForm(forms.Form):
    name = "recovery"
    wrong = "That recovery code is not right, or it was used already."

    recovery = forms.CharField(
        label="Recovery code",
        help_text="One from your list, such as ab12-cd34-ef56. Each works once.",
        max_length=MOST_LETTERS,
        widget=Once(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
        error_messages={"required": "Type one of your recovery codes."},
    )


class KeptForm(forms.Form):
    kept = forms.BooleanField(
        label="I have kept these codes",
        error_messages={"required": "Keep the codes first, then tick the box. You will not see them again."},
    )


class NewPasswordForm(SetPasswordForm):
    """Django's own, with one sentence in place of its list of rules."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["new_password1"].label = "New password"
        self.fields[
            "new_password1"
        ].help_text = "15 letters or more. Four or five words that do not belong together are strong and easy to type."
        self.fields["new_password2"].label = "New password again"
        self.fields["new_password2"].help_text = ""
