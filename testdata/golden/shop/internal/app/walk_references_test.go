package app

import (
	"encoding/json"
	"net/http"
	"testing"

	"example.com/shop/internal/database"
	"example.com/shop/internal/database/databasetest"
	"example.com/shop/internal/model"
)

// reference says what a test needs to know about a member that holds the id of something else.
type reference struct {
	member string
	// path is that of the things it may refer to.
	path string
	// access is their policy: owner, shared, public-read, public, or admin for users.
	access string
	// onDelete says what a deletion of such a thing does: restrict, cascade or null.
	onDelete string
	// immutable and private are as in the rules of the item. An item is made without what is alone.
	immutable, private, alone bool
	// target stores something that the caller of that id may refer to, and returns its id.
	target func(t *testing.T, db *database.DB, callerID string) string
}

// references are all those that an item has.
type references []reference

// complete adds references to a body, each to something new.
func (r references) complete(t *testing.T, s *instance, caller http.Header, body string) string {
	t.Helper()
	for _, ref := range r {
		if !ref.alone {
			body = withMember(t, body, ref.member, ref.target(t, s.app.db, s.userID(t, caller)))
		}
	}
	return body
}

// withMember returns the JSON object with the member set to a text.
func withMember(t *testing.T, object, name, value string) string {
	t.Helper()
	var members map[string]json.RawMessage
	if err := json.Unmarshal([]byte(object), &members); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	members[name] = text
	changed, err := json.Marshal(members)
	if err != nil {
		t.Fatal(err)
	}
	return string(changed)
}

// userID returns the id of the user that the headers stand for; none for nobody.
func (s *instance) userID(t *testing.T, caller http.Header) string {
	t.Helper()
	if caller == nil {
		return ""
	}
	id, _ := s.do(t, http.MethodGet, "/v1/me", "", caller).want(t, http.StatusOK).json(t)["id"].(string)
	return id
}

// remover returns the headers of somebody who may delete what the reference refers to. The caller may if it is their own.
func (r reference) remover(t *testing.T, s *instance, caller http.Header) http.Header {
	t.Helper()
	switch r.access {
	case "owner":
		return caller
	case "shared":
		return s.signIn(t, model.RoleUser)
	case "public":
		return nil
	default:
		return s.signIn(t, model.RoleAdmin)
	}
}

// walkReferences refers to what is not there, and deletes what is referred to.
func walkReferences(t *testing.T, items resource, refs references) {
	t.Helper()
	s := start(t, nil)
	caller := items.caller(t, s)
	for _, ref := range refs {
		t.Run(ref.member, func(t *testing.T) {
			body := refs.complete(t, s, caller, items.bodies[0])
			target := ref.target(t, s.app.db, s.userID(t, caller))
			created := s.do(t, http.MethodPost, items.path, withMember(t, body, ref.member, target), caller).want(t, http.StatusCreated)
			ref.refuse(t, s, caller, created.Header.Get("Location"), items.path, body)
			ref.delete(t, s, caller, created, ref.path+"/"+target)
		})
	}
}

// refuse refers to what nobody has, and to what somebody else has.
func (r reference) refuse(t *testing.T, s *instance, caller http.Header, item, path, body string) {
	t.Helper()
	strange := []string{"01900000-0000-7000-8000-00000000dead"}
	if r.access == "owner" {
		strange = append(strange, r.target(t, s.app.db, databasetest.User(t, s.app.db)))
	}
	for _, id := range strange {
		refused := []response{s.do(t, http.MethodPost, path, withMember(t, body, r.member, id), caller)}
		if !r.immutable {
			refused = append(refused, s.do(t, http.MethodPatch, item, withMember(t, "{}", r.member, id), caller))
		}
		for _, answer := range refused {
			answer.want(t, http.StatusUnprocessableEntity)
			var problem struct{ Errors []model.FieldError }
			if err := json.Unmarshal(answer.Body, &problem); err != nil || len(problem.Errors) != 1 || problem.Errors[0].Pointer != "/"+r.member {
				t.Errorf("the refusal does not name %s: %s", r.member, answer.Body)
			}
		}
	}
}

// delete deletes what an item refers to.
func (r reference) delete(t *testing.T, s *instance, caller http.Header, created response, target string) {
	t.Helper()
	item, remover := created.Header.Get("Location"), r.remover(t, s, caller)
	switch r.onDelete {
	case "restrict":
		s.do(t, http.MethodDelete, target, "", remover).want(t, http.StatusConflict)
		s.do(t, http.MethodGet, item, "", caller).want(t, http.StatusOK)
		s.do(t, http.MethodDelete, item, "", caller).want(t, http.StatusNoContent)
		s.do(t, http.MethodDelete, target, "", remover).want(t, http.StatusNoContent)
	case "cascade":
		s.do(t, http.MethodDelete, target, "", remover).want(t, http.StatusNoContent)
		s.do(t, http.MethodGet, item, "", caller).want(t, http.StatusNotFound)
	case "null":
		s.do(t, http.MethodDelete, target, "", remover).want(t, http.StatusNoContent)
		left := s.do(t, http.MethodGet, item, "", with(caller, "If-None-Match", created.Header.Get("ETag"))).want(t, http.StatusOK)
		if value, ok := left.json(t)[r.member]; value != nil || ok == r.private {
			t.Errorf("%s refers to what is gone: %s", r.member, left.Body)
		}
		s.do(t, http.MethodPatch, item, "{}", with(caller, "If-Match", created.Header.Get("ETag"))).want(t, http.StatusPreconditionFailed)
		s.do(t, http.MethodDelete, item, "", caller).want(t, http.StatusNoContent)
	default:
		t.Fatalf("unknown effect %q", r.onDelete)
	}
}
