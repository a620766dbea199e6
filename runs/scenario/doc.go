// Package scenario reads what a user asks for: a YAML document, strictly, with
// every fault reported at once together with its place, and maps it to the
// configurations of the network and of its mean field.
//
// A document is read in three passes over one tree: parse (tree.go) and
// --set assignments (assign.go), decode into Go structs by their yaml tags
// (decode.go), check of the meaning (Document.check). Faults of all passes end
// up in one list. The JSON Schema comes from the same structs (schema.go).
//
// A model is one file that defines its document (nnlif.go) and one line of the
// table models; an initial law is one struct and one line of the table laws.
package scenario
