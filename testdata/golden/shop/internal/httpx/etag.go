package httpx

import (
	"strconv"
	"strings"

	"example.com/shop/internal/model"
)

// ETag returns the entity tag of a version: "v3", with its quotes.
func ETag(version int64) string {
	return `"v` + strconv.FormatInt(version, 10) + `"`
}

// IfMatch reads the If-Match header and returns the versions that the client
// accepts: nil for any, because there is no header or it is *, and an empty list
// when no version can match. Weak tags never match (RFC 9110, section 13.1.1).
//
// Without a header it returns model.ErrPreconditionRequired when required is set,
// and a *BadRequestError for what is not a list of tags.
func IfMatch(values []string, required bool) ([]int64, error) {
	if len(values) == 0 {
		if required {
			return nil, model.ErrPreconditionRequired
		}
		return nil, nil
	}
	tags, ok := parseTags(values)
	if !ok {
		return nil, BadRequest("If-Match must be * or a list of entity tags.")
	}
	versions := make([]int64, 0, len(tags))
	for _, tag := range tags {
		if tag.any {
			return nil, nil
		}
		if version, ok := tag.version(); ok && !tag.weak {
			versions = append(versions, version)
		}
	}
	return versions, nil
}

// NoneMatch reports whether the If-None-Match header names the version, so that
// 304 is the answer. A header that cannot be read names nothing.
func NoneMatch(values []string, version int64) bool {
	if len(values) == 0 {
		return false
	}
	tags, _ := parseTags(values)
	for _, tag := range tags {
		if named, ok := tag.version(); tag.any || ok && named == version {
			return true
		}
	}
	return false
}

// entityTag is one element of If-Match or If-None-Match.
type entityTag struct {
	opaque string // between the quotes
	weak   bool
	any    bool // the whole header is *
}

// version returns the version behind a tag that ETag made.
func (t entityTag) version() (int64, bool) {
	digits, ok := strings.CutPrefix(t.opaque, "v")
	if !ok {
		return 0, false
	}
	version, err := strconv.ParseInt(digits, 10, 64)
	return version, err == nil && strconv.FormatInt(version, 10) == digits
}

// parseTags reads all lines of a header. It returns false when they are not * or a
// list of tags.
func parseTags(values []string) ([]entityTag, bool) {
	list := strings.Trim(strings.Join(values, ","), " \t")
	if list == "*" {
		return []entityTag{{any: true}}, true
	}
	var tags []entityTag
	for {
		list = strings.TrimLeft(list, " \t,")
		if list == "" {
			return tags, len(tags) > 0
		}
		tag, rest, ok := cutTag(list)
		if !ok {
			return nil, false
		}
		tags, list = append(tags, tag), rest
	}
}

// cutTag reads one tag and the separator behind it.
func cutTag(s string) (tag entityTag, rest string, ok bool) {
	s, tag.weak = strings.CutPrefix(s, "W/")
	s, ok = strings.CutPrefix(s, `"`)
	if !ok {
		return entityTag{}, "", false
	}
	tag.opaque, rest, ok = strings.Cut(s, `"`)
	rest = strings.TrimLeft(rest, " \t")
	return tag, rest, ok && (rest == "" || rest[0] == ',')
}
