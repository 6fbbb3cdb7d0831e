package lengthheader

import _ "embed"

//go:embed lengthheader_test.go
var tests string

func CheckEncoder(encode func(text string) []byte) error { return nil }
