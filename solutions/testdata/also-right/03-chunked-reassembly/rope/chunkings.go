package reassembly

import "math/rand/v2"

// Chunkings returns ways to cut stream into chunks: whole, byte by byte, and by
// dice, with small chunks and with large ones.
func Chunkings(stream []byte) [][][]byte {
	ways := [][][]byte{
		cutBy(stream, func() int { return len(stream) }),
		cutBy(stream, func() int { return 1 }),
	}
	dice := rand.New(rand.NewPCG(3, 9))
	for len(ways) < 200 {
		most := 2 + dice.IntN(2+len(ways)/2)
		ways = append(ways, cutBy(stream, func() int { return 1 + dice.IntN(most) }))
	}
	return ways
}

// cutBy cuts stream into chunks of the sizes that size returns.
func cutBy(stream []byte, size func() int) (chunks [][]byte) {
	for len(stream) > 0 {
		n := min(size(), len(stream))
		chunks = append(chunks, stream[:n:n])
		stream = stream[n:]
	}
	return chunks
}
