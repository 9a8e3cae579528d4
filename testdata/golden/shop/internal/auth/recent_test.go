package auth

import "testing"

func TestRecentIsBounded(t *testing.T) {
	t.Parallel()
	const size = 100
	r := newRecent[int, int](size)
	for i := range 10_000 {
		r.put(i, i)
		if stored := len(r.young) + len(r.old); stored > 2*size {
			t.Fatalf("%d entries after %d puts, want at most %d", stored, i+1, 2*size)
		}
	}
	for i := 10_000 - size; i < 10_000; i++ {
		if v, ok := r.get(i); !ok || v != i {
			t.Fatalf("get(%d) = %d, %v: one of the last %d is gone", i, v, ok, size)
		}
	}
	if _, ok := r.get(0); ok {
		t.Error("get(0) finds an entry that should be long gone")
	}
}

func TestRecentYoungestWins(t *testing.T) {
	t.Parallel()
	r := newRecent[string, int](1)
	r.put("a", 1)
	r.put("b", 2) // pushes a into the older generation
	r.put("a", 3) // and b
	if v, _ := r.get("a"); v != 3 {
		t.Errorf("get(a) = %d, want 3", v)
	}
	r.remove("a")
	if _, ok := r.get("a"); ok {
		t.Error("a survived its removal")
	}
	r.put("c", 4)
	r.removeWhere(func(v int) bool { return v%2 == 0 })
	for _, key := range []string{"b", "c"} {
		if _, ok := r.get(key); ok {
			t.Errorf("%s survived removeWhere", key)
		}
	}
}
