package httpx

import (
	"errors"
	"mime"
	"slices"
	"strconv"
	"strings"
)

// The media types of the API.
const (
	JSONType       = "application/json"
	MergePatchType = "application/merge-patch+json"
	ProblemType    = "application/problem+json"
)

var (
	// ErrMediaType means that the body is not in a form that the operation reads.
	ErrMediaType = errors.New("unsupported media type")
	// ErrNotAcceptable means that the client does not accept JSON.
	ErrNotAcceptable = errors.New("not acceptable")
)

// CheckContentType returns ErrMediaType unless a body is JSON, or one of the other
// types, in UTF-8 and not compressed. That a form is refused is what keeps a web
// page of another site from posting here without asking (CORS) first.
func CheckContentType(contentType, contentEncoding string, also ...string) error {
	if contentEncoding != "" && !strings.EqualFold(contentEncoding, "identity") {
		return ErrMediaType
	}
	if contentType == JSONType {
		return nil
	}
	mediaType, params, err := mime.ParseMediaType(contentType)
	if err != nil || mediaType != JSONType && !slices.Contains(also, mediaType) {
		return ErrMediaType
	}
	if charset, ok := params["charset"]; ok && !strings.EqualFold(charset, "utf-8") {
		return ErrMediaType
	}
	return nil
}

// CheckAccept returns ErrNotAcceptable when the Accept header leaves out JSON. No
// header accepts everything. Problem details are sent even then.
func CheckAccept(accept []string) error {
	if len(accept) == 0 || len(accept) == 1 && (accept[0] == "*/*" || accept[0] == JSONType) {
		return nil
	}
	// The most specific range decides (RFC 9110, section 12.5.1).
	specificity, acceptable := 0, false
	for _, line := range accept {
		for element := range strings.SplitSeq(line, ",") {
			mediaRange, params, _ := strings.Cut(element, ";")
			if s := jsonSpecificity(strings.Trim(mediaRange, " \t")); s > specificity {
				specificity, acceptable = s, !isRefused(params)
			}
		}
	}
	if !acceptable {
		return ErrNotAcceptable
	}
	return nil
}

// jsonSpecificity says how exactly a media range names JSON; 0 is not at all.
func jsonSpecificity(mediaRange string) int {
	switch strings.ToLower(mediaRange) {
	case JSONType:
		return 3
	case "application/*":
		return 2
	case "*/*":
		return 1
	default:
		return 0
	}
}

// isRefused reports whether the parameters of a media range hold a quality of 0,
// or one that is no number.
func isRefused(params string) bool {
	for param := range strings.SplitSeq(params, ";") {
		name, value, _ := strings.Cut(strings.Trim(param, " \t"), "=")
		if strings.EqualFold(name, "q") {
			quality, err := strconv.ParseFloat(value, 64)
			return err != nil || !(quality > 0)
		}
	}
	return false
}
