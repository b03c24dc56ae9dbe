"""Words of the pages: those the site lays out, and those staff write whole."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from clinic.models.base import Ordered, Published, PublishedQuerySet, Reviewed, ReviewedQuerySet
from clinic.validators import free_address, language_code, own_path, plain_markdown

# Languages written from right to left, by the first part of their code.
RIGHT_TO_LEFT = {"ar", "arc", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"}


class PageTextQuerySet(ReviewedQuerySet):
    def of(self, page):
        """{place: text} of a page, in one query."""
        return {text.place: text for text in self.filter(page=page)}


class PageText(Reviewed):
    """Words of a page that the site itself lays out, place by place."""

    class Page(models.TextChoices):
        HOME = "home"
        PROGRAMS = "programs"
        COMPARE = "compare"
        GROUPS = "groups"
        QUESTIONS = "questions"
        ABOUT = "about"
        HELP_NOW = "help_now", "Help now"
        REQUEST = "request", "Request form"
        GUIDE = "guide", "Is IOP right for me?"
        FIT_MY_WEEK = "fit_my_week", "Will it fit my week?"
        SEARCH = "search"

    page = models.CharField(max_length=16, choices=Page, editable=False)
    place = models.SlugField(default="top", editable=False)
    title = models.CharField(max_length=80, help_text="The heading.")
    text = models.TextField(blank=True, help_text="The words under it. Two short sentences are enough.")
    description = models.CharField(
        max_length=160, blank=True, help_text="For the top of a page: what search engines show under its title."
    )

    updated_at = models.DateTimeField(auto_now=True)

    objects = PageTextQuerySet.as_manager()

    class Meta:
        verbose_name = "page text"
        ordering = ["page", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["page", "place"], name="each_place_of_a_page_has_one_text"),
        ]

    def __str__(self):
        return f"{self.get_page_display()}: {self.title}"

    def get_absolute_url(self):
        return reverse(self.page)


class Signpost(Ordered):
    """A way into the site from the home page, in the visitor's own words."""

    title = models.CharField(max_length=80, help_text="In the first person: “I am worried about someone”.")
    text = models.CharField(max_length=120, help_text="What waits behind it.")
    path = models.CharField("opens", max_length=200, validators=[own_path], help_text="A page of this site.")

    def __str__(self):
        return self.title


class CallStep(Ordered):
    """What happens when somebody calls or writes, step by step."""

    title = models.CharField(max_length=80)
    text = models.TextField()

    class Meta(Ordered.Meta):
        verbose_name = "step of a first call"
        verbose_name_plural = "steps of a first call"

    def __str__(self):
        return self.title


class Page(Ordered, Published):
    """A page that staff write whole, in Markdown. Its kind decides what the site adds to it."""

    class Kind(models.TextChoices):
        STARTING = "starting", "What happens when you call, and your first day"
        FAMILIES = "families", "For families and friends"
        PROFESSIONALS = "professionals", "For professionals"
        COST = "cost", "Cost and insurance"
        INSURER_SCRIPT = "insurer_script", "Questions to ask an insurer"
        ESTIMATE = "estimate", "Your right to a good-faith estimate"
        PRIVACY = "privacy", "Privacy notice"
        HEALTH_DATA = "health_data", "Consumer health data policy"
        NONDISCRIMINATION = "nondiscrimination", "Nondiscrimination notice"
        LANGUAGES = "languages", "Help in your language"
        ACCESSIBILITY = "accessibility", "Accessibility statement"
        LEAVING = "leaving", "Leaving this site safely"
        OTHER = "other", "Any other page"

    LEGAL_KINDS = {
        Kind.ESTIMATE,
        Kind.PRIVACY,
        Kind.HEALTH_DATA,
        Kind.NONDISCRIMINATION,
        Kind.LANGUAGES,
        Kind.ACCESSIBILITY,
    }
    WORDS = ("title", "lead", "body", "effective_on")  # what a version of a legal page keeps

    kind = models.CharField(
        max_length=20,
        choices=Kind,
        default=Kind.OTHER,
        help_text="What the site adds: accepted plans on the cost page, the lines in other languages, and so on.",
    )
    title = models.CharField(max_length=80, help_text="The page's large heading.")
    short_title = models.CharField(max_length=40, help_text="For the footer and for lists.")
    lead = models.TextField("first paragraph")
    description = models.CharField(max_length=160, help_text="What search engines show under the title.")
    body = models.TextField(
        validators=[plain_markdown],
        help_text="Markdown: ## for a heading, - for a list, [words](/address/) for a link. No HTML."
        " {clinic}, {phone} and {city} become what the clinic's own entry says.",
    )
    is_in_footer = models.BooleanField(
        "in the footer", default=True, help_text="Tick to link to it from the foot of every page."
    )
    effective_on = models.DateField(
        "in force from", null=True, blank=True, help_text="For a legal text: the day from which it counts."
    )
    legal_check_on = models.DateField(
        "checked by a lawyer on",
        null=True,
        blank=True,
        help_text="For a legal text. Until there is a day here, the page says that it is a model nobody has checked.",
    )
    version = models.PositiveSmallIntegerField(default=1, editable=False)

    objects = PublishedQuerySet.as_manager()

    class Meta(Ordered.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["kind"],
                condition=~Q(kind="other"),
                name="there_is_one_page_of_a_kind",
                violation_error_message="There is a page of this kind already. Change that one.",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("page", args=[self.slug])

    def clean(self):
        free_address(self.slug)

    @property
    def is_legal(self):
        return self.kind in self.LEGAL_KINDS


class PageVersion(models.Model):
    """The words of a legal page as they were before a change. Written once, never changed."""

    page = models.ForeignKey(Page, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=80)
    lead = models.TextField()
    body = models.TextField()
    effective_on = models.DateField(null=True)
    replaced_at = models.DateTimeField(auto_now_add=True)
    replaced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["page", "number"], name="a_version_of_a_page_is_kept_once"),
        ]

    def __str__(self):
        return f"{self.title}, version {self.number}"

    def get_absolute_url(self):
        return reverse("page_version", args=[self.page.slug, self.number])


class InsurancePlan(Ordered, Reviewed):
    class Kind(models.TextChoices):
        PRIVATE = "private", "Private plans"
        PUBLIC = "public", "Public plans"
        OTHER = "other", "Other ways to pay"

    name = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=8, choices=Kind, help_text="The heading it stands under on the cost page.")
    note = models.CharField(max_length=160, blank=True, help_text="What to know: “Needs approval before you start”.")

    def __str__(self):
        return self.name


class LanguageLine(Ordered):
    """That language help is free and how to ask for it, said in one language."""

    name = models.CharField(max_length=40, unique=True, help_text="In English: “Haitian Creole”.")
    own_name = models.CharField(max_length=40, help_text="As its speakers write it: “Kreyòl ayisyen”.")
    code = models.CharField(
        max_length=12, unique=True, validators=[language_code], help_text="The language's code: es, zh-Hant, ht."
    )
    text = models.CharField(
        max_length=400,
        help_text="{phone} becomes the clinic's number. Have a person who speaks the language check the words.",
    )

    def __str__(self):
        return self.name

    @property
    def direction(self):
        return "rtl" if self.code.split("-")[0] in RIGHT_TO_LEFT else "ltr"
