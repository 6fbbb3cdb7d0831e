package reassembly

import (
	"bytes"
	"slices"
)

// Chunkings returns ways to cut stream into chunks: at and around the places
// where its headers and payloads begin.
func Chunkings(stream []byte) [][][]byte {
	var heads, payloads []int
	for at := 0; at+HeaderLen <= len(stream); {
		length, err := parseHeader(stream[at : at+HeaderLen])
		if err != nil {
			break
		}
		heads = append(heads, at)
		payloads = append(payloads, at+HeaderLen)
		at += HeaderLen + length
	}
	both := append(slices.Clone(heads), payloads...)

	every := make([]int, len(stream))
	for i := range every {
		every[i] = i
	}
	ways := [][][]byte{cutAt(stream, nil), cutAt(stream, every)}
	for shift := -12; shift <= 12; shift++ {
		for _, places := range [][]int{heads, payloads, both} {
			var cuts []int
			for _, p := range places {
				cuts = append(cuts, p+shift)
			}
			ways = append(ways, cutAt(stream, cuts))
		}
	}
	// One cut alone, around the first places.
	for _, p := range both[:min(len(both), 20)] {
		for shift := -2; shift <= 2; shift++ {
			ways = append(ways, cutAt(stream, []int{p + shift}))
		}
	}
	return ways
}

// cutAt cuts stream at these places, as far as they are inside it.
func cutAt(stream []byte, places []int) [][]byte {
	places = slices.Clone(places)
	slices.Sort(places)
	var chunks [][]byte
	from := 0
	for _, to := range append(places, len(stream)) {
		if from < to && to <= len(stream) {
			chunks = append(chunks, bytes.Clone(stream[from:to]))
			from = to
		}
	}
	return chunks
}
