"""How the request form looks. What it asks and needs is in forms.py."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Fieldset, Layout


def written(name, **options):
    """A field that is typed into."""
    return Field(name, css_class="field__control", **options)


def request_layout():
    helper = FormHelper()
    helper.form_tag = False  # the page writes it, with the one-use token
    helper.layout = Layout(
        Fieldset("Who needs help", "asking_for", Field("program", wrapper_class="field--two"), css_id="part-who"),
        Fieldset(
            "How to reach you",
            written("name", wrapper_class="field--short"),
            written("phone", wrapper_class="field--short"),
            written("email"),
            "may_say_who",
            "may_leave_message",
            css_id="part-reach",
        ),
        Fieldset("Anything else", written("message"), "consent", css_id="part-more"),
    )
    return helper
