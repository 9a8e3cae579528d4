package model

// IsUUID reports whether s is a UUID in its one canonical spelling: lower-case,
// 8-4-4-4-12, without braces or prefix. Other spellings of the same id are refused,
// so that an id is always one string: in the database, in a cache key, in a log.
func IsUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		switch i {
		case 8, 13, 18, 23:
			if s[i] != '-' {
				return false
			}
		default:
			if !isLowerHex(s[i]) {
				return false
			}
		}
	}
	return true
}

// UUID wants a UUID in canonical spelling.
func (v *Violations) UUID(pointer, s string) {
	if !IsUUID(s) {
		v.Add(pointer, CodeFormat, "must be a UUID in lower case")
	}
}

func isLowerHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f'
}
