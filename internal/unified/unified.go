// Package unified compares texts and writes what differs as diff -u does.
package unified

import (
	"fmt"
	"strings"
)

// A Line is a line of a comparison of two texts.
type Line struct {
	Mark byte // ' ' in both, '-' in the first only, '+' in the second only
	Text string
	A, B int // how many lines of each text stand before it
}

// Compare finds the longest sequence of lines that both texts have.
func Compare(a, b []string) []Line {
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
	var lines []Line
	for i, j := 0, 0; i < len(a) || j < len(b); {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			lines = append(lines, Line{' ', a[i], i, j})
			i++
			j++
		case j == len(b) || i < len(a) && common[i+1][j] >= common[i][j+1]:
			lines = append(lines, Line{'-', a[i], i, j})
			i++
		default:
			lines = append(lines, Line{'+', b[j], i, j})
			j++
		}
	}
	return lines
}

// Hunks writes what differs, with three lines around it.
func Hunks(lines []Line) string {
	const around = 3
	var b strings.Builder
	for i := 0; i < len(lines); i++ {
		if lines[i].Mark == ' ' {
			continue
		}
		from, to := max(i-around, 0), i
		for ; i < len(lines) && i <= to+2*around; i++ {
			if lines[i].Mark != ' ' {
				to = i + 1
			}
		}
		to = min(to+around, len(lines))
		i = to - 1
		var body strings.Builder
		count := map[byte]int{}
		for _, line := range lines[from:to] {
			count[line.Mark]++
			fmt.Fprintf(&body, "%c%s\n", line.Mark, line.Text)
		}
		fmt.Fprintf(&b, "@@ -%s +%s @@\n%s", span(lines[from].A, count[' ']+count['-']),
			span(lines[from].B, count[' ']+count['+']), body.String())
	}
	return b.String()
}

// span writes n lines that follow after others, in the way of diff.
func span(after, n int) string {
	return fmt.Sprintf("%d,%d", after+min(n, 1), n)
}
