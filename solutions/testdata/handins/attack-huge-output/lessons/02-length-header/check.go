package lengthheader

import "fmt"

func CheckEncoder(encode func(text string) []byte) error {
	for {
		fmt.Print("no line ever ends here ")
	}
}
