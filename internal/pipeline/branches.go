package pipeline

import (
	"errors"
	"io/fs"

	"github.com/layup-dev/layup/internal/base"
	"github.com/layup-dev/layup/internal/spec"
)

// mergedBranches reports whether layup.yaml differs from the spec of the last render
// only as it does when two branches that added or removed resources were merged,
// and the shared base was taken from one of them: every resource of either spec is
// the same in both, and those in one alone have a base of their own exactly when they
// stand in layup.yaml. Then nobody edited anything; the shared base is just lost.
func (x *Existing) mergedBranches(last []byte) (bool, error) {
	axes := x.engine.Stack.AxisNames()
	was, err := spec.Parse(base.SharedFile, last, axes)
	if err != nil {
		return false, nil //nolint:nilerr // a base that is no spec differs in more than that
	}
	now := *x.plan.Spec
	now.Resources = was.Resources
	if string(now.Encode(axes)) != string(last) {
		return false, nil
	}
	before, after := byName(was.Resources), byName(x.plan.Spec.Resources)
	differs := false
	for name, r := range after {
		other, both := before[name]
		if both && (r.String() != other.String() || r.Migration != other.Migration) {
			return false, nil
		}
		if both {
			continue
		}
		differs = true
		if there, err := x.hasBase(name); err != nil || !there {
			return false, err
		}
	}
	for name := range before {
		if _, both := after[name]; both {
			continue
		}
		differs = true
		if there, err := x.hasBase(name); err != nil || there {
			return false, err
		}
	}
	return differs, nil
}

func (x *Existing) hasBase(resource string) (bool, error) {
	_, err := x.read(base.ResourceFile(resource))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}
