package endtoend

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// sample is one request of a load and its answer.
type sample struct {
	began      time.Time
	took       time.Duration
	status     int
	retryAfter string
	body       string // of what is no success
	err        error
}

// workers send requests at the same time.
const workers = 16

// load sends requests of all kinds for a while and does something meanwhile. It goes
// on until both are over.
func (o *outage) load(atLeast time.Duration, meanwhile func()) []sample {
	o.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	transport := &http.Transport{MaxIdleConnsPerHost: workers}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport, Timeout: 10 * requestLimit}
	var (
		group   sync.WaitGroup
		mu      sync.Mutex
		samples []sample
	)
	for range workers {
		group.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				s := o.send(client, n)
				mu.Lock()
				samples = append(samples, s)
				mu.Unlock()
				time.Sleep(20 * time.Millisecond)
			}
		})
	}
	began := time.Now()
	meanwhile()
	time.Sleep(atLeast - time.Since(began))
	cancel()
	group.Wait()
	return samples
}

// skus are the numbers of products.
var skus atomic.Int64

// send sends one request: every other one writes.
func (o *outage) send(client *http.Client, n int) sample {
	method, path, body := http.MethodGet, "/v1/products?limit=5", ""
	if n%2 == 1 {
		method, path, body = http.MethodPost, "/v1/products", fmt.Sprintf(`{"sku":"load-%d","price":"1.00","category_id":%q}`, skus.Add(1), o.category)
	}
	s := sample{began: time.Now()}
	req, err := http.NewRequest(method, o.base+path, strings.NewReader(body))
	if err != nil {
		s.err = err
		return s
	}
	req.Header.Set("Authorization", "Bearer "+o.token)
	req.Header.Set("Content-Type", "application/json")
	res, err := client.Do(req)
	if err != nil {
		s.took, s.err = time.Since(s.began), err
		return s
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	s.took, s.status, s.err, s.retryAfter = time.Since(s.began), res.StatusCode, err, res.Header.Get("Retry-After")
	if s.status >= 300 {
		s.body = string(data)
	}
	return s
}

// get returns the body at a URL.
func (o *outage) get(url string) string {
	o.t.Helper()
	res, err := http.Get(url)
	if err != nil {
		o.t.Fatal(err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		o.t.Fatal(err)
	}
	return string(data)
}
