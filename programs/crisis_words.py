"""Words that put help first. They stand in code: they must be found when the site has no content at all.

Too often is better than too seldom: nobody is kept from the results, help only stands above them. Yet words that many
people look up on any day (“drink too much”, “substance abuse”, “my father died”) do not count.
"""

from programs.search import MOST_LETTERS, WORD, fold

MOST_BETWEEN = 2  # other words between two words of a phrase: “end this awful life”
SHORTEST_WITH_ENDINGS = 4
SHORTEST_FORGIVEN = 6  # shorter words have neighbors that mean something else: “raped” and “rapid”

# The words of a phrase stand in this order; | parts words that count as the same.
PHRASES = """
suicide|suicidal|suicidio|suicidarme|selfharm|kms
kill|kil|killmyself|matarme|sobredosis
quiero|quisiera morir|morirme
die|dies|dying|wanttodie
want|wanna|wish|rather|better dead
want|wanna disappear|vanish
dont|not|no want live|exist|wake
dont|not want be here|alive|anymore
cant|cannot|not go on
cant|cannot|not take|do it|this anymore
not|isnt worth living|it|anything
no|nothing reason|point live|living|life|going
nothing live for
tired living|life
end|ending|take|taking|took my life
end|ending it all
goodbye|suicide note|letter
hurt|harm|cut|cutting|hang|shoot|drown|stab|burn|starve|poison|injure myself|meself|self
self harm|injury|mutilation|hurt
jump off|bridge
overdose|od|oded
took|taken|swallow|swallowed|had|used|ate too|to|way much|many
too|to many pill|tablet
cant|cannot|not|hardly|barely|hard|trouble|stopped|stop|difficulty|struggle|shallow breathe|breath
cant|cannot|not|wont|doesnt|isnt|didnt wake|waking|wakeup|respond|moving
unconscious|unresponsive
passed|passing out
blue|purple|gray|grey lip|lips|skin|face
seizure|convulsion|hallucinate|hallucination
delirium tremens
seeing things
hear|hearing voices
chest pain
heart attack
bleeding
alcohol poisoning
hit|hits|hitting|hurt|beat|choke|strangle|punch|slap|abuse|abusing|threaten|attack me
being|been|getting|gets|got hit|hurt|beaten|beat|abused|abuse|choked|attacked|threatened
rape|molest|assault
abusive|violent husband|wife|partner|boyfriend|girlfriend|relationship|marriage|home|parent|father|mother|dad|mom|ex
domestic|sexual|partner|child abuse|violence
afraid|scared husband|wife|partner|boyfriend|girlfriend|father|mother|dad|mom|ex|him|her|home
hurt|harm|shoot|stab someone|somebody|him|her|them|baby|kids|child|children|people|others
not safe
unsafe|danger
crisis|emergency|emergencies|urgent|lifeline|hotline|988|911
help now
"""


def endings(word):
    """The word itself and how it ends elsewhere: kills, killing; breathing; slapped. Short words only as they are."""
    if len(word) < SHORTEST_WITH_ENDINGS:
        return {word}
    stem, doubled = word.removesuffix("e"), word + word[-1]
    return {word, word + "s", word + "es", stem + "ed", stem + "ing", doubled + "ed", doubled + "ing"}


CRISIS = [[set(words.split("|")) for words in line.split()] for line in PHRASES.strip().splitlines()]
FORMS = {word: endings(word) for phrase in CRISIS for words in phrase for word in words}


def is_one_slip(typed, word):
    """Whether they are the same, or one letter is wrong, missing or too many, or two are swapped."""
    if abs(len(typed) - len(word)) > 1:
        return False
    at = 0
    while at < min(len(typed), len(word)) and typed[at] == word[at]:
        at += 1
    rest, wanted = typed[at:], word[at:]
    swapped = wanted[1::-1] + wanted[2:]
    return rest[1:] == wanted[1:] or rest == wanted[1:] or rest[1:] == wanted or rest == swapped


def meant_by(typed):
    """The crisis words that a typed word may be."""
    return {
        word
        for word, forms in FORMS.items()
        if typed in forms or (len(word) >= SHORTEST_FORGIVEN and any(is_one_slip(typed, form) for form in forms))
    }


def is_crisis(typed):
    """Whether somebody who typed this may be in danger, or afraid for somebody."""
    letters = fold(typed[:MOST_LETTERS]).replace("'", "").replace("’", "")
    meant = [meant_by(word) for word in WORD.findall(letters)]
    return any(holds(meant, phrase) for phrase in CRISIS)


def holds(meant, phrase):
    """Whether the words of a phrase follow each other, with few others between."""
    ends = {at for at, words in enumerate(meant) if words & phrase[0]}
    for wanted in phrase[1:]:
        ends = {
            at
            for at, words in enumerate(meant)
            if words & wanted and any(before < at <= before + 1 + MOST_BETWEEN for before in ends)
        }
    return bool(ends)
