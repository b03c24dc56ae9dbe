"""The search itself: what it finds, in which order, how it forgives, and that nothing typed can fail."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from programs.search import (
    MOST_CORRECTED,
    MOST_LETTERS,
    MOST_RESULTS,
    MOST_WORDS,
    Document,
    Index,
    is_spanish,
    shown_back,
    words_of,
)

SYNTAX = ['"', '""', "*", "NEAR(", "NEAR(a b)", "a AND", "OR", "NOT iop", "title:iop", "iop*", "^iop", "-iop", "(", "'"]
WILD = [
    "\0",
    "iop\0iop",
    "\ud800",
    "\ue000iop\ue001",
    "🐎",
    "é" * 500,
    "x" * 100_000,
    "ﬁ ß İ ǅ",
    "𝓱𝓮𝓵𝓹",
    "²",
    "१२",
    "%",
    ";--",
]


def document(title, *texts, group="Pages", **given):
    path = f"/{title.lower().replace(' ', '-')}/"
    return Document(group, path, title, [("", text) for text in texts], **given)


@pytest.fixture(scope="module")
def site():
    return Index(
        [
            document(
                "Intensive outpatient program",
                "Groups and time with a counselor.",
                "Methadone comes from a licensed program.",
                group="Programs",
                also_called="IOP, day care",
            ),
            document(
                "Inpatient care", "When IOP is not enough for now.", "Withdrawal is safer there.", group="Programs"
            ),
            document("Veterans", "For a veteran who has served.", "Led by a counselor.", group="Groups"),
            document("Time with horses", "Brush a calm horse.", group="Groups"),
            document("Does insurance pay for care?", "Many plans pay.", group="Questions"),
            document("Café", "Coffee & <b>cake</b>, and mental health talks."),
            document("Therapy", "One therapist."),
        ]
    )


def titles(answer):
    return [words_in(result.title) for group in answer.groups for result in group.results]


def words_in(parts):
    return "".join(text for text, _ in parts)


def marked(parts):
    return [text for text, is_marked in parts if is_marked]


def first(answer):
    return answer.groups[0].results[0]


class TestFinding:
    def test_a_title_or_another_name_weighs_more_than_the_text(self, site):
        assert titles(site.search("iop")) == ["Intensive outpatient program", "Inpatient care"]
        assert titles(site.search("inpatient"))[0] == "Inpatient care"

    def test_what_holds_more_of_the_words_comes_first(self, site):
        assert titles(site.search("iop methadone")) == ["Intensive outpatient program", "Inpatient care"]
        assert titles(site.search("iop withdrawal")) == ["Inpatient care", "Intensive outpatient program"]

    def test_words_in_different_passages_count_together(self):
        others = [document(f"Other {number}", "Nothing.", "Of this.") for number in range(9)]
        site = Index([document("Fence"), document("Yard", "A horse.", "A fence."), *others])
        assert titles(site.search("horse fence")) == ["Yard", "Fence"]

    def test_groups_stand_in_the_order_of_their_best_result(self, site):
        assert [group.name for group in site.search("counselor horses").groups] == ["Groups", "Programs"]
        assert [group.name for group in site.search("insurance care").groups] == ["Questions", "Programs"]

    @pytest.mark.parametrize("typed", ["veteran", "veterans", "VETERANS", "veteran's", "veteran’s", "  Veterans!? "])
    def test_plurals_capitals_and_marks_make_no_difference(self, site, typed):
        assert titles(site.search(typed)) == ["Veterans"]
        assert site.search(typed).corrected == ""

    @pytest.mark.parametrize("typed", ["cafe", "café", "CAFÉ", "cafe\u0301"])
    def test_accents_make_no_difference(self, site, typed):
        assert titles(site.search(typed)) == ["Café"]

    def test_the_beginning_of_a_longer_word_finds_it(self, site):
        assert titles(site.search("withdr")) == ["Inpatient care"]
        assert marked(first(site.search("therapy")).line) == ["therapist"]

    def test_a_short_word_is_not_the_beginning_of_another(self):
        site = Index([document("Mental health"), document("Men")])
        assert titles(site.search("men")) == ["Men"]

    def test_small_words_alone_decide_only_when_there_are_no_others(self, site):
        assert titles(site.search("what is a horse")) == ["Time with horses"]
        assert "Veterans" in titles(site.search("who"))

    def test_single_digits_decide_only_when_there_are_no_words(self):
        site = Index([document("Costs"), document("Step 2")])
        assert titles(site.search("2 costs")) == ["Costs"]
        assert titles(site.search("2")) == ["Step 2"]

    def test_what_comes_last_does_unless_its_title_holds_all_the_words(self):
        texts = ["A horse and privacy.", "A horse, a horse and privacy."]
        site = Index([document("Privacy notice", *texts, comes_last=True), document("Stable", "A horse.", "Privacy.")])
        assert titles(site.search("my horse and my privacy")) == ["Stable", "Privacy notice"]
        assert titles(site.search("privacy")) == ["Privacy notice", "Stable"]

    def test_what_only_texts_hold_stands_in_the_given_order(self):
        long = f"You can take naltrexone here. {'More about it. ' * 40}"
        site = Index([document("Program", long), document("Insurer", "Naltrexone.")])
        assert titles(site.search("naltrexone")) == ["Program", "Insurer"]

    def test_nothing_found_is_an_answer(self, site):
        answer = site.search("zzzzzz")
        assert (answer.groups, answer.count, answer.corrected) == ([], 0, "")

    def test_a_site_without_content_is_searched_all_the_same(self):
        assert Index([]).search("iop").count == 0

    def test_of_many_results_the_best_are_shown_and_the_others_counted(self):
        site = Index([document(f"Horse {number}") for number in range(MOST_RESULTS + 3)])
        answer = site.search("horse")
        assert len(answer.groups[0].results) == MOST_RESULTS
        assert answer.groups[0].left_out == 3
        assert answer.count == MOST_RESULTS + 3

    def test_what_weighs_the_same_keeps_its_order(self):
        site = Index([document(name, "A horse.") for name in ("Second", "First", "Third")])
        assert titles(site.search("horse")) == ["Second", "First", "Third"]

    def test_many_threads_search_the_same_index(self, site):
        typed = ["iop", "horses", "counsler", "care withdrawal"] * 50
        with ThreadPoolExecutor(8) as threads:
            assert list(threads.map(site.search, typed)) == [site.search(words) for words in typed]

    def test_only_the_first_words_count(self, site):
        assert site.search(" ".join(["zzzz"] * MOST_WORDS) + " horse").count == 0
        assert site.search(" ".join(["horse"] * (MOST_WORDS + 1))).is_cut
        assert not site.search(" ".join(["horse"] * MOST_WORDS)).is_cut


class TestTypingErrors:
    @pytest.mark.parametrize(
        ("typed", "meant"),
        [
            ("counsler", "counselor"),
            ("withdrawl", "withdrawal"),
            ("hosres", "horses"),
            ("methodone", "methadone"),
            ("vetrans", "veterans"),
        ],
    )
    def test_a_close_word_is_looked_for_and_named(self, site, typed, meant):
        answer = site.search(typed)
        assert answer.corrected == meant
        assert titles(answer) == titles(site.search(meant)) != []

    def test_a_slip_at_the_end_needs_no_correction(self, site):
        assert titles(site.search("insurence")) == ["Does insurance pay for care?"]

    def test_the_words_beside_it_stay_as_they_are(self, site):
        assert site.search("A counsler for my veteran").corrected == "a counselor for my veteran"

    @pytest.mark.parametrize(
        ("typed", "known"),
        [("ipo", "iop"), ("kill", "skill"), ("beats", "boats"), ("cutting", "putting"), ("prison", "person")],
    )
    def test_words_that_may_be_meant_as_they_are_stay_as_they_are(self, typed, known):
        answer = Index([document(known)]).search(typed)
        assert (answer.count, answer.corrected) == (0, "")

    def test_nothing_is_corrected_for_somebody_who_may_be_in_danger(self, site):
        assert site.search("counsler", forgives=False).count == 0

    def test_a_word_like_no_other_is_left_out(self, site):
        answer = site.search("xylophone horses")
        assert titles(answer) == ["Time with horses"]
        assert answer.corrected == ""

    def test_the_more_common_of_two_close_words_is_meant(self):
        site = Index([document("Walker"), document("Walked", "Walked."), document("Walkie")])
        assert site.search("walkez").corrected == "walked"


class TestAliases:
    ALIASES = [
        ("rehab", "inpatient care, IOP"),
        ("horse riding", "horses"),
        ("shrink", "therapist counselor"),
        ("x", ","),
    ]

    def test_it_finds_what_is_called_otherwise(self, site):
        assert set(titles(site.search("rehab", self.ALIASES))) >= {"Inpatient care", "Intensive outpatient program"}
        assert site.search("rehab").count == 0

    @pytest.mark.parametrize("typed", ["rehabs", "REHAB", "a rehab for my son", "rehabb"])
    def test_plurals_other_words_and_typing_errors_do_not_hide_it(self, site, typed):
        assert "Inpatient care" in titles(site.search(typed, self.ALIASES))

    def test_all_words_of_an_alias_have_to_be_typed(self, site):
        assert titles(site.search("horse riding", self.ALIASES)) == ["Time with horses"]
        assert site.search("riding", self.ALIASES).count == 0

    def test_small_words_together_can_be_one(self):
        site = Index([document("How much support?", "So much."), document("Cost")])
        for typed in ("how much", "How much is it?", "how much is it 2"):
            assert titles(site.search(typed, [("how much", "cost")])) == ["Cost"], typed

    def test_words_that_never_stand_together_are_found_apart(self, site):
        assert {"Therapy", "Veterans"} <= set(titles(site.search("shrink", self.ALIASES)))

    def test_an_alias_that_says_nothing_does_no_harm(self, site):
        assert site.search("x", self.ALIASES).count == 0
        assert site.search("horse", [("", ""), ("horse", "***"), ("horse", '"')]).count == 1


class TestMarks:
    def test_the_found_words_are_marked_in_title_other_names_and_text(self, site):
        assert marked(first(site.search("horse")).title) == ["horses"]
        assert marked(first(site.search("horse")).line) == ["horse"]
        assert marked(first(site.search("iop")).also_called) == ["IOP"]

    def test_other_names_are_shown_only_when_they_were_found(self, site):
        assert first(site.search("methadone")).also_called == []

    def test_text_stays_the_text_it_is(self, site):
        assert words_in(first(site.search("cake")).line) == "Coffee & <b>cake</b>, and mental health talks."
        assert marked(first(site.search("cake")).line) == ["cake"]

    def test_a_result_leads_to_the_passage_that_holds_the_words(self):
        passages = [("", "A summary."), ("fit", "You have a home."), ("week", "Groups in the evening.")]
        site = Index([Document("Programs", "/programs/iop/", "IOP", passages)])
        assert first(site.search("evening")).path == "/programs/iop/#week"
        assert first(site.search("iop")).path == "/programs/iop/"
        assert words_in(first(site.search("evening")).line) == "Groups in the evening."

    def test_characters_that_the_marks_use_cannot_be_brought_in(self):
        site = Index([document("Horse\ue000s\ue001", "\ue001A\0 horse\ue000")])
        assert words_in(first(site.search("horse")).line) == "A horse"


class TestAnythingTyped:
    @pytest.mark.parametrize("typed", [*SYNTAX, *WILD, "", " "])
    def test_no_sign_means_anything_to_the_index(self, site, typed):
        site.search(typed, [(typed, typed)])

    def test_a_word_between_signs_is_found(self, site):
        for sign in SYNTAX:
            assert "Time with horses" in titles(site.search(f"{sign} horses {sign}")), sign

    @given(st.text())
    @example("NEAR(\0")
    def test_any_text_is_answered(self, site, text):
        answer = site.search(text)
        assert answer.count == sum(len(group.results) + group.left_out for group in answer.groups)

    @given(st.text(), st.lists(st.tuples(st.text(), st.text()), max_size=3))
    def test_any_content_can_be_searched(self, text, aliases):
        Index([document(text or "Title", text, also_called=text, keywords=text)]).search(text, aliases)

    @given(st.binary())
    def test_any_bytes_are_answered(self, site, sent):
        for encoding in ("utf-8", "latin-1", "utf-16"):
            site.search(sent.decode(encoding, errors="replace"))

    @given(st.text())
    def test_what_is_shown_back_is_short_and_printable(self, text):
        shown = shown_back(text)
        shown.encode()
        assert len(shown) <= MOST_LETTERS
        assert shown == "" or shown.isprintable()

    def test_letters_that_become_many_do_not_become_more_words(self):
        assert sum(map(len, words_of("\ufdfa" * MOST_LETTERS))) <= MOST_LETTERS

    def test_of_many_unknown_words_only_the_first_are_compared_with_all_words(self, site, monkeypatch):
        compared = []
        monkeypatch.setattr(Index, "closest", lambda self, word, names: compared.append(word) or "")
        site.search("qqa qqb qqc qqd qqe qqf qqg qqh therapy")
        assert len(compared) == MOST_CORRECTED
        monkeypatch.undo()
        assert titles(site.search("qqa qqb qqc qqd qqe qqf qqg therapy")) == ["Therapy"]

    @pytest.mark.parametrize("typed", ["Necesito ayuda", "mi hijo toma drogas", "niño", "¿Cuánto cuesta?"])
    def test_spanish_is_told_by_its_words(self, typed):
        assert is_spanish(typed)

    @pytest.mark.parametrize("typed", ["no es en me", "café", "iop", "horses eat hay", "帮助", ""])
    def test_other_words_are_not_spanish(self, typed):
        assert not is_spanish(typed)

    def test_words_of_any_script_are_words(self):
        assert words_of("Помощь, 帮助 मदद") == ["помощь", "帮助", *words_of("मदद")]
        assert words_of("12-step_meeting") == ["12", "step", "meeting"]
