package lengthheader

var _ = func() int {
	select {}
}()

func CheckEncoder(encode func(text string) []byte) error { return nil }
