package unified

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHunks(t *testing.T) {
	for _, c := range []struct{ name, a, b, want string }{
		{"nothing", "1 2 3", "1 2 3", ""},
		{"from nothing", "", "1 2", "@@ -0,0 +1,2 @@ +1 +2"},
		{"to nothing", "1 2", "", "@@ -1,2 +0,0 @@ -1 -2"},
		{"one line", "1 2 3 4 5 6 7 8 9", "1 2 3 4 x 6 7 8 9", "@@ -2,7 +2,7 @@ =2 =3 =4 -5 +x =6 =7 =8"},
		{"far from each other", "a 1 2 3 4 5 6 7 8 9", "1 2 3 4 5 6 7 8 9 z", "@@ -1,4 +1,3 @@ -a =1 =2 =3 @@ -8,3 +7,4 @@ =7 =8 =9 +z"},
		{"just far enough", "a 1 2 3 4 5 6 7", "1 2 3 4 5 6 7 z", "@@ -1,4 +1,3 @@ -a =1 =2 =3 @@ -6,3 +5,4 @@ =5 =6 =7 +z"},
		{"near each other", "a 1 2 3 4 5 6", "1 2 3 4 5 6 z", "@@ -1,7 +1,7 @@ -a =1 =2 =3 =4 =5 =6 +z"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := Hunks(Compare(strings.Fields(c.a), strings.Fields(c.b)))
			// In one line, and with = for the space in front of what is in both.
			got = strings.ReplaceAll(got, "\n ", " =")
			assert.Equal(t, c.want, strings.TrimSpace(strings.ReplaceAll(got, "\n", " ")))
		})
	}
}
