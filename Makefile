# make help lists what there is to do.
SHELL := /bin/sh
.DEFAULT_GOAL := help

# internal/tools pins the linter with everything it is built from, so that it needs
# no network where the modules are.
LINT := $(CURDIR)/.cache/bin/golangci-lint
GORELEASER := go run github.com/goreleaser/goreleaser/v2@v2.13.0

# The race detector needs a C compiler; without one the go command turns cgo off.
RACE := $(if $(filter 1,$(shell go env CGO_ENABLED)),-race)
# How often each benchmark runs.
COUNT := 3

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: build
build: ## build ./layup
	CGO_ENABLED=0 go build -trimpath -o layup .

.PHONY: test
test: $(LINT) ## run all tests, those of the golden projects too
	LAYUP_LINT=$(LINT) go test $(RACE) -timeout 25m ./...

.PHONY: short
short: ## run the tests that compile no project
	go test -short ./...

.PHONY: lint
lint: $(LINT) ## look for mistakes in layup itself
	$(LINT) config verify
	$(LINT) run --allow-parallel-runners ./...

.PHONY: fmt
fmt: $(LINT) ## format layup itself
	$(LINT) fmt cmd internal templates main.go

.PHONY: golden
golden: ## re-render testdata/golden; review the diff like code
	go test ./internal/golden -run '^TestGolden$$' -count=1 -update

.PHONY: matrix
matrix: $(LINT) ## render, build, test and lint every combination of options
	LAYUP_LINT=$(LINT) go test ./internal/golden -run '^(TestGoldenProjects|TestMatrix)$$' -count=1 -timeout 25m -v

.PHONY: bench
bench: ## measure rendering, writing and starting
	go test ./cmd -run '^$$' -bench . -benchmem -count=$(COUNT)

.PHONY: lock
lock: ## resolve templates/go/modules.yaml into modules.lock (needs the network)
	go run ./internal/stack/golang/gomod/lock

.PHONY: cross
cross: ## build for every platform of a release
	@for os in linux darwin windows; do for arch in amd64 arm64; do \
		echo "build $$os/$$arch"; \
		CGO_ENABLED=0 GOOS=$$os GOARCH=$$arch go build -trimpath -o /dev/null . || exit 1; \
	done; done

.PHONY: ci
ci: ## run what decides whether a change lands
	.ci/run

.PHONY: snapshot
snapshot: ## build a release into dist/ and publish nothing
	$(GORELEASER) check
	$(GORELEASER) release --snapshot --clean --skip=sbom

.PHONY: clean
clean: ## remove what these targets made
	rm -rf layup dist .cache

# Generated projects get the same linter: they are tested with it.
$(LINT): internal/tools/go.mod internal/tools/go.sum templates/go/modules.yaml
	@version=$$(sed -n 's/^  golangci-lint: *//p' templates/go/modules.yaml); \
		grep -Eq "golangci-lint/v2 $$version( |$$)" internal/tools/go.mod || \
		{ echo "internal/tools/go.mod does not pin golangci-lint $$version, as templates/go/modules.yaml does" >&2; exit 1; }
	cd internal/tools && go build -o $@ github.com/golangci/golangci-lint/v2/cmd/golangci-lint
	@touch $@
