package lengthheader

func len(any) int { return 0 }

func CheckEncoder(encode func(text string) []byte) error { return nil }
