package lengthheader

func CheckEncoder(encode func(text string) []byte) error {
	for {
	}
}
