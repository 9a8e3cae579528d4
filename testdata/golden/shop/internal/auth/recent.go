package auth

// recent is a map that cannot grow without bound: it remembers at least the last size keys that were used, and at most twice as
// many. It keeps two generations and drops the older one when the younger is full, which costs nothing per call. It is not safe
// for concurrent use: its owner holds the lock that its own rules need anyway.
type recent[K comparable, V any] struct {
	size       int
	young, old map[K]V
}

func newRecent[K comparable, V any](size int) *recent[K, V] {
	return &recent[K, V]{size: size, young: make(map[K]V)}
}

// get looks a key up without touching anything.
func (r *recent[K, V]) get(key K) (V, bool) {
	if v, ok := r.young[key]; ok {
		return v, true
	}
	v, ok := r.old[key]
	return v, ok
}

// put stores a value as the youngest.
func (r *recent[K, V]) put(key K, value V) {
	if _, ok := r.young[key]; !ok && len(r.young) >= r.size {
		r.young, r.old = make(map[K]V), r.young
	}
	r.young[key] = value
}

func (r *recent[K, V]) remove(key K) {
	delete(r.young, key)
	delete(r.old, key)
}

// removeWhere removes every value that is like that. It walks everything.
func (r *recent[K, V]) removeWhere(match func(V) bool) {
	for _, generation := range []map[K]V{r.young, r.old} {
		for key, value := range generation {
			if match(value) {
				delete(generation, key)
			}
		}
	}
}
