# make help lists what there is to do.
SHELL := /bin/sh
.DEFAULT_GOAL := help

# internal/tools pins the linter with everything it is built from, so that it needs
# no network where the modules are.
LINT := $(CURDIR)/.cache/bin/golangci-lint
# Runs a command with a PostgreSQL, a MariaDB and a Redis beside it.
WITH := $(CURDIR)/.cache/bin/with
GORELEASER := go run github.com/goreleaser/goreleaser/v2@v2.13.0

# The race detector needs a C compiler; without one the go command turns cgo off.
RACE := $(if $(filter 1,$(shell go env CGO_ENABLED)),-race)
# Hundreds of renders, which take minutes under the race detector. Other packages race the same code.
UNRACED := ./internal/pipeline
# How often each benchmark runs.
COUNT := 3
# What the tests need besides Go, as Debian and Ubuntu call it, and the programs in it.
PACKAGES := gcc libc6-dev strace postgresql mariadb-server-core mariadb-client-core redis-server
PROGRAMS := gcc strace initdb psql mariadbd mariadb redis-server redis-cli

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: build
build: ## build ./layup
	CGO_ENABLED=0 go build -trimpath -o layup .

# Nobody needs the database that comes with Debian's postgresql, nor the services
# that would be started: tests start their own.
.PHONY: deps
deps: ## install what the tests need besides Go (Debian, Ubuntu)
	@PATH="$$PATH:/usr/sbin:$$(echo /usr/lib/postgresql/*/bin | tr ' ' ':')"; missing=; \
	for p in $(PROGRAMS); do command -v $$p >/dev/null || missing="$$missing $$p"; done; \
	[ -n "$$missing" ] || { echo "everything is installed"; exit 0; }; \
	command -v apt-get >/dev/null || { echo "not installed:$$missing; and there is no apt-get here" >&2; exit 1; }; \
	set -ex; sudo=; [ "$$(id -u)" = 0 ] || sudo=sudo; \
	$$sudo apt-get update -qq; \
	[ -d /etc/postgresql-common ] || { $$sudo mkdir -p /etc/postgresql-common/createcluster.d; \
		echo "create_main_cluster = false" | $$sudo tee /etc/postgresql-common/createcluster.d/layup.conf; }; \
	$$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(PACKAGES)

.PHONY: test
test: $(LINT) $(WITH) ## run all tests, those of the golden projects too
	go test -timeout 30m $(UNRACED)
	LAYUP_LINT=$(LINT) $(WITH) go test $(RACE) -timeout 30m $$(go list ./... | grep -vxF "$$(go list $(UNRACED))")

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
golden: ## re-render testdata/golden and testdata/variants; review the diff like code
	go test ./internal/golden -run '^(TestGolden|TestVariants)$$' -count=1 -update

.PHONY: matrix
matrix: $(LINT) $(WITH) ## render, build, test and lint every combination of options
	LAYUP_LINT=$(LINT) $(WITH) go test ./internal/golden -run '^(TestGoldenProjects|TestMatrix)$$' -count=1 -timeout 25m -v

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

.PHONY: $(WITH)
$(WITH):
	@go build -o $@ ./internal/servers/with

# Generated projects get the same linter: they are tested with it.
$(LINT): internal/tools/go.mod internal/tools/go.sum templates/go/modules.yaml
	@version=$$(sed -n 's/^  golangci-lint: *//p' templates/go/modules.yaml); \
		grep -Eq "golangci-lint/v2 $$version( |$$)" internal/tools/go.mod || \
		{ echo "internal/tools/go.mod does not pin golangci-lint $$version, as templates/go/modules.yaml does" >&2; exit 1; }
	cd internal/tools && go build -o $@ github.com/golangci/golangci-lint/v2/cmd/golangci-lint
	@touch $@
