package desk

import (
	"fmt"
	"strings"
)

// diffLine is a line of a comparison of two texts.
type diffLine struct {
	mark byte // ' ' in both, '-' in the first only, '+' in the second only
	text string
	a, b int // how many lines of each text stand before it
}

// compare finds the longest sequence of lines that both texts have.
func compare(a, b []string) []diffLine {
	common := make([][]int, len(a)+1) // [i][j]: how many lines a[i:] and b[j:] share
	common[len(a)] = make([]int, len(b)+1)
	for i := len(a) - 1; i >= 0; i-- {
		common[i] = make([]int, len(b)+1)
		for j := len(b) - 1; j >= 0; j-- {
			common[i][j] = max(common[i+1][j], common[i][j+1])
			if a[i] == b[j] {
				common[i][j] = common[i+1][j+1] + 1
			}
		}
	}
	var lines []diffLine
	for i, j := 0, 0; i < len(a) || j < len(b); {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			lines = append(lines, diffLine{' ', a[i], i, j})
			i++
			j++
		case j == len(b) || i < len(a) && common[i+1][j] >= common[i][j+1]:
			lines = append(lines, diffLine{'-', a[i], i, j})
			i++
		default:
			lines = append(lines, diffLine{'+', b[j], i, j})
			j++
		}
	}
	return lines
}

// hunks writes what differs, with three lines around it.
func hunks(lines []diffLine) string {
	const around = 3
	var b strings.Builder
	for i := 0; i < len(lines); i++ {
		if lines[i].mark == ' ' {
			continue
		}
		from, to := max(i-around, 0), i
		for ; i < len(lines) && i <= to+2*around; i++ {
			if lines[i].mark != ' ' {
				to = i + 1
			}
		}
		to = min(to+around, len(lines))
		i = to - 1
		var body strings.Builder
		count := map[byte]int{}
		for _, line := range lines[from:to] {
			count[line.mark]++
			fmt.Fprintf(&body, "%c%s\n", line.mark, line.text)
		}
		fmt.Fprintf(&b, "@@ -%s +%s @@\n%s", span(lines[from].a, count[' ']+count['-']),
			span(lines[from].b, count[' ']+count['+']), body.String())
	}
	return b.String()
}

// span writes n lines that follow after others, in the way of diff.
func span(after, n int) string {
	return fmt.Sprintf("%d,%d", after+min(n, 1), n)
}
