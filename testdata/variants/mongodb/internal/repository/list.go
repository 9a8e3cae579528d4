package repository

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"

	"example.com/shop/internal/database/document"
	"example.com/shop/internal/model"
)

// listing describes how the documents of a collection may be listed. Only what stands here reaches a command: names come from
// this table, and values have the types of the fields.
type listing struct {
	collection string
	// fields are the elements to filter and sort by, by the name of their field.
	fields map[string]listElement
}

type listElement struct {
	name     string
	nullable bool
}

// page returns the command that finds one page: in cursor mode one document more than asked for, so that the caller sees
// whether there is more.
func (l listing) page(q model.Query, fixed ...bson.D) (bson.D, error) {
	filter, err := l.filter(q, fixed)
	if err != nil {
		return nil, err
	}
	sort, err := l.sort(q.Sort)
	if err != nil {
		return nil, err
	}
	limit := int64(q.Limit)
	if q.Page == 0 {
		limit++
	}
	return bson.D{
		{Key: "find", Value: l.collection},
		{Key: "filter", Value: filter},
		{Key: "sort", Value: sort},
		{Key: "skip", Value: int64(q.Offset())},
		{Key: "limit", Value: limit},
		{Key: "batchSize", Value: limit},
	}, nil
}

// all returns the filter for the documents of all pages.
func (l listing) all(q model.Query, fixed ...bson.D) (bson.D, error) {
	q.After = nil
	return l.filter(q, fixed)
}

func (l listing) filter(q model.Query, fixed []bson.D) (bson.D, error) {
	var conditions bson.A
	for _, condition := range fixed {
		conditions = append(conditions, condition)
	}
	for _, f := range q.Filters {
		condition, err := l.condition(f)
		if err != nil {
			return nil, err
		}
		conditions = append(conditions, condition)
	}
	if q.After != nil {
		condition, err := l.after(q)
		if err != nil {
			return nil, err
		}
		conditions = append(conditions, condition)
	}
	if len(conditions) == 0 {
		return bson.D{}, nil
	}
	return bson.D{{Key: "$and", Value: conditions}}, nil
}

func (l listing) condition(f model.Filter) (bson.D, error) {
	e, err := l.element(f.Field)
	if err != nil {
		return nil, err
	}
	operators := map[string]string{"eq": "$eq", "gte": "$gte", "lte": "$lte", "gt": "$gt", "lt": "$lt"}
	switch {
	case f.Op == "in" && len(f.Values) > 0:
		values := bson.A{}
		for _, v := range f.Values {
			values = append(values, document.Value(v))
		}
		return compare(e.name, "$in", values), nil
	case f.Op == "like" && len(f.Values) == 1:
		text, _ := f.Values[0].(string)
		return compare(e.name, "$regex", containing(text)), nil
	case operators[f.Op] != "" && len(f.Values) == 1:
		return compare(e.name, operators[f.Op], document.Value(f.Values[0])), nil
	default:
		return nil, fmt.Errorf("list: field %s cannot be filtered by %s with %d values", f.Field, f.Op, len(f.Values))
	}
}

func compare(name, operator string, value any) bson.D {
	return bson.D{{Key: name, Value: bson.D{{Key: operator, Value: value}}}}
}

// containing returns a pattern that finds text, with the letters of ASCII in either case and no others: the server's own way
// of ignoring case would take more for the same.
func containing(text string) string {
	var pattern strings.Builder
	for _, r := range text {
		switch {
		case 'a' <= r && r <= 'z':
			pattern.WriteString("[" + string(r) + string(r-'a'+'A') + "]")
		case 'A' <= r && r <= 'Z':
			pattern.WriteString("[" + string(r-'A'+'a') + string(r) + "]")
		default:
			pattern.WriteString(regexp.QuoteMeta(string(r)))
		}
	}
	return pattern.String()
}

func (l listing) sort(keys []model.Sort) (bson.D, error) {
	sort := bson.D{}
	for _, by := range keys {
		e, err := l.element(by.Field)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(sort, func(earlier bson.E) bool { return earlier.Key == e.name }) {
			continue // MongoDB refuses to sort by one element twice
		}
		direction := 1
		if by.Desc {
			direction = -1
		}
		sort = append(sort, bson.E{Key: e.name, Value: direction})
	}
	return sort, nil
}

func (l listing) element(field string) (listElement, error) {
	e, ok := l.fields[field]
	if !ok {
		return listElement{}, fmt.Errorf("list: %s has no element %s to filter or sort by", l.collection, field)
	}
	return e, nil
}

// after restricts a page to the documents behind the last one of the page before.
func (l listing) after(q model.Query) (bson.D, error) {
	keys := make([]key, len(q.Sort))
	if len(q.After) != len(keys) || len(keys) == 0 {
		return nil, fmt.Errorf("list: %d values for a position among %d sort keys", len(q.After), len(keys))
	}
	for i, by := range q.Sort {
		e, err := l.element(by.Field)
		if err != nil {
			return nil, err
		}
		keys[i] = key{listElement: e, desc: by.Desc, value: document.Value(q.After[i])}
	}
	behind := compareKeys(keys)
	if first := keys[0]; !first.nullable && len(keys) > 1 {
		// It follows from the rest, and lets the server start in the middle of an index.
		behind = append(compare(first.name, first.operator()+"e", first.value), behind...)
	}
	return behind, nil
}

// key is one sort key with the value that the last document has there.
type key struct {
	listElement
	desc  bool
	value any
}

func (k key) operator() string {
	if k.desc {
		return "$lt"
	}
	return "$gt"
}

// compareKeys returns a > ? or (a = ? and (b < ? or …)). What is not there comes before everything else, as MongoDB sorts it,
// and equals null.
func compareKeys(keys []key) bson.D {
	k, rest := keys[0], keys[1:]
	ways := bson.A{}
	if behind := k.behind(); behind != nil {
		ways = append(ways, behind)
	}
	if len(rest) > 0 {
		ways = append(ways, bson.D{{Key: "$and", Value: bson.A{equal(k.name, k.value), compareKeys(rest)}}})
	}
	if len(ways) == 0 {
		return compare("_id", "$in", bson.A{}) // nothing
	}
	return bson.D{{Key: "$or", Value: ways}}
}

// behind returns the condition for documents whose value comes after the last one's, or nil when there is none.
func (k key) behind() bson.D {
	switch {
	case k.value == nil && k.desc:
		return nil // null comes last
	case k.value == nil:
		return compare(k.name, "$ne", nil)
	case k.desc && k.nullable:
		return bson.D{{Key: "$or", Value: bson.A{compare(k.name, "$lt", k.value), equal(k.name, nil)}}}
	default:
		return compare(k.name, k.operator(), k.value)
	}
}
