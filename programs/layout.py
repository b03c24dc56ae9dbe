"""How the form of “Will it fit my week?” looks. What it asks is in forms.py."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Fieldset, Layout


def part(heading, name):
    return Fieldset(
        heading,
        Field(f"{name}_days", wrapper_class="field--days"),
        Div(
            Field(f"{name}_starts", css_class="field__control"),
            Field(f"{name}_ends", css_class="field__control"),
            css_class="form__pair",
        ),
        css_id=f"part-{name}",
    )


def week_layout():
    helper = FormHelper()
    helper.form_tag = False  # the page writes it
    helper.layout = Layout(
        part("Work", "work"),
        part("School or training", "school"),
        part("Caring for someone", "care"),
        Fieldset(
            "Getting here",
            Field("travel", css_class="field__control", wrapper_class="field--short"),
            css_id="part-travel",
        ),
    )
    return helper
