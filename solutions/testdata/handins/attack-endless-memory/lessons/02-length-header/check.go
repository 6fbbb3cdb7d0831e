package lengthheader

func CheckEncoder(encode func(text string) []byte) error {
	var all [][]byte
	for {
		all = append(all, make([]byte, 16<<20))
	}
}
