package model

import "time"

// CanonicalTime returns t in UTC and in whole microseconds, which is what the
// databases keep: a time that was stored and read back equals itself.
func CanonicalTime(t time.Time) time.Time {
	return t.UTC().Truncate(time.Microsecond)
}
