package reassembly

import "slices"

// Chunkings returns ways to cut stream into chunks.
func Chunkings(stream []byte) [][][]byte {
	ways := [][][]byte{{stream}}
	if len(stream) == 0 {
		return [][][]byte{{}}
	}
	// Chunks of one size.
	for size := 1; size <= 60; size++ {
		ways = append(ways, slices.Collect(slices.Chunk(stream, size)))
	}
	// Two chunks: at every place, or at places that are spread evenly.
	const most = 130
	for i := 1; i <= most; i++ {
		at := i
		if len(stream) > most {
			at = i * len(stream) / (most + 1)
		}
		if at < len(stream) {
			ways = append(ways, [][]byte{stream[:at], stream[at:]})
		}
	}
	return ways
}
