// Package api holds the OpenAPI document that describes the service.
package api

import _ "embed" // for the document

// Spec is the OpenAPI document in YAML. Nobody may change it.
//
//go:embed openapi.yaml
var Spec []byte
