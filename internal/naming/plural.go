package naming

import (
	"slices"
	"strings"
)

// Plural returns the plural of the last word by the rules of English spelling,
// with a table for the words that do not follow them. It is a proposal: people
// can say another plural. (The inflection libraries spend milliseconds on every
// start of the program, and mangle words: ids becomes idsIDSes.)
func (n Name) Plural() Name {
	last := n[len(n)-1]
	return append(slices.Clone(n[:len(n)-1]), plural(last))
}

func plural(word string) string {
	if slices.Contains(uncountable(), word) {
		return word
	}
	for singular, many := range irregular() {
		if word == singular || len(singular) > 3 && strings.HasSuffix(word, singular) {
			return strings.TrimSuffix(word, singular) + many
		}
	}
	for _, ending := range []struct{ singular, plural string }{
		{"sis", "ses"}, // analysis, basis
		{"ss", "sses"}, {"sh", "shes"}, {"ch", "ches"}, {"x", "xes"}, {"zz", "zzes"}, {"z", "zes"}, {"us", "uses"}, {"is", "ises"}, {"as", "ases"},
	} {
		if strings.HasSuffix(word, ending.singular) {
			return strings.TrimSuffix(word, ending.singular) + ending.plural
		}
	}
	if stem, ok := strings.CutSuffix(word, "y"); ok && stem != "" && !strings.ContainsRune("aeiou", rune(stem[len(stem)-1])) {
		return stem + "ies" // category, but not day
	}
	if strings.HasSuffix(word, "s") {
		return word // a plural already, or an abbreviation such as sms
	}
	return word + "s"
}

// Singular returns what the name would be in the singular, if its last word looks
// like a plural. It is a guess: windows and ios look like that too. Words that
// would be without a vowel are abbreviations: dns, sms.
func (n Name) Singular() (Name, bool) {
	last := n[len(n)-1]
	one, ok := singular(last)
	return append(slices.Clone(n[:len(n)-1]), one), ok
}

func singular(word string) (string, bool) {
	if slices.Contains(uncountable(), word) {
		return word, false
	}
	for one, many := range irregular() {
		if word == many {
			return one, true
		}
	}
	if !strings.HasSuffix(word, "s") || plural(word) != word {
		return word, false
	}
	for _, ending := range []struct{ plural, singular string }{
		{"ies", "y"}, {"sses", "ss"}, {"shes", "sh"}, {"ches", "ch"}, {"xes", "x"}, {"zzes", "zz"}, {"s", ""},
	} {
		stem, ok := strings.CutSuffix(word, ending.plural)
		if one := stem + ending.singular; ok && strings.ContainsAny(one, "aeiouy") && plural(one) == word {
			return one, true
		}
	}
	return word, false
}

// uncountable words have no plural of their own.
func uncountable() []string {
	return []string{
		"fish", "series", "sheep", "news", "species", "deer", "moose", "aircraft", "equipment", "information", "money", "rice", "software",
		"hardware", "metadata", "data", "media", "pokemon", "feedback", "music", "research", "traffic", "luggage", "furniture", "advice", "police",
		"postgres",
	}
}

// irregular holds words, and endings of longer ones, that follow no rule.
func irregular() map[string]string {
	return map[string]string{
		"person": "people", "child": "children", "mouse": "mice", "goose": "geese", "man": "men", "woman": "women", "foot": "feet", "tooth": "teeth", "ox": "oxen",
		"leaf": "leaves", "shelf": "shelves", "half": "halves", "knife": "knives", "life": "lives", "wife": "wives", "loaf": "loaves", "thief": "thieves",
		"wolf": "wolves", "calf": "calves", "self": "selves", "quiz": "quizzes", "hero": "heroes", "potato": "potatoes", "tomato": "tomatoes", "echo": "echoes", "veto": "vetoes",
		"index": "indexes", "matrix": "matrices", "vertex": "vertices", "criterion": "criteria", "phenomenon": "phenomena", "alumnus": "alumni",
		"datum": "data", "medium": "media", "curriculum": "curricula", "axis": "axes",
	}
}
