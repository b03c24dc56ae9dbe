"""How the form of “Will it fit my week?” looks. What it asks is in forms.py."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Fieldset, Layout, LayoutObject
from django.template.loader import render_to_string


class Folded(LayoutObject):
    """Questions that few people need, behind a line to press. Open when there is an answer or an error in it."""

    template = "care/layout/folded.html"

    def __init__(self, title, *fields):
        self.title = title
        self.fields = list(fields)

    def render(self, form, context, **kwargs):
        bound = [form[place.name] for place in self.get_field_names()]
        is_open = any(field.errors or field.value() for field in bound)
        fields = self.get_rendered_fields(form, context, **kwargs)
        return render_to_string(self.template, {"title": self.title, "is_open": is_open, "fields": fields})


def span(name):
    return [
        Field(f"{name}_days", wrapper_class="field--days"),
        Div(
            Field(f"{name}_starts", css_class="field__control"),
            Field(f"{name}_ends", css_class="field__control"),
            css_class="form__pair",
        ),
    ]


def part(heading, name):
    folded = Folded("Add a second time", *span(f"{name}_other"))
    return Fieldset(heading, *span(name), folded, css_id=f"part-{name}")


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
