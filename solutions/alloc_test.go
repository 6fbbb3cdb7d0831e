package solutions

import (
	"bytes"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	lengthheader "example/websockets/solutions/02-length-header"
	reassembly "example/websockets/solutions/03-chunked-reassembly"
)

// What the solutions promise of memory is counted, not timed. These tests are
// not parallel: the counts are those of the whole process.

func TestHeadersTakeNoMemory(t *testing.T) {
	header := []byte("1234567890")
	buf := make([]byte, 0, lengthheader.HeaderLen)
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		if _, err := lengthheader.AppendHeader(buf, 1234567890); err != nil {
			t.Error(err)
		}
	}), "allocations of AppendHeader")
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		if _, err := lengthheader.ParseHeader(header); err != nil {
			t.Error(err)
		}
	}), "allocations of ParseHeader")
}

func TestDecoderInSteadyStateTakesNoMemory(t *testing.T) {
	for _, size := range []int{16, 64 << 10} {
		for _, payload := range []int{16, 1 << 10, 64 << 10} {
			t.Run(fmt.Sprintf("payload %d in chunks of %d", payload, size), func(t *testing.T) {
				const messages = 50
				in := bytes.Repeat(fmt.Appendf(nil, "%-10d%s", payload, strings.Repeat("x", payload)), messages)
				chunks := slices.Collect(slices.Chunk(in, size))
				d := reassembly.NewDecoder(payload)
				took := func(take func([]byte)) float64 {
					return testing.AllocsPerRun(2, func() {
						require.Equal(t, messages, decode(d, chunks, take))
					})
				}
				var kept []byte
				assert.Zero(t, took(func([]byte) {}), "allocations of a caller that takes a view")
				assert.LessOrEqual(t, took(func(p []byte) { kept = bytes.Clone(p) }), float64(messages), "allocations of a caller that takes a copy")
				runtime.KeepAlive(kept)
			})
		}
	}
}

func TestDecoderKeepsNoMoreThanItNeeds(t *testing.T) {
	const limit, chunk = 4 << 20, 64 << 10
	var in []byte
	for _, payload := range []int{limit, 1, limit - 1, limit / 3} {
		in = append(in, fmt.Appendf(nil, "%-10d%s", payload, strings.Repeat("x", payload))...)
	}
	chunks := slices.Collect(slices.Chunk(in, chunk))
	before := retained()
	d := reassembly.NewDecoder(limit)
	for range 10 {
		require.Equal(t, 4, decode(d, chunks, func([]byte) {}))
	}
	kept := retained() - before
	runtime.KeepAlive(d)
	runtime.KeepAlive(chunks)
	// Allocators hand out memory in sizes of their own.
	assert.LessOrEqual(t, kept, int64(reassembly.HeaderLen+limit+chunk)*9/8, "bytes kept after a long stream")
}

// decode feeds the chunks of whole messages, gives each payload to take, and
// returns how many there were.
func decode(d *reassembly.Decoder, chunks [][]byte, take func([]byte)) (messages int) {
	for _, c := range chunks {
		d.Feed(c)
		for {
			p, err := d.Next()
			if err != nil {
				break // ErrMore: the count shows any other
			}
			take(p)
			messages++
		}
	}
	return messages
}

// retained is how many bytes are in use when all that can be freed is.
func retained() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
