"""Words to use again in answers, as the team keeps them."""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.template.defaultfilters import linebreaksbr
from django.utils.html import format_html, format_html_join

from clinic.admin import ContentAdmin
from clinic.models import Clinic
from intake.message_templates import PLACEHOLDERS, fill, problems_of
from intake.models import ConsultationRequest, MessageTemplate

# Nobody: a request that is never stored.
SOMEBODY = ConsultationRequest(reference="ACE-347-XYW", name="Sam Sample")
FIRST_WORDS = "Hello {name},\n\nThank you for writing to us.\n\n{clinic}"


class MessageTemplateForm(forms.ModelForm):
    class Meta:
        model = MessageTemplate
        fields = ["name", "text", "is_offered"]
        labels = {"is_offered": "Offered"}
        widgets = {"text": forms.Textarea(attrs={"rows": 14, "cols": 64})}

    def clean_text(self):
        text = self.cleaned_data["text"].replace("\r\n", "\n")
        if problems := problems_of(text):
            raise ValidationError(problems)
        return text


@admin.register(MessageTemplate)
class MessageTemplateAdmin(ContentAdmin):
    class Media:
        css = {"all": ["css/desk/message_template.css"]}

    form = MessageTemplateForm
    list_display = ["name", "opening", "is_offered"]
    list_filter = ["is_offered"]
    search_fields = ["name", "text"]
    readonly_fields = ["places", "example"]
    fieldsets = [
        (
            "Words to use again",
            {
                "fields": ["name", "text", "places", "is_offered"],
                "description": "A colleague picks these words for an answer, reads them and changes them before the"
                " person gets them. Keep them short and kind, and leave out anything about one person.",
            },
        ),
        ("How it reads", {"fields": ["example"]}),
    ]

    @admin.display(description="how it starts")
    def opening(self, template):
        return " ".join(template.text.split())[:80]

    @admin.display(description="places that are filled in")
    def places(self, template):
        rows = ((f"{{{name}}}", meaning) for name, meaning in PLACEHOLDERS.items())
        return format_html('<dl class="places">{}</dl>', format_html_join("", "<dt>{}</dt><dd>{}</dd>", rows))

    @admin.display(description="for somebody called Sam Sample")
    def example(self, template):
        # The stored words: what was refused a moment ago is not shown as if it could be used.
        filled = fill(template.text or FIRST_WORDS, SOMEBODY, Clinic.load())
        return format_html('<div class="filled">{}</div>', linebreaksbr(filled, autoescape=True))
