"""Which words put help first, and which do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs import crisis_words
from programs.crisis_words import first_help
from programs.models import FirstHelp
from programs.search import MOST_LETTERS

IN_DANGER = """
suicide
SUICIDAL thoughts
I want to die
i wanna die
I want to kill myself
i want to kil my self
killing myself
I wish I was dead
better off dead
thinking about ending my life
I don't want to live anymore
i dont want to be here anymore
I can’t take it anymore
can't go on
no reason to live
tired of living
goodbye letter
hurt myself
self-harm
cutting myself
overdose
he overdosed on fentanyl
overdose prevention class
my son took too much
I think I took way too many pills
I can't breathe
he can not breath
trouble breathing after using
she won't wake up
blue lips
seizure when I stop drinking
hearing voices
my husband hits me
my boyfriend is hitting me
I am being hurt by someone
being hit by my partner
domestic violence
I was raped
sexual assault
afraid of my husband
I am afraid I will hurt someone
going to hurt my kids
not safe at home
crisis line
medical emergencies
I need help right now
988
i want to hurt
quiero morir
me quiero matar
no puedo más
""".strip().splitlines()
WITH_A_SLIP = """
sucide
suiside
siucide
suicides
overdoese
ovredose
overdosses
hurt mysefl
cant brethe
hes unconcious
domestic violance
""".strip().splitlines()
ON_ANY_DAY = """
is iop right for me
what does it cost
can I keep my job
I drink too much
cut down on drinking
hit rock bottom
my father died
grief group
substance abuse
drug and alcohol abuse counseling
living with people who drink
a month in sober living
end of the program
breathing exercises
willing to change
billing
bills and money
rapid detox
prison and court letters
painkillers
skill building
diet and cooking
harm reduction
self care
what if I miss a day
how long does it take
will my boss find out
help for my son
how can I help someone I care about
domestic partner insurance
horses
parking
AA
""".strip().splitlines()


@pytest.mark.parametrize("typed", [*IN_DANGER, *WITH_A_SLIP])
def test_help_comes_first(typed):
    assert first_help(typed)


@pytest.mark.parametrize("typed", ON_ANY_DAY)
def test_words_of_any_day_do_not_count(typed):
    assert not first_help(typed)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("overdose", FirstHelp.NALOXONE),
        ("not breathing", FirstHelp.NALOXONE),
        ("no respira", FirstHelp.NALOXONE),
        ("she took too many pills", FirstHelp.NALOXONE),
        ("seizure", FirstHelp.EMERGENCY),
        ("chest pain", FirstHelp.EMERGENCY),
        ("he hits me", FirstHelp.VIOLENCE),
        ("my husband beats me", FirstHelp.VIOLENCE),
        ("abuse at home", FirstHelp.VIOLENCE),
        ("not safe at home", FirstHelp.VIOLENCE),
        ("mi esposo me pega", FirstHelp.VIOLENCE),
        ("I want to kill myself", FirstHelp.LIFELINE),
        ("cutting myself", FirstHelp.LIFELINE),
        ("no puedo más", FirstHelp.LIFELINE),
    ],
)
def test_who_is_called_first_is_said_by_the_words(typed, first):
    assert first_help(typed)[0] == first


def test_of_two_dangers_the_one_to_life_comes_first_and_none_is_lost():
    assert first_help("he hits me and I want to die from an overdose") == [
        FirstHelp.NALOXONE,
        FirstHelp.VIOLENCE,
        FirstHelp.LIFELINE,
    ]


@pytest.mark.parametrize("typed", ["I want to die", "overdose", "my husband hits me"])
def test_it_does_not_matter_how_it_is_written(typed):
    for written in (typed.upper(), f"  “{typed}”!!! ", f"please tell me what to do, {typed} and I am alone"):
        assert first_help(written)


@given(st.text())
def test_any_text_gets_an_answer(text):
    assert set(first_help(text)) <= set(FirstHelp)


@given(st.text(alphabet="abcdefghij ,.", max_size=MOST_LETTERS // 4))
def test_words_around_it_do_not_hide_it(text):
    assert first_help(f"{text} suicide {text}")


@pytest.mark.parametrize("typed", ["\ufdfa" * MOST_LETTERS, "a " * MOST_LETTERS])
def test_a_text_made_to_take_long_is_no_more_work_than_any_other(typed, monkeypatch):
    looked_at = []
    monkeypatch.setattr(crisis_words, "meant_by", lambda word: looked_at.append(word) or {"not"})
    first_help(typed)
    assert len(looked_at) <= crisis_words.MOST_WORDS
    assert sum(map(len, looked_at)) <= MOST_LETTERS


def test_a_very_long_text_is_answered_from_its_beginning():
    assert first_help("suicide " + "x" * 100_000)
