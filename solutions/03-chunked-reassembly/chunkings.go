package reassembly

// Chunkings returns the ways to cut stream that are known to hurt: whole, in
// equal pieces of every small size, and in two at every offset.
func Chunkings(stream []byte) [][][]byte {
	all := [][][]byte{{stream}}
	for size := 1; size <= 2*HeaderLen; size++ {
		var chunks [][]byte
		for rest := stream; len(rest) > 0; {
			n := min(size, len(rest))
			chunks = append(chunks, rest[:n])
			rest = rest[n:]
		}
		all = append(all, chunks)
	}
	for cut := 1; cut < len(stream); cut++ {
		all = append(all, [][]byte{stream[:cut], stream[cut:]})
	}
	return all
}
