package document

import (
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"example.com/shop/internal/model"
)

func TestDecimal(t *testing.T) {
	number := model.NewDecimal(-990, 2)
	if got := Value(&number); got != int64(-990) {
		t.Errorf("-9.90 is stored as %v", got)
	}
	r := stored(t, bson.D{{Key: "number", Value: int64(-990)}, {Key: "wrong", Value: "9.90"}})
	if got := Get(r, "number", Decimal(2)); got != number || r.Err() != nil {
		t.Errorf("it comes back as %v, %v", got, r.Err())
	}
	if Get(r, "wrong", Decimal(2)); r.Err() == nil {
		t.Error("text is accepted")
	}
}
