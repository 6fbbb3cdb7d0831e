package steps

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestSeed(t *testing.T) {
	args, err := seed(`[]byte("a\x00\xff\t\"")` + "\t" + `byte('\x02')` + "\t" + `byte('ÿ')` + "\t" + `byte('\xfe')` + "\t" + `byte('\'')`)
	assert.NoError(t, err)
	assert.Equal(t, []any{[]byte("a\x00\xff\t\""), byte(2), byte(255), byte(254), byte(39)}, args)
	for _, line := range []string{"", "1", `byte("a")`, `byte('ab')`, `byte('a)`, `byte('世')`, `int('a')`, `[]byte("a)`, `[]byte("a")` + "\t"} {
		_, err := seed(line)
		assert.Error(t, err, line)
	}
}
