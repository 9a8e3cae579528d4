package cmd

import (
	"slices"
	"strings"

	"github.com/layup-dev/layup/internal/naming"
	"github.com/layup-dev/layup/internal/plan"
	"github.com/layup-dev/layup/internal/spec"
)

// applyAccess carries out --access RESOURCE=POLICY: it wins over what --from says.
func applyAccess(texts []string, resources []spec.Resource) error {
	names := make([]string, len(resources))
	for i, r := range resources {
		names[i] = snake(r.Name)
	}
	done := map[string]bool{}
	for _, text := range texts {
		given, policy, found := strings.Cut(text, "=")
		name := snake(given)
		i := slices.Index(names, name)
		switch {
		case !found || given == "" || policy == "":
			return usagef("--access %q: write RESOURCE=POLICY, such as product=%s", text, spec.AccessShared)
		case i < 0:
			return usagef("--access %s: there is no resource %q%s", text, given, suggestion(name, names, "; give it with --resource"))
		case !slices.Contains(spec.Policies(), policy):
			return usagef("--access %s: unknown policy %q%s", text, policy, suggestion(policy, spec.Policies(), ""))
		case done[name]:
			return usagef("--access %s: the access of %q is given twice", text, given)
		}
		done[name] = true
		resources[i].Access = policy
	}
	return nil
}

// snake writes the name of a resource as layup.yaml does. What is no name stays
// as it is, and is refused elsewhere.
func snake(name string) string {
	n, err := naming.Parse(name)
	if err != nil {
		return name
	}
	return n.Snake()
}

// suggestion says what was probably meant, what else there is, or otherwise.
func suggestion(given string, known []string, otherwise string) string {
	switch best := spec.Closest(given, known); {
	case best != "":
		return `; did you mean "` + best + `"?`
	case len(known) > 0:
		return "; choose " + strings.Join(known, ", ")
	}
	return otherwise
}

// accessFlag returns the --access that the resource needs, or nothing where the
// policy is the one that it gets without.
func accessFlag(p *plan.Plan, r spec.Resource) []string {
	byDefault := ""
	if p.Has("users") {
		byDefault = spec.AccessOwner
	}
	if r.Access == byDefault {
		return nil
	}
	return []string{"--access", r.Name + "=" + r.Access}
}
